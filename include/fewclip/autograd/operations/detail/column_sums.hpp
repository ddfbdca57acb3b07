#pragma once
/// \file
/// Sums over rows, for the gradients of what is shared by all rows.

#include "fewclip/autograd/operations/detail/lanes.hpp"
#include "fewclip/concepts/compute_backend.hpp"

namespace fewclip::ops::detail {

/// out[c] = the sum over r of x[r * stride + c] for c < columns, in the order of the rows; a thread takes sixteen columns.
template <compute_backend B>
void sum_columns(const typename B::scalar* x, index rows, index columns, typename B::scalar* out, index stride) {
  using scalar = typename B::scalar;
  B::for_each_row((columns + lane_count - 1) / lane_count, lane_count * rows, [=] FEWCLIP_HOST_DEVICE(index block) {
    const index first = block * lane_count;
    const index count = columns - first < lane_count ? columns - first : lane_count;
    scalar sums[lane_count] = {};
    if (count == lane_count) {
      for (index r = 0; r < rows; ++r) {
        for (index lane = 0; lane < lane_count; ++lane) sums[lane] += x[r * stride + first + lane];
      }
    } else {
      for (index r = 0; r < rows; ++r) {
        for (index lane = 0; lane < count; ++lane) sums[lane] += x[r * stride + first + lane];
      }
    }
    for (index lane = 0; lane < count; ++lane) out[first + lane] = sums[lane];
  });
}

}  // namespace fewclip::ops::detail
