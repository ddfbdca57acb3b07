#pragma once
/// \file
/// Products with an operand that does not change: class texts, frozen weights.

#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip {

/// The right operand of many products, prepared once by the backend; keeps the tensor it was made from until that is released.
template <compute_backend B>
using packed_operand = decltype(B::pack(std::declval<const tensor<B>&>()));

/// The tensor that a packed operand was made from.
/// \param packed an operand, released or not
template <class Packed>
auto rows_of(const Packed& packed) {
  if constexpr (requires { packed.rows(); }) {
    return packed.rows();
  } else {
    return packed.weights;
  }
}

namespace ops {
namespace detail {

template <compute_backend B>
struct packed_product_operation {
  packed_operand<B> w;
  typename B::scalar factor;

  tensor<B> forward(const tensor<B>& x) const {
    tensor<B> out = tensor<B>::uninitialised({x.rows(), w.columns()});
    auto* result = out.mutable_data();
    const index columns = w.columns();
    const auto a = factor;
    B::product_rows(x, w, [=] FEWCLIP_HOST_DEVICE(index row, index first, index last, typename B::scalar * values) {
      for (index j = first; j < last; ++j) result[row * columns + j] = a * values[j - first];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (!sink.wants(0)) return;
    tensor<B> dx = tensor<B>::uninitialised({gradient.rows(), w.depth()});
    B::product({.alpha = static_cast<double>(factor)}, gradient, rows_of(w), dx);
    sink.add(0, std::move(dx));
  }
};

}  // namespace detail

/// factor * x w^T for rows x [n, depth] and a packed operand of [m, depth], giving [n, m]; the operand gets no gradient.
template <operand X>
auto packed_product(const X& x, const packed_operand<typename backend_of<X>::type>& w, double factor = 1) {
  using B = typename backend_of<X>::type;
  return apply(detail::packed_product_operation<B>{w, static_cast<typename B::scalar>(factor)}, x);
}

}  // namespace ops
}  // namespace fewclip
