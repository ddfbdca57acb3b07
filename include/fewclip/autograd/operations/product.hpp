#pragma once
/// \file
/// Matrix products.

#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct product_transposed_operation {
  tensor<B> x{};
  tensor<B> w{};

  tensor<B> forward(const tensor<B>& left, const tensor<B>& right) {
    x = left;
    w = right;
    tensor<B> out = tensor<B>::uninitialised({left.rows(), right.rows()});
    B::product({.transpose_right = true}, left, right, out);
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) {
      tensor<B> dx = tensor<B>::uninitialised(x.extents());
      B::product({}, gradient, w, dx);
      sink.add(0, std::move(dx));
    }
    if (sink.wants(1)) {
      tensor<B> dw = tensor<B>::uninitialised(w.extents());
      B::product({.transpose_left = true}, gradient, x, dw);
      sink.add(1, std::move(dw));
    }
  }
};

}  // namespace detail

/// x w^T: inner products of the rows of x [n, depth] with the rows of w [m, depth], giving [n, m].
/// \throws shape_error where the depths differ
template <operand X, operand W>
auto product_transposed(const X& x, const W& w) {
  return apply(detail::product_transposed_operation<typename backend_of<X>::type>{}, x, w);
}

}  // namespace fewclip::ops
