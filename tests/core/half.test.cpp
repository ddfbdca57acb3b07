#include "fewclip/core/half.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using fewclip::bf16_to_f32;
using fewclip::f16_to_f32;
using fewclip::f32_to_bf16;
using fewclip::f32_to_f16;

constexpr float infinity = std::numeric_limits<float>::infinity();

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }
float from_bits(std::uint32_t pattern) { return std::bit_cast<float>(pattern); }

static_assert(f16_to_f32(0x3C00) == 1.0F && f32_to_f16(-2.0F) == 0xC000, "conversions can be used at compile time");
static_assert(bf16_to_f32(0x3F80) == 1.0F && f32_to_bf16(-2.0F) == 0xC000, "conversions can be used at compile time");

/// The value of a finite pattern by the definition of the format, in double arithmetic.
double f16_by_definition(std::uint16_t pattern) {
  const int exponent = (pattern >> 10) & 0x1F;
  const int mantissa = pattern & 0x3FF;
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return (pattern & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_finite_f16_pattern_has_the_value_of_the_definition) {
  for (std::uint32_t p = 0; p <= 0xFFFF; ++p) {
    const auto pattern = static_cast<std::uint16_t>(p);
    if ((pattern & 0x7C00) == 0x7C00) continue;
    const double expected = f16_by_definition(pattern);
    BOOST_REQUIRE_EQUAL(static_cast<double>(f16_to_f32(pattern)), expected);
    BOOST_REQUIRE_EQUAL(std::signbit(f16_to_f32(pattern)), std::signbit(expected));
  }
}

BOOST_AUTO_TEST_CASE(every_f16_pattern_that_is_no_signalling_nan_survives_the_way_through_float) {
  for (std::uint32_t p = 0; p <= 0xFFFF; ++p) {
    const bool is_nan = (p & 0x7C00) == 0x7C00 && (p & 0x3FF) != 0;
    const std::uint32_t expected = is_nan ? p | 0x200 : p;
    BOOST_REQUIRE_EQUAL(f32_to_f16(f16_to_f32(static_cast<std::uint16_t>(p))), expected);
  }
}

BOOST_AUTO_TEST_CASE(values_between_two_f16_numbers_round_to_the_nearest_and_ties_to_even) {
  for (std::uint32_t p = 0; p < 0x7BFF; ++p) {
    const auto low = static_cast<std::uint16_t>(p);
    const auto high = static_cast<std::uint16_t>(p + 1);
    const float middle = static_cast<float>((f16_by_definition(low) + f16_by_definition(high)) / 2);  // exact: one more bit is needed
    const std::uint16_t even = (low & 1) == 0 ? low : high;
    BOOST_REQUIRE_EQUAL(f32_to_f16(middle), even);
    BOOST_REQUIRE_EQUAL(f32_to_f16(std::nextafter(middle, 0.0F)), low);
    BOOST_REQUIRE_EQUAL(f32_to_f16(std::nextafter(middle, infinity)), high);
    BOOST_REQUIRE_EQUAL(f32_to_f16(-middle), even | 0x8000);
  }
}

BOOST_AUTO_TEST_CASE(f16_overflows_to_infinity_from_65520_on) {
  BOOST_TEST(f16_to_f32(0x7BFF) == fewclip::largest_f16);
  BOOST_TEST(f32_to_f16(65519.996F) == 0x7BFF);
  BOOST_TEST(f32_to_f16(65520.0F) == 0x7C00);
  BOOST_TEST(f32_to_f16(-70000.0F) == 0xFC00);
  BOOST_TEST(f32_to_f16(std::numeric_limits<float>::max()) == 0x7C00);
  BOOST_TEST(f32_to_f16(-infinity) == 0xFC00);
  BOOST_TEST(f16_to_f32(0x7C00) == infinity);
}

BOOST_AUTO_TEST_CASE(f16_underflows_to_a_zero_of_the_same_sign) {
  BOOST_TEST(f32_to_f16(0x1.0p-24F) == 0x0001);
  BOOST_TEST(f32_to_f16(0x1.0p-25F) == 0x0000);
  BOOST_TEST(f32_to_f16(0x1.000002p-25F) == 0x0001);
  BOOST_TEST(f32_to_f16(-0x1.0p-26F) == 0x8000);
  BOOST_TEST(f32_to_f16(std::numeric_limits<float>::denorm_min()) == 0x0000);
  BOOST_TEST(f32_to_f16(-0.0F) == 0x8000);
}

BOOST_AUTO_TEST_CASE(a_nan_stays_a_quiet_nan_with_its_sign) {
  BOOST_TEST(f32_to_f16(from_bits(0x7F800001)) == 0x7E00);
  BOOST_TEST(f32_to_f16(from_bits(0xFFC00000)) == 0xFE00);
  BOOST_TEST(f32_to_bf16(from_bits(0x7F800001)) == 0x7FC0);
  BOOST_TEST(f32_to_bf16(from_bits(0xFFFFFFFF)) == 0xFFFF);
  BOOST_TEST(bits(f16_to_f32(0x7C01)) == 0x7FC02000U);
  BOOST_TEST(std::isnan(bf16_to_f32(0x7F81)));
}

BOOST_AUTO_TEST_CASE(bf16_is_the_upper_half_of_a_float_and_rounds_to_nearest_even) {
  BOOST_TEST(bits(bf16_to_f32(0xBF80)) == 0xBF800000U);
  BOOST_TEST(f32_to_bf16(from_bits(0x3F808000)) == 0x3F80);
  BOOST_TEST(f32_to_bf16(from_bits(0x3F808001)) == 0x3F81);
  BOOST_TEST(f32_to_bf16(from_bits(0x3F818000)) == 0x3F82);
  BOOST_TEST(f32_to_bf16(from_bits(0x3F817FFF)) == 0x3F81);
  BOOST_TEST(f32_to_bf16(from_bits(0x00018000)) == 0x0002);
  BOOST_TEST(f32_to_bf16(std::numeric_limits<float>::max()) == 0x7F80);
  BOOST_TEST(f32_to_bf16(-infinity) == 0xFF80);
}
