#include "fewclip/core/math.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include <boost/test/unit_test.hpp>

namespace {

namespace math = fewclip::math;

double relative_error(float x) {
  const double expected = std::exp(double{x});
  return std::abs(double{math::exp(x)} - expected) / expected;
}

BOOST_AUTO_TEST_CASE(exp_is_within_two_ten_millionths_over_its_range) {
  double worst = 0;
  for (int i = 0; i <= 1750000; ++i) worst = std::max(worst, relative_error(static_cast<float>(-87.0 + 1e-4 * i)));
  BOOST_TEST_MESSAGE("largest relative error " << worst);
  BOOST_TEST(worst < 2e-7);
}

BOOST_AUTO_TEST_CASE(erf_is_within_two_ten_millionths) {
  double worst = 0;
  for (int i = -1000000; i <= 1000000; ++i) {
    const float x = 7e-6F * static_cast<float>(i);
    worst = std::max(worst, std::abs(double{math::erf(x)} - std::erf(double{x})));
  }
  BOOST_TEST_MESSAGE("largest error " << worst);
  BOOST_TEST(worst < 2e-7);
  BOOST_TEST(math::erf(0.0F) == 0.0F);
  BOOST_TEST(math::erf(1e30F) == 1.0F);
  BOOST_TEST(math::erf(-std::numeric_limits<float>::infinity()) == -1.0F);
}

BOOST_AUTO_TEST_CASE(exp_is_accurate_at_the_ends_and_exact_at_zero) {
  BOOST_TEST(relative_error(-87.0F) < 2e-7);
  BOOST_TEST(relative_error(88.0F) < 2e-7);
  BOOST_TEST(math::exp(0.0F) == 1.0F);
  BOOST_TEST(math::exp(-0.0F) == 1.0F);
}

BOOST_AUTO_TEST_CASE(exp_is_zero_far_below_and_clamped_far_above) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  BOOST_TEST(math::exp(-88.0F) == 0.0F);
  BOOST_TEST(math::exp(-1e30F) == 0.0F);
  BOOST_TEST(math::exp(-infinity) == 0.0F);
  BOOST_TEST(math::exp(1e30F) == math::exp(88.0F));
  BOOST_TEST(math::exp(infinity) == math::exp(88.0F));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_number_stays_so) {
  BOOST_TEST(std::isnan(math::exp(std::numeric_limits<float>::quiet_NaN())));
  BOOST_TEST(std::isnan(math::sqrt(std::numeric_limits<float>::quiet_NaN())));
  BOOST_TEST(std::isnan(math::exp(std::numeric_limits<double>::quiet_NaN())));
}

BOOST_AUTO_TEST_CASE(sqrt_is_within_one_unit_in_the_last_place) {
  std::int32_t worst = 0;
  const auto compare = [&worst](float x) {
    const auto difference = std::bit_cast<std::int32_t>(math::sqrt(x)) - std::bit_cast<std::int32_t>(std::sqrt(x));
    worst = std::max(worst, std::abs(difference));
  };
  for (std::int32_t bits = 0; bits < 0x7f800000 - 1009; bits += 1009) compare(std::bit_cast<float>(bits));
  BOOST_TEST(worst <= 1);
  BOOST_TEST(math::sqrt(0.0F) == 0.0F);
  BOOST_TEST(math::sqrt(1.0F) == 1.0F);
  BOOST_TEST(math::sqrt(std::numeric_limits<float>::infinity()) == std::numeric_limits<float>::infinity());
  BOOST_TEST(std::isnan(math::sqrt(-1.0F)));
}

BOOST_AUTO_TEST_CASE(the_other_functions_are_those_of_the_standard_library) {
  BOOST_TEST(math::exp(1.5) == std::exp(1.5));
  BOOST_TEST(math::log(3.0) == std::log(3.0));
  BOOST_TEST(math::log(3.0F) == std::log(3.0F));
  BOOST_TEST(math::sqrt(16.0F) == 4.0F);
  BOOST_TEST(math::sqrt(16.0) == 4.0);
}

}  // namespace
