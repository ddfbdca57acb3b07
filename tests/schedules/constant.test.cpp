#include "fewclip/schedules/constant.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;

static_assert(schedule<schedules::constant>);

BOOST_AUTO_TEST_CASE(the_rate_is_that_of_the_optimizer_throughout) {
  for (const fewclip::index step : {0, 5, 9}) BOOST_TEST(schedules::constant{}.rate(0.3, {step, 10, step, 10}) == 0.3);
}
