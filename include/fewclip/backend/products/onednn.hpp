#pragma once
/// \file
/// Matrix products by oneDNN: faster than Eigen where the right operand is used many times, and several times faster in bf16 with AMX.

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <memory>
#include <vector>

#include "fewclip/backend/products/detail/onednn_convolution.hpp"
#include "fewclip/backend/products/detail/onednn_worker.hpp"
#include "fewclip/backend/products/eigen.hpp"
#include "fewclip/config.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/core/thread_scratch.hpp"

namespace fewclip::products {

/// Single precision throughout.
struct f32 {
  using element = float;
  static constexpr const char* name = "onednn-f32";
  static constexpr dnnl::memory::data_type type = dnnl::memory::data_type::f32;
  static constexpr index tile_columns = 256;
};

/// Operands rounded to bfloat16 (8 significant bits), sums and results in single precision.
///
/// Each operand is rounded to the nearest even value with a relative error of at most 2^-9 per element, so a product of vectors is off by
/// at most about 2^-8 times the product of their norms. Pays where the processor has AMX (4 to 7 times the speed of f32); without AMX it is
/// slower than f32.
struct bf16 {
  using element = std::uint16_t;
  static constexpr const char* name = "onednn-bf16";
  static constexpr dnnl::memory::data_type type = dnnl::memory::data_type::bf16;
  static constexpr index tile_columns = 768;  ///< wider than in f32, since each tile rounds the rows anew
};

/// oneDNN's matrix product.
///
/// \models matrix_product for float
/// \tparam Compute f32 or bf16
///
/// A signal handler that runs on the stack of a thread that multiplies can corrupt the product and more: oneDNN's kernels, as seen in
/// 2.6.3, keep numbers below the stack pointer. Install handlers with SA_ONSTACK and give them a stack (sigaltstack).
///
/// Single-threaded, and safe to call from many threads: each keeps its own primitives and scratchpad. Deterministic on one machine: a
/// result depends on the operands and the extents of the call only. Needs the component fewclip::onednn (oneDNN 2.x and, where oneDNN was
/// built for OpenMP, -fopenmp). \throws device_error from every function where oneDNN refuses, for example bf16 on a processor without
/// AVX-512
template <class Compute = f32>
struct onednn {
  static_assert(std::same_as<Compute, f32> || std::same_as<Compute, bf16>,
                "fewclip::products::onednn: Compute is products::f32 or products::bf16, see docs/extend/backend.md");

  static const char* name() { return Compute::name; }

  /// oneDNN's own convolution of channels-last maps of Compute::element, which layers::convolution prefers to products with patches.
  using convolution = detail::onednn_convolution<Compute>;

  /// The right operand of many products in oneDNN's blocked layout, tile by tile. Copies share the tiles; read-only once made.
  struct packed {
    index columns = 0;  ///< columns of the product, that is, rows of the operand
    index depth = 0;
    index tile_columns = Compute::tile_columns;
    std::shared_ptr<const std::vector<dnnl::memory>> tiles;  ///< [depth, tile_columns] each, the last one narrower
  };

  /// Whether oneDNN has these products on this processor: f32 always, bf16 with AVX-512.
  static bool available() {
    try {
      const float one = 1;
      pack(&one, 1, 1);
      return true;
    } catch (const device_error&) {
      return false;
    }
  }

  /// Copies the weights into the layout that oneDNN multiplies fastest; tiles are packed in parallel.
  /// \param weights [columns, depth], row-major; not needed afterwards
  /// \param columns columns of the product
  /// \param depth length of the inner products
  static packed pack(const float* weights, index columns, index depth) {
    packed out{columns, depth, tile_for(columns), {}};
    if (columns <= 0 || depth <= 0) return out;
    const index step = out.tile_columns;
    const index count = (columns + step - 1) / step;
    std::vector<dnnl::memory> tiles(static_cast<std::size_t>(count));
    const auto layout = best_layout(std::min(step, columns), depth);
    const auto last_layout = best_layout(columns - (count - 1) * step, depth);
    parallel_for(count, 1, [&](index begin, index end) {
      for (index tile = begin; tile < end; ++tile) {
        tiles[static_cast<std::size_t>(tile)] = pack_tile(weights + tile * step * depth, std::min(step, columns - tile * step), depth,
                                                          tile + 1 == count ? last_layout : layout);
      }
    });
    out.tiles = std::make_shared<const std::vector<dnnl::memory>>(std::move(tiles));
    return out;
  }

