#pragma once
/// \file
/// The same elements under other extents.

#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct reshape_operation {
  shape extents{};
  shape before{};

  tensor<B> forward(const tensor<B>& x) {
    before = x.extents();
    return x.reshaped(extents);
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const { sink.add(0, gradient.reshaped(before)); }
};

}  // namespace detail

/// The elements of x, row-major, as a tensor of `extents`; storage is shared.
/// \throws shape_error unless the number of elements is equal
template <operand X>
auto reshape(const X& x, const shape& extents) {
  return apply(detail::reshape_operation<typename backend_of<X>::type>{extents}, x);
}

}  // namespace fewclip::ops
