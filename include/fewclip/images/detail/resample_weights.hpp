#pragma once
/// \file
/// The fixed-point weights of one axis.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "fewclip/core/shape.hpp"

namespace fewclip::images::detail {

/// a * b, rounded: the compiler cannot fuse it with an addition, which would change the last bit of a weight on some processors.
inline double rounded_product(double a, double b) {
  const volatile double product = a * b;
  return product;
}

/// Keys' cubic convolution with a = -0.5; zero from 2 on.
struct cubic_curve {
  static constexpr double support = 2;
  double operator()(double at) const {
    const double t = std::abs(at);
    if (t < 1) return rounded_product(rounded_product(rounded_product(1.5, t) - 2.5, t), t) + 1;
    if (t < 2) return rounded_product(rounded_product(rounded_product(t - 5, t) + 8, t) - 4, -0.5);
    return 0;
  }
};

/// A triangle; zero from 1 on.
struct linear_curve {
  static constexpr double support = 1;
  double operator()(double at) const { return std::max(0.0, 1 - std::abs(at)); }
};

/// sinc(t) sinc(t / 3); zero from 3 on.
struct lanczos_curve {
  static constexpr double support = 3;
  static double sinc(double t) {
    const double angle = t * std::numbers::pi;
    return t == 0 ? 1 : std::sin(angle) / angle;
  }
  double operator()(double at) const { return at >= -3 && at < 3 ? rounded_product(sinc(at), sinc(at / 3)) : 0; }
};

/// The weights of some outputs of one axis, 22 fractional bits, each split into high * 2^11 + low with 0 <= low < 2^11, so that both parts fit
/// into 16 bits and a processor's 16-bit multiplier sums them exactly.
struct resample_weights {
  static constexpr int fraction_bits = 22;
  static constexpr int low_bits = 11;

  index stride = 0;                ///< places per output, even; those behind `count` are 0
  std::vector<index> first;        ///< per output: the first input that it reads
  std::vector<index> count;        ///< per output: how many it reads
  std::vector<std::int16_t> high;  ///< [outputs, stride]
  std::vector<std::int16_t> low;   ///< [outputs, stride]

  index outputs() const { return static_cast<index>(first.size()); }
  /// One past the last input that is read.
  index end() const {
    index out = 0;
    for (std::size_t i = 0; i < first.size(); ++i) out = std::max(out, first[i] + count[i]);
    return out;
  }
  /// The first input that is read.
  index begin() const { return *std::min_element(first.begin(), first.end()); }
};

/// Writes the weights of one output behind those of the ones before it.
inline void append_fixed_point(const std::vector<double>& weights, double sum, resample_weights& out) {
  const auto at = out.high.size();
  out.high.resize(at + static_cast<std::size_t>(out.stride));
  out.low.resize(at + static_cast<std::size_t>(out.stride));
  for (std::size_t j = 0; j < weights.size(); ++j) {
    const double scaled = rounded_product(sum != 0 ? weights[j] / sum : weights[j], 1 << resample_weights::fraction_bits);
    const auto fixed = static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    out.high[at + j] = static_cast<std::int16_t>(fixed >> resample_weights::low_bits);
    out.low[at + j] = static_cast<std::int16_t>(fixed & ((1 << resample_weights::low_bits) - 1));
  }
}

/// Outputs begin .. begin + outputs - 1 of an axis that goes from `from` inputs to `to` outputs.
template <class Curve>
resample_weights make_weights(index from, index to, index begin, index outputs) {
  const Curve curve;
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double stretch = std::max(scale, 1.0);
  const double support = Curve::support * stretch;
  const double shrink = 1 / stretch;
  resample_weights out;
  out.stride = std::min(2 * static_cast<index>(std::ceil(support)) + 1, from);
  out.stride += out.stride % 2;
  std::vector<double> weights;
  for (index i = begin; i < begin + outputs; ++i) {
    const double centre = rounded_product(static_cast<double>(i) + 0.5, scale);
    const index low = std::max(static_cast<index>(centre - support + 0.5), index{0});
    const index high = std::min(static_cast<index>(centre + support + 0.5), from);
    double sum = 0;
    weights.clear();
    for (index j = low; j < high; ++j) {
      weights.push_back(curve(rounded_product(static_cast<double>(j) - centre + 0.5, shrink)));
      sum += weights.back();
    }
    out.first.push_back(low);
    out.count.push_back(high - low);
    append_fixed_point(weights, sum, out);
  }
  return out;
}

}  // namespace fewclip::images::detail