  /// The weights again, as far as Compute has kept them.
  /// \param weights from pack()
  /// \param out [columns, depth], row-major
  static void unpack(const packed& weights, float* out) {
    if (!weights.tiles) return;
    const index step = weights.tile_columns;
    parallel_for(static_cast<index>(weights.tiles->size()), 1, [&](index begin, index end) {
      for (index tile = begin; tile < end; ++tile) {
        unpack_tile((*weights.tiles)[static_cast<std::size_t>(tile)], std::min(step, weights.columns - tile * step), weights.depth,
                    out + tile * step * weights.depth);
      }
    });
  }

  /// out[i, j - first] = <x_i, w_j> for `rows` rows and columns first <= j < last, which are one tile of `weights`.
  /// \param x [rows, depth]; rounded to bf16 at each call where Compute is bf16
  /// \param rows rows of x and out, any number
  /// \param weights from pack()
  /// \param first a multiple of weights.tile_columns
  /// \param last the next multiple, or the number of columns where that is smaller
  /// \param out [rows, last - first]
  static void multiply_packed(const float* x, index rows, const packed& weights, index first, index last, float* out) {
    const index columns = last - first;
    if (rows <= 0 || columns <= 0) return;
    if (weights.depth <= 0) {
      std::fill_n(out, rows * columns, 0.0F);
      return;
    }
    const dnnl::memory& tile = (*weights.tiles)[static_cast<std::size_t>(first / weights.tile_columns)];
    detail::call_onednn("fewclip::products::onednn::multiply_packed", Compute::name,
                        [&] { multiply_rows(x, rows, tile, columns, weights.depth, out); });
  }

  /// c = alpha op(a) op(b) + beta c, in the manner of eigen::multiply, by oneDNN's sgemm; c is not read where beta is 0.
  ///
  /// Best times on one shared AVX-512 core, which varied by up to a third between rounds: 1.0 to 1.3 times the speed of Eigen on the large
  /// products of training, a tenth slower at 64 x 100 x 512, half as fast at 16 x 16 x 16. One row is left to eigen::multiply: sgemm packs
  /// the matrix, which takes longer than reading it. A transposed left operand is copied first: sgemm takes more than twice as long on one
  /// whose rows are a multiple of a page apart (3072 x 768 x 500 on an AVX2 core).
  static void multiply(transposition op, product_extents size, float alpha, const float* a, index a_stride, const float* b, index b_stride,
                       float beta, float* c, index c_stride) requires std::same_as<Compute, f32> {
    if (size.rows <= 1 || size.columns <= 0 || size.depth <= 0) {
      eigen::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
      return;
    }
    thread_scratch<float> copied(op.left ? static_cast<std::size_t>(size.rows * size.depth) : 0);
    if (op.left) {
      rows_of_columns(a, a_stride, size.rows, size.depth, copied.data());
      a = copied.data();
      a_stride = size.depth;
    }
    detail::call_onednn("fewclip::products::onednn::multiply", "sgemm", [&] {
      dnnl::error::wrap_c_api(
          dnnl_sgemm('N', op.right ? 'T' : 'N', size.rows, size.columns, size.depth, alpha, a, a_stride, b, b_stride, beta, c, c_stride),
          "could not multiply");
    });
  }

