#pragma once
/// \file
/// The host processor as a backend.

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "fewclip/backend/products/eigen.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/concepts/matrix_product.hpp"
#include "fewclip/config.hpp"
#include "fewclip/core/memory.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/core/thread_scratch.hpp"

namespace fewclip::backend {

/// The host processor.
///
/// \models compute_backend
/// \tparam Scalar float, or double for checks of gradients and golden values
/// \tparam Products a matrix_product: products::eigen, products::onednn<f32>, products::onednn<bf16>, or one of them at run time by products::any_of
///
/// Deterministic: chunks and tiles depend on the sizes only, so results are equal bit for bit for any number of threads.
template <class Scalar = float, class Products = products::eigen>
struct cpu {
  static_assert(
      matrix_product<Products, Scalar>,
      "fewclip::backend::cpu: Products needs 'name()', 'pack' and 'multiply_packed' for this scalar [concept matrix_product], see "
      "docs/extend/backend.md");

  using scalar = Scalar;
  using memory = host_memory;
  using product_provider = Products;
  using tensor_type = basic_tensor<Scalar, cpu>;

  static std::string name() { return std::string("cpu/") + Products::name() + (std::is_same_v<Scalar, double> ? "/f64" : "/f32"); }

  /// A right operand that was prepared once; shares the storage of the tensor it was made from.
  struct packed_matrix {
    tensor_type weights;  ///< [columns, depth]; empty once released
    decltype(Products::pack(static_cast<const Scalar*>(nullptr), index{}, index{})) packed;
    index columns() const { return packed.columns; }
    index depth() const { return packed.depth; }

    /// Whether the provider's form holds all that products need, so that they need no rows.
    bool holds_rows() const {
      if constexpr (requires { Products::can_unpack(packed); }) {
        return Products::can_unpack(packed);
      } else {
        return requires(Scalar * out) { Products::unpack(packed, out); };
      }
    }

    /// Lets go of the rows where the provider's form holds them.
    void release() {
      if (holds_rows()) weights = tensor_type();
    }

    /// The rows [columns, depth]; made from the provider's form where they have been let go, rounded as that is.
    tensor_type rows() const {
      if constexpr (requires(Scalar * out) { Products::unpack(packed, out); }) {
        if (weights.empty() && holds_rows()) {
          tensor_type out = tensor_type::uninitialised({columns(), depth()});
          Products::unpack(packed, out.mutable_data());
          return out;
        }
      }
      return weights;
    }
  };

  template <class Body>
  static void for_each(index count, const Body& body) {
    parallel_for(count, 1 << 15, [&body](index begin, index end) { run_range(begin, end, body); });
  }

  template <class Body>
  static void for_each_row(index rows, index work, const Body& body) {
    parallel_for(rows, std::max<index>(1, (1 << 16) / std::max<index>(1, work)), [&body](index begin, index end) {
      for (index row = begin; row < end; ++row) body(row);
    });
  }

  static packed_matrix pack(const tensor_type& weights) {
    return {weights, Products::pack(weights.data(), weights.rows(), weights.columns())};
  }

  /// \throws shape_error where inner extents differ or c does not have the extents of the product
  static void product(const product_options& options, const tensor_type& a, const tensor_type& b, tensor_type& c) {
    const index rows = options.transpose_left ? a.columns() : a.rows();
    const index depth = options.transpose_left ? a.rows() : a.columns();
    const index columns = options.transpose_right ? b.rows() : b.columns();
    const index b_depth = options.transpose_right ? b.columns() : b.rows();
    if (depth != b_depth) {
      throw shape_error(
          expected_got("fewclip::backend::product", "inner extent of the right operand", std::to_string(depth), std::to_string(b_depth)));
    }
    require_shape("fewclip::backend::product", "result", shape{rows, columns}, shape{c.rows(), c.columns()});
    const Scalar* left = a.data();
    const Scalar* right = b.data();
    Scalar* out = c.mutable_data();
    const index a_stride = a.columns();
    const index b_stride = b.columns();
    constexpr index tile_rows = 128;
    constexpr index tile_columns = 512;
    const index row_tiles = (rows + tile_rows - 1) / tile_rows;
    const index column_tiles = (columns + tile_columns - 1) / tile_columns;
    parallel_for(row_tiles * column_tiles, 1, [&](index begin, index end) {
      for (index tile = begin; tile < end; ++tile) {
        const index i = tile / column_tiles * tile_rows;
        const index j = tile % column_tiles * tile_columns;
        const fewclip::products::product_extents size{std::min(tile_rows, rows - i), std::min(tile_columns, columns - j), depth};
        multiply({options.transpose_left, options.transpose_right}, size, static_cast<Scalar>(options.alpha),
                 left + (options.transpose_left ? i : i * a_stride), a_stride, right + (options.transpose_right ? j * b_stride : j),
                 b_stride, static_cast<Scalar>(options.beta), out + i * columns + j, columns);
      }
    });
  }

  /// \throws shape_error where x and the packed operand differ in depth
  template <class Epilogue>
  static void product_rows(const tensor_type& x, const packed_matrix& weights, const Epilogue& epilogue) {
    require_depth("fewclip::backend::product_rows", x, weights);
    if (x.rows() < few_rows) {
      rows_across_columns(x, weights, epilogue);
    } else {
      rows_by_tiles(x, weights, epilogue);
    }
  }

