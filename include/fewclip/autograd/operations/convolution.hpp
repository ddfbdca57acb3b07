#pragma once
/// \file
/// Convolution of channels-last maps, by products with tiles of patches.

#include <algorithm>
#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/detail/column_sums.hpp"
#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/core/convolution_window.hpp"

namespace fewclip::ops {
namespace detail {

/// The extents of one convolution.
struct convolution_extents {
  convolution_window window;
  index images, height, width, in, out;
  index out_height, out_width;

  FEWCLIP_HOST_DEVICE index places() const { return images * out_height * out_width; }
  FEWCLIP_HOST_DEVICE index depth() const { return window.kernel * window.kernel * in; }
  shape result() const { return {images, out_height, out_width, out}; }
};

/// \throws shape_error where x is no stack of maps or the weight or the bias does not fit
inline convolution_extents convolution_of(const convolution_window& window, const shape& x, const shape& weight, const shape& bias) {
  constexpr const char* where = "fewclip::ops::convolution";
  if (x.rank() != 4) throw shape_error(expected_got(where, "x", "shape [images, height, width, channels]", x.text()));
  if (weight.rank() != 2) throw shape_error(expected_got(where, "weight", "shape [out, kernel * kernel * in]", weight.text()));
  require_shape(where, "weight", {weight[0], window.kernel * window.kernel * x[3]}, weight);
  require_shape(where, "bias", {weight[0]}, bias);
  return {window, x[0], x[1], x[2], x[3], weight[0], window.places(x[1]), window.places(x[2])};
}

/// Row r of `patches` becomes what lies under the window at place first + r; zeros outside of the map.
template <class Scalar>
struct gather_patches {
  convolution_extents n;
  const Scalar* x;
  Scalar* patches;
  index first;

  FEWCLIP_HOST_DEVICE void operator()(index row) const {
    const index place = first + row;
    const index image = place / (n.out_height * n.out_width);
    const index top = place / n.out_width % n.out_height * n.window.stride - n.window.padding;
    const index left = place % n.out_width * n.window.stride - n.window.padding;
    Scalar* to = patches + row * n.depth();
    for (index y = top; y < top + n.window.kernel; ++y) {
      for (index z = left; z < left + n.window.kernel; ++z, to += n.in) {
        if (y < 0 || y >= n.height || z < 0 || z >= n.width) {
          for (index c = 0; c < n.in; ++c) to[c] = Scalar(0);
        } else {
          const Scalar* from = x + ((image * n.height + y) * n.width + z) * n.in;
          for (index c = 0; c < n.in; ++c) to[c] = from[c];
        }
      }
    }
  }
};

/// Row r of `patches` becomes the gradients of the places whose window covers element first + r of the map, in the order of the kernel's
/// elements; zeros where there is no such place.
template <class Scalar>
struct gather_gradients {
  convolution_extents n;
  const Scalar* gradient;
  Scalar* patches;
  index first;

  FEWCLIP_HOST_DEVICE void operator()(index row) const {
    const index element = first + row;
    const index image = element / (n.height * n.width);
    const index bottom = element / n.width % n.height + n.window.padding;
    const index right = element % n.width + n.window.padding;
    Scalar* to = patches + row * n.window.kernel * n.window.kernel * n.out;
    for (index i = 0; i < n.window.kernel; ++i) {
      for (index j = 0; j < n.window.kernel; ++j, to += n.out) {
        const index y = bottom - i;
        const index z = right - j;
        const bool there = y >= 0 && z >= 0 && y % n.window.stride == 0 && z % n.window.stride == 0 && y / n.window.stride < n.out_height &&
                           z / n.window.stride < n.out_width;
        const Scalar* from =
            there ? gradient + ((image * n.out_height + y / n.window.stride) * n.out_width + z / n.window.stride) * n.out : nullptr;
        for (index c = 0; c < n.out; ++c) to[c] = there ? from[c] : Scalar(0);
      }
    }
  }
};

/// What happens to a product before it is stored: plus bias, plus what is there already, cut at zero.
template <class Scalar>
struct convolution_epilogue {
  Scalar* out;         ///< [rows, columns]
  const Scalar* bias;  ///< [columns], or null for none
  index columns;
  bool add;   ///< whether `out` is added to
  bool relu;  ///< whether negative results become 0

