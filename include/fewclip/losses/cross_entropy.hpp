#pragma once
/// \file
/// The mean cross-entropy of integer labels.

#include <utility>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/concepts/loss.hpp"

namespace fewclip::losses {
namespace detail {

/// mean over rows of log sum exp(x) - mean of x: the cross-entropy against the uniform distribution.
template <compute_backend B>
struct uniform_cross_entropy_operation {
  tensor<B> probabilities{};

  tensor<B> forward(const tensor<B>& logits) {
    const index rows = logits.rows();
    const index columns = logits.columns();
    probabilities = tensor<B>::uninitialised(logits.extents());
    tensor<B> terms = tensor<B>::uninitialised({rows});
    const auto* in = logits.data();
    auto* p = probabilities.mutable_data();
    auto* term = terms.mutable_data();
    B::for_each_row(rows, 16 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      double sum = 0;
      for (index c = 0; c < columns; ++c) sum += static_cast<double>(in[r * columns + c]);
      const auto total = ops::detail::softmax_row(in + r * columns, p + r * columns, columns);
      const double log_sum = static_cast<double>(total.largest) + static_cast<double>(total.log_sum);
      term[r] = static_cast<typename B::scalar>(log_sum - sum / static_cast<double>(columns));
    });
    double sum = 0;
    for (const auto value : terms.to_host()) sum += static_cast<double>(value);
    return tensor<B>({1}, static_cast<typename B::scalar>(sum / static_cast<double>(rows)));
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    using scalar = typename B::scalar;
    tensor<B> out = tensor<B>::uninitialised(probabilities.extents());
    const auto factor = static_cast<scalar>(static_cast<double>(gradient.to_host()[0]) / static_cast<double>(out.rows()));
    const scalar uniform = scalar(1) / static_cast<scalar>(out.columns());
    const auto* p = probabilities.data();
    auto* result = out.mutable_data();
    B::for_each(out.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = factor * (p[i] - uniform); });
    sink.add(0, std::move(out));
  }
};

}  // namespace detail

/// The mean over the rows of -log softmax(logits)[label].
///
/// \models loss
/// With label smoothing e the target is 1 - e on the label plus e spread evenly over all classes (Szegedy et al., CVPR 2016, section 7).
/// Terms are summed in double precision. Deterministic.
struct cross_entropy {
  /// Hyper-parameters.
  struct params {
    double label_smoothing = 0;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "label_smoothing",
                      .meaning = "part of the target that is spread over all classes",
                      .origin = "off, as in the adapters' code",
                      .lowest = 0,
                      .highest = 1},
              self.label_smoothing);
    }
  };
  params settings{};

  /// The loss, a tensor or variable of one element.
  /// \param logits [n, classes]
  /// \param labels [n], each in 0..classes-1 (not checked)
  /// \throws shape_error where the numbers of rows and labels differ
  template <class Model, operand Logits>
  auto operator()(Model&, const Logits& logits, const label_tensor<typename backend_of<Logits>::type>& labels) const {
    using B = typename backend_of<Logits>::type;
    const double smoothing = settings.label_smoothing;
    const auto hard = ops::cross_entropy(logits, labels, (1 - smoothing) / static_cast<double>(labels.size()));
    if (smoothing == 0) return hard;
    return ops::add_scaled(hard, 1, apply(detail::uniform_cross_entropy_operation<B>{}, logits), smoothing);
  }
};

}  // namespace fewclip::losses
