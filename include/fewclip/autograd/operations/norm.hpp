#pragma once
/// \file
/// Squared norms, for penalties.

#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct half_squared_norm_operation {
  tensor<B> kept{};

  tensor<B> forward(const tensor<B>& x) {
    kept = x;
    const index rows = x.rows();
    const index columns = x.columns();
    tensor<B> terms = tensor<B>::uninitialised({rows});
    const auto* in = x.data();
    auto* term = terms.mutable_data();
    B::for_each_row(rows, columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      double sum = 0;
      for (index c = 0; c < columns; ++c) sum += static_cast<double>(in[r * columns + c]) * static_cast<double>(in[r * columns + c]);
      term[r] = static_cast<typename B::scalar>(sum);
    });
    double sum = 0;
    for (const auto value : terms.to_host()) sum += static_cast<double>(value);
    return tensor<B>({1}, static_cast<typename B::scalar>(sum / 2));
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    sink.add(0, scale_operation<B>{gradient.to_host()[0]}.forward(kept));
  }
};

}  // namespace detail

/// Half the sum of the squares of all elements, a tensor of one element.
template <operand X>
auto half_squared_norm(const X& x) {
  return apply(detail::half_squared_norm_operation<typename backend_of<X>::type>{}, x);
}

}  // namespace fewclip::ops
