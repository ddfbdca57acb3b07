#pragma once
/// \file
/// Scalar functions that compile for host and device and that a plain compiler can vectorise.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "fewclip/config.hpp"

namespace fewclip::math {

namespace detail {

/// `yes` where the condition holds, else `no`, by masks. A compiler makes branches of conditional expressions where it can save a
/// multiplication, and then does not vectorise the loop unless the processor has AVX-512 or floating-point traps are switched off.
inline float select(bool condition, float yes, float no) {
  const std::uint32_t mask = 0U - static_cast<std::uint32_t>(condition);
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(yes) & mask) | (std::bit_cast<std::uint32_t>(no) & ~mask));
}

}  // namespace detail

/// Whether a number is neither infinite nor not a number, by its bits: std::isfinite is always true for a compiler that has been told so.
inline bool is_finite(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7F800000U) != 0x7F800000U; }

/// Whether a number is neither infinite nor not a number, by its bits.
inline bool is_finite(double x) {
  constexpr std::uint64_t exponent = 0x7FF0000000000000U;
  return (std::bit_cast<std::uint64_t>(x) & exponent) != exponent;
}

/// e to the power of x.
///
/// In single precision: x = k ln 2 + r with |r| <= (ln 2)/2 by a two-part reduction, then a polynomial of degree 6 and a scaling by 2^k.
/// Relative error below 2e-7 for -87 <= x <= 88; smaller x give 0, larger x are clamped to 88. Branch-free.
FEWCLIP_HOST_DEVICE inline float exp(float x) {
  FEWCLIP_KEEP_ORDER
#if defined(__CUDA_ARCH__)
  return ::expf(x);
#else
  const float clamped = detail::select(x > 88.0F, 88.0F, detail::select(x < -87.0F, -87.0F, x));
  constexpr float magic = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer and leaves that integer in the low bits
  const float shifted = clamped * 1.44269504F + magic;
  const float k = shifted - magic;
  const float r = (clamped - k * 0.693359375F) + k * 2.12194440e-4F;
  float p = 1.9841270e-4F;
  p = p * r + 1.3888889e-3F;
  p = p * r + 8.3333333e-3F;
  p = p * r + 4.1666667e-2F;
  p = p * r + 1.6666667e-1F;
  p = p * r + 0.5F;
  p = p * r + 1.0F;
  p = p * r + 1.0F;
  const std::int32_t exponent = std::bit_cast<std::int32_t>(shifted) << 23;
  const float scaled = std::bit_cast<float>(std::bit_cast<std::int32_t>(p) + exponent);
  return detail::select(x < -87.0F, 0.0F, scaled);
#endif
}

/// e to the power of x.
FEWCLIP_HOST_DEVICE inline double exp(double x) { return ::exp(x); }

/// The error function.
///
/// In single precision: x times a polynomial in x^2 where |x| < 1, else 1 - exp(polynomial in |x|); coefficients by a fit at Chebyshev points.
/// Absolute error below 2e-7. Branch-free.
FEWCLIP_HOST_DEVICE inline float erf(float x) {
  FEWCLIP_KEEP_ORDER
#if defined(__CUDA_ARCH__)
  return ::erff(x);
#else
  const float size = std::fabs(x);
  const float square = x * x;
  float near = -5.654105859e-4F;
  near = near * square + 4.923277665e-3F;
  near = near * square - 2.671638510e-2F;
  near = near * square + 1.128036441e-1F;
  near = near * square - 3.761234978e-1F;
  near = near * square + 1.128379127F;
  const float capped = detail::select(size < 4.0F, size, 4.0F);
  float log_rest = -1.330939039e-5F;
  log_rest = log_rest * capped + 3.175720346e-4F;
  log_rest = log_rest * capped - 3.436867598e-3F;
  log_rest = log_rest * capped + 2.262198592e-2F;
  log_rest = log_rest * capped - 1.033189800e-1F;
  log_rest = log_rest * capped - 6.390933195e-1F;
  log_rest = log_rest * capped - 1.125925949F;
  log_rest = log_rest * capped - 7.569686260e-4F;
  const float far = 1.0F - exp(log_rest);
  return detail::select(size < 1.0F, near * x, detail::select(x < 0.0F, -far, far));
#endif
}

/// The error function.
FEWCLIP_HOST_DEVICE inline double erf(double x) { return ::erf(x); }

/// The natural logarithm.
FEWCLIP_HOST_DEVICE inline float log(float x) { return ::logf(x); }

/// The natural logarithm.
FEWCLIP_HOST_DEVICE inline double log(double x) { return ::log(x); }

/// The square root.
///
/// In single precision: Newton's steps from an estimate of the reciprocal root, the last one on the root itself; off by at most one unit in
/// the last place. Branch-free: a loop with the standard library's root, which may set errno, is not vectorised.
FEWCLIP_HOST_DEVICE inline float sqrt(float x) {
  FEWCLIP_KEEP_ORDER
#if defined(__CUDA_ARCH__)
  return ::sqrtf(x);
#else
  const bool small = x < 1e-30F;
  const float scaled = x * detail::select(small, 18446744073709551616.0F, 1.0F);  // 2^64, which makes subnormal numbers normal
  float y = std::bit_cast<float>(0x5f375a86 - (std::bit_cast<std::int32_t>(scaled) >> 1));
  const float half = 0.5F * scaled;
  y = y * (1.5F - half * y * y);
  y = y * (1.5F - half * y * y);
  y = y * (1.5F - half * y * y);
  const float near = scaled * y;
  const float root = (near + 0.5F * y * (scaled - near * near)) * detail::select(small, 2.3283064365386963e-10F, 1.0F);
  const float of_positive = detail::select(x > 3.4028234e38F, x, root);
  return detail::select(x < 0.0F, std::numeric_limits<float>::quiet_NaN(), of_positive);
#endif
}

/// The square root.
FEWCLIP_HOST_DEVICE inline double sqrt(double x) { return ::sqrt(x); }

}  // namespace fewclip::math
