#pragma once
/// \file
/// Rows and columns exchanged.

#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct transpose_operation {
  static tensor<B> transposed(const tensor<B>& x) {
    const index rows = x.rows();
    const index columns = x.columns();
    tensor<B> out = tensor<B>::uninitialised({columns, rows});
    const auto* in = x.data();
    auto* result = out.mutable_data();
    B::for_each_row(columns, rows, [=] FEWCLIP_HOST_DEVICE(index c) {
      for (index r = 0; r < rows; ++r) result[c * rows + r] = in[r * columns + c];
    });
    return out;
  }

  tensor<B> forward(const tensor<B>& x) const { return transposed(x); }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) sink.add(0, transposed(gradient));
  }
};

}  // namespace detail

/// x [rows, columns] as [columns, rows].
template <operand X>
auto transpose(const X& x) {
  return apply(detail::transpose_operation<typename backend_of<X>::type>{}, x);
}

}  // namespace fewclip::ops
