#include "fewclip/schedules/cosine_per_step.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;
namespace tt = boost::test_tools;

static_assert(schedule<schedules::cosine_per_step>);

BOOST_AUTO_TEST_CASE(twenty_steps_have_the_published_rates) {
  const schedules::cosine_per_step cosine;
  BOOST_TEST(cosine.rate(1e-3, {.step = 0, .steps = 20}) == 1e-3);
  BOOST_TEST(cosine.rate(1e-3, {.step = 1, .steps = 20}) == 9.938441702976e-4, tt::tolerance(1e-12));
  BOOST_TEST(cosine.rate(1e-3, {.step = 10, .steps = 20}) == 5e-4, tt::tolerance(1e-12));
  BOOST_TEST(cosine.rate(1e-3, {.step = 19, .steps = 20}) == 6.155829702431e-6, tt::tolerance(1e-11));
}

BOOST_AUTO_TEST_CASE(the_epoch_does_not_matter) {
  const schedules::cosine_per_step cosine;
  BOOST_TEST(cosine.rate(1, {3, 20, 0, 5}) == cosine.rate(1, {3, 20, 4, 5}));
}