 private:
  /// Narrower tiles for the layers of a transformer, so that a few rows (one image has 50) still give every thread its share; on an AVX-512
  /// processor one thread multiplies 50 x 768 by 768 and by 3072 as fast in tiles of 128 columns as in tiles of 256.
  static constexpr index tile_for(index columns) {
    return std::same_as<Compute, f32> && columns < 4096 ? Compute::tile_columns / 2 : Compute::tile_columns;
  }

  /// Calls `action` with this thread's worker.
  template <class Action>
  static void with_worker(const Action& action) {
    with_kept<detail::onednn_worker, Compute>(action, Compute::type);
  }

  /// The layout oneDNN prefers for the weights; it depends on columns and depth, and the number of rows is a typical one.
  static dnnl::memory::desc best_layout(index columns, index depth) {
    constexpr index typical_rows = 192;
    return detail::call_onednn("fewclip::products::onednn::pack", Compute::name, [&] {
      const dnnl::memory::desc any({depth, columns}, Compute::type, dnnl::memory::format_tag::any);
      return detail::describe_product(Compute::type, typical_rows, columns, depth, any).weights_desc();
    });
  }

  static dnnl::memory pack_tile(const float* weights, index columns, index depth, const dnnl::memory::desc& layout) {
    return detail::call_onednn("fewclip::products::onednn::pack", Compute::name, [&] {
      const dnnl::memory::desc plain({depth, columns}, dnnl::memory::data_type::f32, dnnl::memory::dims{1, depth});
      const dnnl::memory from(plain, detail::onednn_engine(), const_cast<float*>(weights));
      dnnl::memory to(layout, detail::onednn_engine());
      with_worker([&](detail::onednn_worker& worker) { worker.reorder(from, to); });
      return to;
    });
  }

  static void unpack_tile(const dnnl::memory& tile, index columns, index depth, float* out) {
    detail::call_onednn("fewclip::products::onednn::unpack", Compute::name, [&] {
      const dnnl::memory::desc plain({depth, columns}, dnnl::memory::data_type::f32, dnnl::memory::dims{1, depth});
      const dnnl::memory to(plain, detail::onednn_engine(), out);
      with_worker([&](detail::onednn_worker& worker) { worker.reorder(tile, to); });
    });
  }

  /// The columns of a [depth, rows], a_stride apart, as rows. Eight at a time, which is as far as a line of the cache reaches twice.
  static void rows_of_columns(const float* a, index a_stride, index rows, index depth, float* out) {
    constexpr index together = 8;
    for (index i = 0; i < rows; i += together) {
      const index count = std::min(together, rows - i);
      for (index k = 0; k < depth; ++k) {
        for (index l = 0; l < count; ++l) out[(i + l) * depth + k] = a[k * a_stride + i + l];
      }
    }
  }

  /// The product of rows with a packed tile, after rounding them to the type of the computation.
  static void multiply_rows(const float* x, index rows, const dnnl::memory& tile, index columns, index depth, float* out) {
    with_worker([&](detail::onednn_worker& worker) {
      if constexpr (std::same_as<Compute, f32>) {
        worker.multiply(x, rows, tile, columns, depth, out);
      } else {
        thread_scratch<std::uint16_t> rounded(static_cast<std::size_t>(rows * depth));
        round_to_bf16(x, rounded.data(), rows * depth);
        worker.multiply(rounded.data(), rows, tile, columns, depth, out);
      }
    });
  }

  /// To nearest, ties to even; what is not a number stays so.
  static void round_to_bf16(const float* in, std::uint16_t* out, index count) {
    FEWCLIP_INDEPENDENT_LOOP
    for (index i = 0; i < count; ++i) {
      const auto bits = std::bit_cast<std::uint32_t>(in[i]);
      const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
      const std::uint32_t not_a_number = (bits >> 16) | 0x40U;
      out[i] = static_cast<std::uint16_t>((bits & 0x7FFFFFFFU) > 0x7F800000U ? not_a_number : rounded);
    }
  }
};

}  // namespace fewclip::products
