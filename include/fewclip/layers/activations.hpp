#pragma once
/// \file
/// Maps between the convolutions of a network at inference, exact or rounded, and what happens to them there.

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include "fewclip/autograd/operations/layout.hpp"
#include "fewclip/autograd/operations/pooling.hpp"

namespace fewclip::layers {
namespace detail {

/// The number of an element; std::uint16_t is a bfloat16.
template <class Element>
FEWCLIP_HOST_DEVICE inline auto number_of(Element x) {
  if constexpr (std::same_as<Element, std::uint16_t>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16);
  } else {
    return x;
  }
}

/// The element nearest to a number, ties to even.
template <class Element, class Scalar>
FEWCLIP_HOST_DEVICE inline Element element_of(Scalar x) {
  if constexpr (std::same_as<Element, std::uint16_t>) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
    return static_cast<Element>((bits & 0x7FFFFFFFU) > 0x7F800000U ? (bits >> 16) | 0x40U : rounded);
  } else {
    return x;
  }
}

}  // namespace detail

/// Maps between the convolutions of a network at inference, [images, height, width, channels].
/// \tparam Element the backend's scalar, or std::uint16_t for maps that are rounded to bfloat16 between convolutions; which of them a
/// prepared convolution takes is told by convolution::visit_element
template <compute_backend B, class Element = typename B::scalar>
using activations = basic_tensor<Element, B>;

/// Images [images, channels, height, width] as maps [images, height, width, channels].
/// \throws shape_error for another rank
template <compute_backend B, class Element = typename B::scalar>
activations<B, Element> maps_of(const tensor<B>& images) {
  if constexpr (std::same_as<Element, typename B::scalar>) {
    return ops::channels_last(images);
  } else {
    const tensor<B> exact = ops::channels_last(images);
    auto out = activations<B, Element>::uninitialised(exact.extents());
    const auto* in = exact.data();
    auto* result = out.mutable_data();
    B::for_each(exact.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = detail::element_of<Element>(in[i]); });
    return out;
  }
}

/// Maps in the backend's scalar type.
template <compute_backend B, class Element>
tensor<B> numbers_of(const basic_tensor<Element, B>& maps) {
  if constexpr (std::same_as<Element, typename B::scalar>) {
    return maps;
  } else {
    tensor<B> out = tensor<B>::uninitialised(maps.extents());
    const auto* in = maps.data();
    auto* result = out.mutable_data();
    B::for_each(maps.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = detail::number_of(in[i]); });
    return out;
  }
}

/// ops::average_pool for whatever passes between convolutions: tensors, variables and rounded maps.
/// \throws shape_error where height or width is no multiple of size
template <operand X>
X average_pool(const X& x, index size) {
  using B = typename backend_of<X>::type;
  if constexpr (is_variable<X>::value || std::same_as<X, tensor<B>>) {
    return ops::average_pool(x, size);
  } else {
    const shape& e = x.extents();
    require_shape("fewclip::layers::average_pool", "x", {e[0], e[1] / size * size, e[2] / size * size, e[3]}, e);
    X out = X::uninitialised({e[0], e[1] / size, e[2] / size, e[3]});
    const auto* in = x.data();
    auto* result = out.mutable_data();
    using element = std::remove_pointer_t<decltype(result)>;
    const index width = e[2] / size;
    const index channels = e[3];
    B::for_each_row(e[0] * (e[1] / size) * width, size * size * channels, [=] FEWCLIP_HOST_DEVICE(index place) {
      const auto* corner = in + (place / width * size * width * size + place % width * size) * channels;
      FEWCLIP_INDEPENDENT_LOOP
      for (index c = 0; c < channels; ++c) {
        float sum = 0;
        for (index i = 0; i < size * size; ++i) sum += detail::number_of(corner[(i / size * width * size + i % size) * channels + c]);
        result[place * channels + c] = detail::element_of<element>(sum / static_cast<float>(size * size));
      }
    });
    return out;
  }
}

}  // namespace fewclip::layers