  /// \throws shape_error where x and the packed operand differ in depth
  template <class Epilogue>
  static void product_tiles(const tensor_type& x, const packed_matrix& weights, const Epilogue& epilogue) {
    require_depth("fewclip::backend::product_tiles", x, weights);
    const index rows = x.rows();
    const index columns = weights.columns();
    const index step = std::min(weights.packed.tile_columns, std::max<index>(1, columns));
    const index column_tiles = (columns + step - 1) / step;
    const index row_tiles = (rows + row_tile - 1) / row_tile;
    parallel_for(row_tiles * column_tiles, 1, [&](index begin, index end) {
      thread_scratch<Scalar> tile(static_cast<std::size_t>(std::min(rows, row_tile) * step));
      for (index k = begin; k < end; ++k) {
        const index top = k / column_tiles * row_tile;
        const index bottom = std::min(rows, top + row_tile);
        const index first = k % column_tiles * step;
        const index last = std::min(columns, first + step);
        Products::multiply_packed(x.data() + top * x.columns(), bottom - top, weights.packed, first, last, tile.data());
        for (index row = top; row < bottom; ++row) epilogue(row, first, last, tile.data() + (row - top) * (last - first));
      }
    });
  }

  /// One product is one thread's work.
  static void batched_product(const product_options& options, const product_batch& batch, const Scalar* a, const Scalar* b, Scalar* c) {
    const index work = std::max<index>(1, batch.rows * batch.columns * batch.depth);
    parallel_for(batch.outer * batch.inner, std::max<index>(1, (1 << 18) / work), [&](index begin, index end) {
      for (index k = begin; k < end; ++k) {
        const auto at = [&](const batch_strides& strides) { return k / batch.inner * strides.outer + k % batch.inner * strides.inner; };
        multiply({options.transpose_left, options.transpose_right}, {batch.rows, batch.columns, batch.depth},
                 static_cast<Scalar>(options.alpha), a + at(batch.a), batch.a.row, b + at(batch.b), batch.b.row,
                 static_cast<Scalar>(options.beta), c + at(batch.c), batch.c.row);
      }
    });
  }

 private:
  static constexpr index few_rows = 8;
  static constexpr index row_tile = 192;

  /// A tile of a general product, by the provider where it has one of its own, else by Eigen.
  static void multiply(fewclip::products::transposition op, fewclip::products::product_extents size, Scalar alpha, const Scalar* a,
                       index a_stride, const Scalar* b, index b_stride, Scalar beta, Scalar* c, index c_stride) {
    if constexpr (requires { Products::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride); }) {
      Products::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
    } else {
      fewclip::products::eigen::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
    }
  }

  static void require_depth(const char* where, const tensor_type& x, const packed_matrix& weights) {
    if (x.columns() == weights.depth()) return;
    throw shape_error(expected_got(where, "columns of x", std::to_string(weights.depth()), std::to_string(x.columns())));
  }

  template <class Body>
  static void run_range(index begin, index end, const Body& body) {
    FEWCLIP_INDEPENDENT_LOOP
    for (index i = begin; i < end; ++i) body(i);
  }

  /// Many rows: a thread takes a tile of rows and walks over the columns, so that products and epilogue meet in its cache.
  template <class Epilogue>
  static void rows_by_tiles(const tensor_type& x, const packed_matrix& weights, const Epilogue& epilogue) {
    const index columns = weights.columns();
    const index step = std::min(weights.packed.tile_columns, std::max<index>(1, columns));
    parallel_for(x.rows(), row_tile, [&](index begin, index end) {
      thread_scratch<Scalar> tile(static_cast<std::size_t>((end - begin) * step));
      for (index first = 0; first < columns; first += step) {
        const index last = std::min(columns, first + step);
        Products::multiply_packed(x.data() + begin * x.columns(), end - begin, weights.packed, first, last, tile.data());
        for (index row = begin; row < end; ++row) epilogue(row, first, last, tile.data() + (row - begin) * (last - first));
      }
    });
  }

  /// Few rows: threads share the columns instead; the products of so few rows are small enough to keep.
  template <class Epilogue>
  static void rows_across_columns(const tensor_type& x, const packed_matrix& weights, const Epilogue& epilogue) {
    const index columns = weights.columns();
    const index step = std::min(weights.packed.tile_columns, std::max<index>(1, columns));
    const index tiles = (columns + step - 1) / step;
    std::vector<Scalar> all(static_cast<std::size_t>(x.rows() * columns));
    parallel_for(tiles, 1, [&](index begin, index end) {
      thread_scratch<Scalar> tile(static_cast<std::size_t>(x.rows() * step));
      for (index first = begin * step; first < std::min(columns, end * step); first += step) {
        const index width = std::min(columns, first + step) - first;
        Products::multiply_packed(x.data(), x.rows(), weights.packed, first, first + width, tile.data());
        for (index row = 0; row < x.rows(); ++row) std::copy_n(tile.data() + row * width, width, all.data() + row * columns + first);
      }
    });
    if (columns == 0) return;
    for (index row = 0; row < x.rows(); ++row) epilogue(row, 0, columns, all.data() + row * columns);
  }
};

}  // namespace fewclip::backend
