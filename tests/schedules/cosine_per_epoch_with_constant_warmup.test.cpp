#include "fewclip/schedules/cosine_per_epoch_with_constant_warmup.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;
namespace tt = boost::test_tools;
using schedules::cosine_per_epoch_with_constant_warmup;

static_assert(schedule<cosine_per_epoch_with_constant_warmup>);

BOOST_AUTO_TEST_CASE(fifty_epochs_have_the_rates_of_coop) {
  const auto rate = [](fewclip::index epoch) {
    return cosine_per_epoch_with_constant_warmup{}.rate(0.002, {.step = 7 * epoch, .steps = 350, .epoch = epoch, .epochs = 50});
  };
  BOOST_TEST(rate(0) == 1e-5);
  BOOST_TEST(rate(1) == 0.002);
  BOOST_TEST(rate(2) == 0.001998026728428, tt::tolerance(1e-12));
  BOOST_TEST(rate(10) == 0.001844327925502, tt::tolerance(1e-12));
  BOOST_TEST(rate(26) == 0.001, tt::tolerance(1e-12));
  BOOST_TEST(rate(49) == 7.885298685522e-6, tt::tolerance(1e-11));
}

BOOST_AUTO_TEST_CASE(all_steps_of_an_epoch_have_one_rate) {
  const cosine_per_epoch_with_constant_warmup schedule;
  BOOST_TEST(schedule.rate(1, {14, 350, 2, 50}) == schedule.rate(1, {20, 350, 2, 50}));
}

BOOST_AUTO_TEST_CASE(the_cosine_begins_after_the_last_epoch_of_warmup) {
  const cosine_per_epoch_with_constant_warmup schedule{{.warmup_epochs = 3, .warmup_rate = 0.5}};
  BOOST_TEST(schedule.rate(2, {.epoch = 2, .epochs = 10}) == 0.5);
  BOOST_TEST(schedule.rate(2, {.epoch = 3, .epochs = 10}) == 2);
  BOOST_TEST(schedule.rate(2, {.epoch = 8, .epochs = 10}) == 1, tt::tolerance(1e-12));
  const cosine_per_epoch_with_constant_warmup without{{.warmup_epochs = 0}};
  BOOST_TEST(without.rate(2, {.epoch = 0, .epochs = 10}) == 2);
}
