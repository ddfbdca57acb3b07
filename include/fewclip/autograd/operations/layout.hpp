#pragma once
/// \file
/// The order of the axes of maps.

#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

/// Exchanges the last two axes of x [batch, rows, columns].
template <compute_backend B>
tensor<B> exchange_axes(const tensor<B>& x, index batch, index rows, index columns, const shape& extents) {
  tensor<B> out = tensor<B>::uninitialised(extents);
  const auto* in = x.data();
  auto* result = out.mutable_data();
  B::for_each_row(batch * columns, rows, [=] FEWCLIP_HOST_DEVICE(index r) {
    const auto* from = in + r / columns * rows * columns + r % columns;
    auto* to = result + r * rows;
    for (index c = 0; c < rows; ++c) to[c] = from[c * columns];
  });
  return out;
}

template <compute_backend B>
struct channels_last_operation {
  shape before{};

  tensor<B> forward(const tensor<B>& x) {
    const shape& e = x.extents();
    if (e.rank() != 4) {
      throw shape_error(expected_got("fewclip::ops::channels_last", "x", "shape [images, channels, height, width]", e.text()));
    }
    before = e;
    return exchange_axes<B>(x, e[0], e[1], e[2] * e[3], {e[0], e[2], e[3], e[1]});
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) sink.add(0, exchange_axes<B>(gradient, before[0], before[2] * before[3], before[1], before));
  }
};

}  // namespace detail

/// Maps with the channels outermost, as images are stored, as maps with the channels innermost.
/// \param x [images, channels, height, width]
/// \returns [images, height, width, channels]
/// \throws shape_error for another rank
template <operand X>
auto channels_last(const X& x) {
  return apply(detail::channels_last_operation<typename backend_of<X>::type>{}, x);
}

}  // namespace fewclip::ops
