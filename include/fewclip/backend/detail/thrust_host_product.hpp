#pragma once
/// \file
/// A plain tiled matrix product for the host systems of Thrust: correct everywhere, with contiguous inner loops, not tuned further.

#include <algorithm>
#include <array>
#include <cstddef>

#include "fewclip/backend/detail/thrust_system.hpp"

namespace fewclip::backend::detail {

/// Computes one tile of a product per call. Tiles and the order of sums depend on the extents only.
template <class Scalar>
struct host_product_tile {
  static constexpr index tile_rows = 32;
  static constexpr index tile_columns = 128;
  static constexpr index tile_depth = 256;

  thrust_product<Scalar> job;

  index tiles() const { return row_tiles() * column_tiles(); }

  void operator()(index tile) const {
    const index first_row = tile / column_tiles() * tile_rows;
    const index last_row = std::min(job.rows, first_row + tile_rows);
    const index first = tile % column_tiles() * tile_columns;
    const index last = std::min(job.columns, first + tile_columns);
    for (index row = first_row; row < last_row; ++row) {
      Scalar* out = job.out + row * job.columns;
      for (index j = first; j < last; ++j) out[j] = job.beta == Scalar(0) ? Scalar(0) : job.beta * out[j];
    }
    for (index k = 0; k < job.depth; k += tile_depth) {
      const index count = std::min(tile_depth, job.depth - k);
      for (index row = first_row; row < last_row; ++row) add_row(row, first, last, k, count);
    }
  }

 private:
  using values = std::array<Scalar, static_cast<std::size_t>(tile_depth)>;

  index row_tiles() const { return (job.rows + tile_rows - 1) / tile_rows; }
  index column_tiles() const { return (job.columns + tile_columns - 1) / tile_columns; }

  /// Adds the terms k .. k+count-1 of the sums of one row.
  void add_row(index row, index first, index last, index k, index count) const {
    values left;
    for (index l = 0; l < count; ++l) {
      const index at = job.transpose_left ? (k + l) * job.left_stride + row : row * job.left_stride + k + l;
      left[static_cast<std::size_t>(l)] = job.alpha * job.left[at];
    }
    Scalar* out = job.out + row * job.columns;
    if (job.transpose_right) {
      for (index j = first; j < last; ++j) out[j] += dot(left.data(), job.right + j * job.right_stride + k, count);
      return;
    }
    for (index l = 0; l < count; ++l) {
      const Scalar factor = left[static_cast<std::size_t>(l)];
      const Scalar* right = job.right + (k + l) * job.right_stride;
      for (index j = first; j < last; ++j) out[j] += factor * right[j];
    }
  }

  static Scalar dot(const Scalar* a, const Scalar* b, index count) {
    constexpr index lanes = 8;  // independent sums, so that the loop can be vectorised without reordering
    std::array<Scalar, static_cast<std::size_t>(lanes)> sums{};
    index l = 0;
    for (; l + lanes <= count; l += lanes) {
      for (index lane = 0; lane < lanes; ++lane) sums[static_cast<std::size_t>(lane)] += a[l + lane] * b[l + lane];
    }
    Scalar sum = 0;
    for (; l < count; ++l) sum += a[l] * b[l];
    for (const Scalar part : sums) sum += part;
    return sum;
  }
};

/// Computes one row of one product of a batch per call.
template <class Scalar>
struct host_batch_row {
  thrust_product_batch<Scalar> job;

  index rows() const { return job.extents.outer * job.extents.inner * job.extents.rows; }

  void operator()(index position) const {
    const product_batch& n = job.extents;
    const index row = position % n.rows;
    const index inner = position / n.rows % n.inner;
    const index outer = position / n.rows / n.inner;
    const Scalar* a = job.a + outer * n.a.outer + inner * n.a.inner;
    const Scalar* b = job.b + outer * n.b.outer + inner * n.b.inner;
    Scalar* c = job.c + outer * n.c.outer + inner * n.c.inner + row * n.c.row;
    for (index j = 0; j < n.columns; ++j) {
      Scalar sum = 0;
      for (index k = 0; k < n.depth; ++k) {
        sum += a[job.transpose_left ? k * n.a.row + row : row * n.a.row + k] * b[job.transpose_right ? j * n.b.row + k : k * n.b.row + j];
      }
      c[j] = job.alpha * sum + (job.beta == Scalar(0) ? Scalar(0) : job.beta * c[j]);
    }
  }
};

}  // namespace fewclip::backend::detail
