#pragma once
/// \file
/// The two 16-bit floating-point formats of feature files, as bit patterns: IEEE binary16 ("F16") and the upper half of a float ("BF16").

#include <bit>
#include <cstdint>

#include "fewclip/config.hpp"

namespace fewclip {

/// The largest finite F16 value; larger magnitudes round to infinity from 65520 on.
inline constexpr float largest_f16 = 65504.0F;

/// Widens an F16 pattern. Exact for every value; a NaN keeps its sign and payload and becomes quiet.
constexpr float f16_to_f32(std::uint16_t pattern) {
  const std::uint32_t sign = (std::uint32_t{pattern} & 0x8000U) << 16;
  const std::uint32_t exponent = (std::uint32_t{pattern} >> 10) & 0x1FU;
  const std::uint32_t mantissa = std::uint32_t{pattern} & 0x3FFU;
  if (exponent == 0x1FU) {
    const std::uint32_t quiet = mantissa == 0 ? 0U : 0x400000U;
    return std::bit_cast<float>(sign | 0x7F800000U | quiet | (mantissa << 13));
  }
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1.0p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

/// Rounds to the nearest F16 pattern, ties to even. Magnitudes from 65520 on become infinity; a NaN stays a NaN and becomes quiet.
constexpr std::uint16_t f32_to_f16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  std::uint32_t out = 0x7C00U;
  if (magnitude > 0x7F800000U) {
    out = 0x7E00U | ((magnitude >> 13) & 0x3FFU);
  } else if (magnitude < 0x38800000U) {
    // Below the smallest normal number: count in units of 2^-24, of which the mantissa is 2^(exponent - 126).
    const std::uint32_t shift = 126U - (magnitude >> 23);
    const std::uint32_t mantissa = (magnitude & 0x7FFFFFU) | 0x800000U;
    out = 0;
    if (shift <= 24U) {
      const std::uint32_t rest = mantissa & ((1U << shift) - 1U);
      const std::uint32_t tie = 1U << (shift - 1U);
      out = mantissa >> shift;
      if (rest > tie || (rest == tie && (out & 1U) != 0)) ++out;
    }
  } else if (magnitude < 0x47800000U) {
    // A carry out of the mantissa raises the exponent, up to infinity, as it should.
    out = (magnitude + 0xFFFU + ((magnitude >> 13) & 1U) - (112U << 23)) >> 13;
  }
  return static_cast<std::uint16_t>(sign | out);
}

/// Widens a BF16 pattern. Exact for every value.
constexpr float bf16_to_f32(std::uint16_t pattern) { return std::bit_cast<float>(std::uint32_t{pattern} << 16); }

/// Rounds to the nearest BF16 pattern, ties to even. The largest floats become infinity; a NaN stays a NaN and becomes quiet.
constexpr std::uint16_t f32_to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFU) > 0x7F800000U) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

}  // namespace fewclip
