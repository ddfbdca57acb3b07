#pragma once
/// \file
/// The symmetric cross-entropy of a square matrix of similarities, and the factor in front of it.

#include <cmath>
#include <string>
#include <utility>

#include "fewclip/autograd/operations/softmax.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
tensor<B> transposed(const tensor<B>& x) {
  tensor<B> out = tensor<B>::uninitialised({x.columns(), x.rows()});
  const auto* in = x.data();
  auto* result = out.mutable_data();
  const index rows = x.rows();
  const index columns = x.columns();
  B::for_each_row(columns, rows, [=] FEWCLIP_HOST_DEVICE(index c) {
    for (index r = 0; r < rows; ++r) result[c * rows + r] = in[r * columns + c];
  });
  return out;
}

/// 0, 1, ... count - 1
template <compute_backend B>
label_tensor<B> own_columns(index count) {
  label_tensor<B> out = label_tensor<B>::uninitialised({count});
  auto* result = out.mutable_data();
  B::for_each(count, [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = static_cast<label>(i); });
  return out;
}

template <compute_backend B>
struct paired_cross_entropy_operation {
  cross_entropy_operation<B> rows{};
  cross_entropy_operation<B> columns{};

  tensor<B> forward(const tensor<B>& s) {
    if (s.rank() != 2 || s.rows() != s.columns() || s.rows() < 1) {
      throw shape_error(expected_got("fewclip::ops::paired_cross_entropy", "similarities", "a square matrix", s.extents().text()));
    }
    const double weight = 0.5 / static_cast<double>(s.rows());
    rows = {own_columns<B>(s.rows()), weight};
    columns = {rows.labels, weight};
    const tensor<B> left = rows.forward(s);
    const tensor<B> right = columns.forward(transposed<B>(s));
    return tensor<B>({1}, left.to_host()[0] + right.to_host()[0]);
  }

  /// ((softmax of rows - I) + (softmax of columns - I)) / (2 n)
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const auto factor = static_cast<typename B::scalar>(static_cast<double>(gradient.to_host()[0]) * rows.weight);
    tensor<B> out = tensor<B>::uninitialised(rows.probabilities.extents());
    const auto* p = rows.probabilities.data();
    const auto* q = columns.probabilities.data();
    auto* result = out.mutable_data();
    const index count = out.rows();
    B::for_each_row(count, 4 * count, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index c = 0; c < count; ++c) {
        const auto own = r == c ? typename B::scalar(2) : typename B::scalar(0);
        result[r * count + c] = factor * (p[r * count + c] + q[c * count + r] - own);
      }
    });
    sink.add(0, std::move(out));
  }
};

template <compute_backend B>
struct scale_by_exponential_operation {
  tensor<B> kept{};
  typename B::scalar factor = 1;

  tensor<B> forward(const tensor<B>& x, const tensor<B>& log_factor) {
    require_shape("fewclip::ops::scale_by_exponential", "log_factor", {1}, log_factor.extents());
    factor = static_cast<typename B::scalar>(std::exp(static_cast<double>(log_factor.to_host()[0])));
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    auto* result = out.mutable_data();
    const auto a = factor;
    B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = a * in[i]; });
    kept = out;
    return out;
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) {
      tensor<B> out = tensor<B>::uninitialised(gradient.extents());
      const auto* g = gradient.data();
      auto* result = out.mutable_data();
      const auto a = factor;
      B::for_each(out.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = a * g[i]; });
      sink.add(0, std::move(out));
    }
    if (sink.wants(1)) sink.add(1, tensor<B>({1}, static_cast<typename B::scalar>(inner_product(gradient, kept))));
  }

  static double inner_product(const tensor<B>& x, const tensor<B>& y) {
    tensor<B> terms = tensor<B>::uninitialised({x.rows()});
    const auto* a = x.data();
    const auto* b = y.data();
    auto* term = terms.mutable_data();
    const index columns = x.columns();
    B::for_each_row(x.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      double sum = 0;
      for (index c = 0; c < columns; ++c) sum += static_cast<double>(a[r * columns + c]) * static_cast<double>(b[r * columns + c]);
      term[r] = static_cast<typename B::scalar>(sum);
    });
    double sum = 0;
    for (const auto value : terms.to_host()) sum += static_cast<double>(value);
    return sum;
  }
};

}  // namespace detail

/// The mean of the cross-entropies of rows and of columns, where row i belongs to column i; a tensor of one element.
/// \param similarities [n, n], n >= 1
/// \throws shape_error unless they are square
template <operand X>
auto paired_cross_entropy(const X& similarities) {
  return apply(detail::paired_cross_entropy_operation<typename backend_of<X>::type>{}, similarities);
}

/// exp(log_factor) x, with gradients for both.
/// \param x [n, ...]
/// \param log_factor [1]
/// \throws shape_error unless log_factor has one element
template <operand X, operand Y>
auto scale_by_exponential(const X& x, const Y& log_factor) {
  return apply(detail::scale_by_exponential_operation<typename backend_of<X>::type>{}, x, log_factor);
}

}  // namespace fewclip::ops
