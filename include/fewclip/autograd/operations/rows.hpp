#pragma once
/// \file
/// Operations on rows: normalisation to unit length, selection of columns.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct normalise_rows_operation {
  tensor<B> unit{};
  tensor<B> inverse_norms{};

  tensor<B> forward(const tensor<B>& x) {
    using scalar = typename B::scalar;
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    inverse_norms = tensor<B>::uninitialised({x.rows()});
    const auto* in = x.data();
    auto* result = out.mutable_data();
    auto* inverse = inverse_norms.mutable_data();
    const index columns = x.columns();
    B::for_each_row(x.rows(), 2 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      double squares = 0;
      for (index c = 0; c < columns; ++c) squares += static_cast<double>(in[r * columns + c]) * static_cast<double>(in[r * columns + c]);
      const auto factor = squares > 0 ? static_cast<scalar>(1 / math::sqrt(squares)) : scalar(0);
      for (index c = 0; c < columns; ++c) result[r * columns + c] = in[r * columns + c] * factor;
      inverse[r] = factor;
    });
    unit = out;
    return out;
  }

  /// d x = (g - u (u . g)) / |x|
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    using scalar = typename B::scalar;
    tensor<B> out = tensor<B>::uninitialised(gradient.extents());
    const auto* g = gradient.data();
    const auto* u = unit.data();
    const auto* inverse = inverse_norms.data();
    auto* result = out.mutable_data();
    const index columns = gradient.columns();
    B::for_each_row(gradient.rows(), 4 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      scalar along = 0;
      for (index c = 0; c < columns; ++c) along += u[r * columns + c] * g[r * columns + c];
      for (index c = 0; c < columns; ++c) result[r * columns + c] = (g[r * columns + c] - u[r * columns + c] * along) * inverse[r];
    });
    sink.add(0, std::move(out));
  }
};

template <compute_backend B>
struct gather_columns_operation {
  basic_tensor<label, B> channels;
  shape before{};

  tensor<B> forward(const tensor<B>& x) {
    before = x.extents();
    const index kept = channels.size();
    const index columns = x.columns();
    tensor<B> out = tensor<B>::uninitialised({x.rows(), kept});
    const auto* in = x.data();
    const auto* which = channels.data();
    auto* result = out.mutable_data();
    B::for_each_row(x.rows(), kept, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index k = 0; k < kept; ++k) result[r * kept + k] = in[r * columns + which[k]];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    tensor<B> out(before);
    const index kept = channels.size();
    const index columns = before.columns();
    const auto* g = gradient.data();
    const auto* which = channels.data();
    auto* result = out.mutable_data();
    B::for_each_row(gradient.rows(), kept, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index k = 0; k < kept; ++k) result[r * columns + which[k]] += g[r * kept + k];
    });
    sink.add(0, std::move(out));
  }
};

}  // namespace detail

/// Each row of x divided by its Euclidean norm; a row of zeros stays zero. Norms are accumulated in double precision.
template <operand X>
auto normalise_rows(const X& x) {
  return apply(detail::normalise_rows_operation<typename backend_of<X>::type>{}, x);
}

/// The columns `channels` [kept] of x [n, columns], in that order, giving [n, kept]. Entries of `channels` are not checked.
template <operand X>
auto gather_columns(const X& x, const basic_tensor<label, typename backend_of<X>::type>& channels) {
  return apply(detail::gather_columns_operation<typename backend_of<X>::type>{channels}, x);
}

}  // namespace fewclip::ops
