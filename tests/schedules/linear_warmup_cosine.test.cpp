#include "fewclip/schedules/linear_warmup_cosine.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;
namespace tt = boost::test_tools;
using schedules::linear_warmup_cosine;

static_assert(schedule<linear_warmup_cosine>);

BOOST_AUTO_TEST_CASE(twelve_thousand_eight_hundred_steps_have_the_published_rates) {
  const auto rate = [](fewclip::index step) { return linear_warmup_cosine{}.rate(2e-5, {.step = step, .steps = 12800}); };
  BOOST_TEST(rate(0) == 1e-5);
  BOOST_TEST(rate(1) == 4e-7, tt::tolerance(1e-12));
  BOOST_TEST(rate(25) == 1e-5, tt::tolerance(1e-12));
  BOOST_TEST(rate(49) == 1.96e-5, tt::tolerance(1e-12));
  BOOST_TEST(rate(50) == 2e-5, tt::tolerance(1e-12));
  BOOST_TEST(rate(100) == 1.999924701839e-5, tt::tolerance(1e-12));
  BOOST_TEST(rate(6450) == 1e-5, tt::tolerance(1e-12));
  BOOST_TEST(rate(12799) == 7.834016683439e-10, tt::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(without_warmup_the_cosine_begins_at_once) {
  const linear_warmup_cosine schedule{{.warmup_steps = 0}};
  BOOST_TEST(schedule.rate(2, {.step = 0, .steps = 10}) == 2);
  BOOST_TEST(schedule.rate(2, {.step = 5, .steps = 10}) == 1, tt::tolerance(1e-12));
}
