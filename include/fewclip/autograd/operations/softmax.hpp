#pragma once
/// \file
/// Softmax and the cross-entropy of integer labels.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip::ops {
namespace detail {

/// The log of a row's sum of exponentials, in two parts: largest + log_sum. Kept apart, a difference with an entry of the row is accurate.
template <class Scalar>
struct log_sum_exp {
  Scalar largest;
  Scalar log_sum;
};

/// Writes softmax(x) of one row and returns the log of its sum of exponentials.
template <class Scalar>
FEWCLIP_HOST_DEVICE log_sum_exp<Scalar> softmax_row(const Scalar* x, Scalar* out, index columns) {
  Scalar largest = x[0];
  for (index c = 1; c < columns; ++c) largest = x[c] > largest ? x[c] : largest;
  for (index c = 0; c < columns; ++c) out[c] = math::exp(x[c] - largest);
  Scalar sum = 0;
  for (index c = 0; c < columns; ++c) sum += out[c];
  const Scalar inverse = Scalar(1) / sum;
  for (index c = 0; c < columns; ++c) out[c] *= inverse;
  return {largest, math::log(sum)};
}

template <compute_backend B>
struct softmax_operation {
  tensor<B> probabilities{};

  tensor<B> forward(const tensor<B>& x) {
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    auto* result = out.mutable_data();
    const index columns = x.columns();
    B::for_each_row(x.rows(), 16 * columns,
                    [=] FEWCLIP_HOST_DEVICE(index r) { softmax_row(in + r * columns, result + r * columns, columns); });
    probabilities = out;
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    tensor<B> out = tensor<B>::uninitialised(gradient.extents());
    const auto* g = gradient.data();
    const auto* p = probabilities.data();
    auto* result = out.mutable_data();
    const index columns = gradient.columns();
    B::for_each_row(gradient.rows(), 4 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      typename B::scalar mean = 0;
      for (index c = 0; c < columns; ++c) mean += p[r * columns + c] * g[r * columns + c];
      for (index c = 0; c < columns; ++c) result[r * columns + c] = p[r * columns + c] * (g[r * columns + c] - mean);
    });
    sink.add(0, std::move(out));
  }
};

template <compute_backend B>
struct cross_entropy_operation {
  label_tensor<B> labels;
  double weight;  ///< of each row's term in the sum
  tensor<B> probabilities{};

  tensor<B> forward(const tensor<B>& logits) {
    using scalar = typename B::scalar;
    const index rows = logits.rows();
    const index columns = logits.columns();
    if (labels.size() != rows) {
      throw shape_error(expected_got("fewclip::ops::cross_entropy", "labels", std::to_string(rows) + " (one per row of the logits)",
                                     std::to_string(labels.size())));
    }
    probabilities = tensor<B>::uninitialised(logits.extents());
    tensor<B> terms = tensor<B>::uninitialised({rows});
    const auto* in = logits.data();
    const auto* y = labels.data();
    auto* p = probabilities.mutable_data();
    auto* term = terms.mutable_data();
    B::for_each_row(rows, 16 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const auto sum = softmax_row(in + r * columns, p + r * columns, columns);
      term[r] = sum.log_sum - (in[r * columns + y[r]] - sum.largest);
    });
    double sum = 0;
    for (const scalar value : terms.to_host()) sum += static_cast<double>(value);
    return tensor<B>({1}, static_cast<scalar>(weight * sum));
  }

  /// (softmax - one-hot) times the weight
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    using scalar = typename B::scalar;
    const auto factor = static_cast<scalar>(weight * static_cast<double>(gradient.to_host()[0]));
    tensor<B> out = tensor<B>::uninitialised(probabilities.extents());
    const auto* p = probabilities.data();
    const auto* y = labels.data();
    auto* result = out.mutable_data();
    const index columns = out.columns();
    B::for_each_row(out.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index c = 0; c < columns; ++c) result[r * columns + c] = factor * p[r * columns + c];
      result[r * columns + y[r]] -= factor;
    });
    sink.add(0, std::move(out));
  }
};

}  // namespace detail

/// The softmax of each row of x [n, columns].
template <operand X>
auto softmax(const X& x) {
  return apply(detail::softmax_operation<typename backend_of<X>::type>{}, x);
}

/// weight times the sum over rows of -log softmax(logits)[label], a tensor of one element; the sum is accumulated in double precision.
/// \param logits [n, classes]
/// \param labels [n], each in 0..classes-1 (not checked)
/// \param weight 1/n gives the mean
/// \throws shape_error where the numbers of rows and labels differ
template <operand X>
auto cross_entropy(const X& logits, const label_tensor<typename backend_of<X>::type>& labels, double weight) {
  return apply(detail::cross_entropy_operation<typename backend_of<X>::type>{labels, weight}, logits);
}

}  // namespace fewclip::ops
