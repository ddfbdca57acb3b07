#pragma once
/// \file
/// Reductions of a row in a fixed order that a plain compiler can vectorise: sixteen partial results, then those one by one.

#include "fewclip/config.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::ops::detail {

inline constexpr index lane_count = 16;

/// The sum of value(c) for 0 <= c < count.
template <class Scalar, class Value>
FEWCLIP_HOST_DEVICE Scalar sum_in_lanes(index count, const Value& value) {
  Scalar lanes[lane_count] = {};
  index c = 0;
  for (; c + lane_count <= count; c += lane_count) {
    for (index lane = 0; lane < lane_count; ++lane) lanes[lane] += value(c + lane);
  }
  Scalar sum = 0;
  for (index lane = 0; lane < lane_count; ++lane) sum += lanes[lane];
  for (; c < count; ++c) sum += value(c);
  return sum;
}

/// The largest of x[0] .. x[count-1], count >= 1.
template <class Scalar>
FEWCLIP_HOST_DEVICE Scalar largest_in_lanes(const Scalar* x, index count) {
  Scalar lanes[lane_count];
  for (index lane = 0; lane < lane_count; ++lane) lanes[lane] = x[0];
  index c = 0;
  for (; c + lane_count <= count; c += lane_count) {
    for (index lane = 0; lane < lane_count; ++lane) lanes[lane] = x[c + lane] > lanes[lane] ? x[c + lane] : lanes[lane];
  }
  Scalar largest = x[0];
  for (index lane = 0; lane < lane_count; ++lane) largest = lanes[lane] > largest ? lanes[lane] : largest;
  for (; c < count; ++c) largest = x[c] > largest ? x[c] : largest;
  return largest;
}

}  // namespace fewclip::ops::detail
