#pragma once
/// \file
/// The rows that turn a convolution into a product: what lies under the window, and what the window covers.

#include "fewclip/config.hpp"
#include "fewclip/core/convolution_window.hpp"

namespace fewclip::ops::detail {

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

}  // namespace fewclip::ops::detail