  FEWCLIP_HOST_DEVICE void operator()(index row, index first, index last, Scalar* values) const {
    Scalar* to = out + row * columns + first;
    const index count = last - first;
    if (bias != nullptr) {
      for (index j = 0; j < count; ++j) values[j] += bias[first + j];
    }
    if (add) {
      for (index j = 0; j < count; ++j) values[j] += to[j];
    }
    if (relu) {
      for (index j = 0; j < count; ++j) values[j] = values[j] > Scalar(0) ? values[j] : Scalar(0);
    }
    for (index j = 0; j < count; ++j) to[j] = values[j];
  }
};

/// The rows that are gathered at a time, so that they take about 4 MB.
template <class Scalar>
index patch_rows(index depth) {
  return std::max<index>(32, (index{4} << 20) / (std::max<index>(1, depth) * static_cast<index>(sizeof(Scalar))));
}

/// Calls `use(first, tile)` for tiles of rows 0..rows-1 of a matrix [rows, depth] that is never stored as a whole.
/// \param gather a functor with members `patches` and `first`
template <compute_backend B, class Gather, class Use>
void for_each_patch_tile(index rows, index depth, Gather gather, const Use& use) {
  const index step = std::min(rows, patch_rows<typename B::scalar>(depth));
  if (step == 0) return;
  tensor<B> workspace = tensor<B>::uninitialised({step, depth});
  gather.patches = workspace.mutable_data();
  for (index first = 0; first < rows; first += step) {
    const index count = std::min(step, rows - first);
    gather.first = first;
    B::for_each_row(count, depth, gather);
    use(first, workspace.rows_slice(0, count));
  }
}

/// out = epilogue(x convolved with the packed weight).
/// \param weight packed [out, kernel * kernel * in]
/// \param finish its `out` is of extents n.result()
template <compute_backend B>
void convolve(const convolution_extents& n, const tensor<B>& x, const packed_operand<B>& weight,
              const convolution_epilogue<typename B::scalar>& finish) {
  if (n.places() == 0 || n.out == 0) return;
  if (n.window.single()) {
    B::product_tiles(x.reshaped({n.places(), n.in}), weight, finish);
    return;
  }
  const gather_patches<typename B::scalar> gather{n, x.data(), nullptr, 0};
  for_each_patch_tile<B>(n.places(), n.depth(), gather, [&](index first, const tensor<B>& tile) {
    auto shifted = finish;
    shifted.out += first * n.out;
    B::product_tiles(tile, weight, shifted);
  });
}

/// The weight [out, kernel * kernel * in] with the roles of in and out exchanged: [in, kernel * kernel * out].
template <compute_backend B>
tensor<B> exchanged_weight(const convolution_extents& n, const tensor<B>& weight) {
  const index area = n.window.kernel * n.window.kernel;
  tensor<B> out = tensor<B>::uninitialised({n.in, area * n.out});
  const auto* from = weight.data();
  auto* to = out.mutable_data();
  const index ins = n.in;
  const index outs = n.out;
  B::for_each_row(ins, area * outs, [=] FEWCLIP_HOST_DEVICE(index c) {
    for (index k = 0; k < area; ++k) {
      for (index o = 0; o < outs; ++o) to[(c * area + k) * outs + o] = from[(o * area + k) * ins + c];
    }
  });
  return out;
}

/// Operands: x [images, height, width, in], weight [out, kernel * kernel * in], bias [out].
template <compute_backend B>
struct convolution_operation {
  using scalar = typename B::scalar;
  convolution_window window;
  convolution_extents n{};
  tensor<B> x{};
  tensor<B> weight{};

  tensor<B> forward(const tensor<B>& map, const tensor<B>& w, const tensor<B>& bias) {
    n = convolution_of(window, map.extents(), w.extents(), bias.extents());
    x = map;
    weight = w;
    tensor<B> out = tensor<B>::uninitialised(n.result());
    convolve<B>(n, map, B::pack(w), {out.mutable_data(), bias.data(), n.out, false, false});
    return out;
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const tensor<B> g = gradient.reshaped({n.places(), n.out});
    if (sink.wants(0)) sink.add(0, map_gradient(g));
    if (sink.wants(1)) sink.add(1, weight_gradient(g));
    if (sink.wants(2)) {
      tensor<B> sums = tensor<B>::uninitialised({n.out});
      sum_columns<B>(g.data(), n.places(), n.out, sums.mutable_data(), n.out);
      sink.add(2, std::move(sums));
    }
  }

  /// dx = the gradient convolved with the weight turned by half a circle
  tensor<B> map_gradient(const tensor<B>& g) const {
    tensor<B> dx = tensor<B>::uninitialised(x.extents());
    const index rows = n.images * n.height * n.width;
    if (rows == 0) return dx;
    const auto packed = B::pack(exchanged_weight<B>(n, weight));
    const convolution_epilogue<scalar> finish{dx.mutable_data(), nullptr, n.in, false, false};
    if (n.window.single()) {
      B::product_tiles(g, packed, finish);
      return dx;
    }
    const gather_gradients<scalar> gather{n, g.data(), nullptr, 0};
    for_each_patch_tile<B>(rows, n.window.kernel * n.window.kernel * n.out, gather, [&](index first, const tensor<B>& tile) {
      auto shifted = finish;
      shifted.out += first * n.in;
      B::product_tiles(tile, packed, shifted);
    });
    return dx;
  }

  /// dw = sum over the places of gradient times patch
  tensor<B> weight_gradient(const tensor<B>& g) const {
    tensor<B> dw(weight.extents());
    if (n.window.single()) {
      B::product({.transpose_left = true}, g, x.reshaped({n.places(), n.in}), dw);
      return dw;
    }
    const gather_patches<scalar> gather{n, x.data(), nullptr, 0};
    for_each_patch_tile<B>(n.places(), n.depth(), gather, [&](index first, const tensor<B>& tile) {
      B::product({.transpose_left = true, .beta = 1}, g.rows_slice(first, tile.rows()), tile, dw);
    });
    return dw;
  }
};

}  // namespace detail

/// The convolution (as neural networks have it, that is, without turning the kernel) of channels-last maps, plus a bias.
///
/// result[i, y, z, o] = bias[o] + sum over kernel row r, kernel column s and channel c of
/// x[i, y * stride + r - padding, z * stride + s - padding, c] * weight[o, (r * kernel + s) * in + c], where x is zero outside of the map.
/// Patches are gathered in tiles of about 4 MB; with a window of one element it is one product and nothing is gathered.
/// Cost: 2 * places * kernel^2 * in * out operations, and twice as many backward.
/// \param x [images, height, width, in]
/// \param weight [out, kernel * kernel * in], ordered kernel row, kernel column, input channel
/// \param bias [out]
/// \param window size, stride and padding
/// \returns [images, window.places(height), window.places(width), out]
/// \throws shape_error where the extents do not fit; value_error for an impossible window
template <operand X, operand W, operand Bias>
auto convolution(const X& x, const W& weight, const Bias& bias, const convolution_window& window) {
  window.check();
  return apply(detail::convolution_operation<typename backend_of<X>::type>{window}, x, weight, bias);
}

}  // namespace fewclip::ops
