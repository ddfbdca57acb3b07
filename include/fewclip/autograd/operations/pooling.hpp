#pragma once
/// \file
/// Average pooling of channels-last maps.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct average_pool_operation {
  index size;
  shape before{};

  tensor<B> forward(const tensor<B>& x) {
    const shape& e = x.extents();
    if (e.rank() != 4 || e[1] % size != 0 || e[2] % size != 0) {
      const std::string multiple = std::to_string(size);
      throw shape_error(expected_got("fewclip::ops::average_pool", "x",
                                     "shape [images, height, width, channels] with height and width multiples of " + multiple, e.text()));
    }
    before = e;
    const index height = e[1] / size;
    const index width = e[2] / size;
    const index channels = e[3];
    tensor<B> out = tensor<B>::uninitialised({e[0], height, width, channels});
    const auto* in = x.data();
    auto* result = out.mutable_data();
    const index k = size;
    const auto factor = typename B::scalar(1) / static_cast<typename B::scalar>(k * k);
    B::for_each_row(e[0] * height * width, k * k * channels, [=] FEWCLIP_HOST_DEVICE(index place) {
      auto* to = result + place * channels;
      const auto* corner = in + (place / width * k * width * k + place % width * k) * channels;
      for (index c = 0; c < channels; ++c) to[c] = corner[c];
      for (index i = 1; i < k * k; ++i) {
        const auto* from = corner + (i / k * width * k + i % k) * channels;
        for (index c = 0; c < channels; ++c) to[c] += from[c];
      }
      for (index c = 0; c < channels; ++c) to[c] *= factor;
    });
    return out;
  }

  /// Every element of a square gets an equal share.
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (!sink.wants(0)) return;
    tensor<B> dx = tensor<B>::uninitialised(before);
    const auto* g = gradient.data();
    auto* result = dx.mutable_data();
    const index k = size;
    const index width = before[2];
    const index channels = before[3];
    const auto factor = typename B::scalar(1) / static_cast<typename B::scalar>(k * k);
    B::for_each_row(before[0] * before[1] * width, channels, [=] FEWCLIP_HOST_DEVICE(index element) {
      const auto* from = g + (element / width / k * (width / k) + element % width / k) * channels;
      for (index c = 0; c < channels; ++c) result[element * channels + c] = factor * from[c];
    });
    sink.add(0, std::move(dx));
  }
};

}  // namespace detail

/// The mean of every square of size x size elements, without overlap.
/// \param x [images, height, width, channels], height and width multiples of `size`
/// \param size at least 1
/// \returns [images, height / size, width / size, channels]
/// \throws shape_error where x does not fit; value_error where size < 1
template <operand X>
auto average_pool(const X& x, index size) {
  if (size < 1) throw value_error(expected_got("fewclip::ops::average_pool", "size", "a number >= 1", std::to_string(size)));
  return apply(detail::average_pool_operation<typename backend_of<X>::type>{size}, x);
}

}  // namespace fewclip::ops
