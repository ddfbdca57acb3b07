#pragma once
/// \file
/// Logistic regression's objective: summed cross-entropy and a penalty on the weights.

#include <algorithm>
#include <string_view>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/concepts/loss.hpp"

namespace fewclip::losses {

/// Summed cross-entropy with half the squared norm of the weights: logistic regression.
///
/// \models loss
/// inverse_regularisation * sum_i -log softmax(logits_i)[label_i] + 0.5 * sum of squares of all parameters whose name does not end in
/// "bias" (Radford et al., arXiv 2103.00020, appendix A.3). Deterministic.
struct ridge_cross_entropy {
  /// Hyper-parameters.
  struct params {
    double inverse_regularisation = 31.6;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "inverse_regularisation",
                      .meaning = "weight of the summed cross-entropy against half the squared norm",
                      .origin = "CLIP's published example, 0.316 for raw features of length about 10, times 100 for unit rows",
                      .lowest = 0,
                      .highest = 1e12},
              self.inverse_regularisation);
    }
  };
  params settings{};

  /// What a tolerance on the gradient is times, min(1, C): it then holds for both forms of the objective, C sum CE + |W|^2 / 2 and
  /// sum CE + |W|^2 / (2 C). The whole gradient at zero is in proportion to C, so a fixed tolerance would end a training at small C before it began.
  double gradient_unit() const { return std::min(1.0, settings.inverse_regularisation); }

  /// The loss, a tensor or variable of one element.
  /// \param model its parameters are penalised; bound to the tape of the logits where the logits are a variable
  /// \param logits [n, classes]
  /// \param labels [n], each in 0..classes-1 (not checked)
  /// \throws shape_error where the numbers of rows and labels differ
  template <class Model, operand Logits>
  auto operator()(Model& model, const Logits& logits, const label_tensor<typename backend_of<Logits>::type>& labels) const {
    using B = typename backend_of<Logits>::type;
    auto total = ops::cross_entropy(logits, labels, settings.inverse_regularisation);
    visit_parameters(model, [&total](std::string_view name, parameter<B>& p) {
      if (name.ends_with("bias")) return;
      if constexpr (is_variable<Logits>::value) {
        if (p.leaf().owner() == total.owner()) {
          total = ops::add(total, ops::half_squared_norm(p.leaf()));
          return;
        }
      }
      total = ops::add(total, ops::half_squared_norm(p.value()));
    });
    return total;
  }
};

}  // namespace fewclip::losses
