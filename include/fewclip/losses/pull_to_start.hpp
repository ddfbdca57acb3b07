#pragma once
/// \file
/// A loss with a penalty on leaving the start.

#include <string_view>
#include <type_traits>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/concepts/loss.hpp"

namespace fewclip::losses {

/// loss + pull * sum of (parameter - start)^2 (ProLIP, arXiv 2410.05270, with pull = 1 / shots there).
///
/// \models loss, and pair_loss where Loss does
/// \tparam Loss the loss that is added to
///
/// The model, or a part of it, needs `visit_starts(visit)`, which calls `visit(name, parameter, start)`: poolers::tuned, heads::linear_from_text,
/// tuners::tuned_model. Other parameters are not pulled. With a Loss of similarities (contrastive) it is one of pairs as well. Deterministic. Cost: one pass over the parameters.
template <class Loss>
struct pull_to_start {
  /// Hyper-parameters.
  struct params : Loss::params {
    double pull = 0;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      Loss::params::visit_settings(self, visitor);
      visitor(setting{.name = "pull",
                      .meaning = "weight of the squared distance of the parameters from their start",
                      .origin = "off (ours); ProLIP without validation: 1 / shots",
                      .lowest = 0,
                      .highest = 1e9},
              self.pull);
    }
  };
  params settings{};

  /// The loss, a tensor or variable of one element.
  /// \param model its parameters are bound to the tape of the logits where those are a variable
  /// \param logits as of Loss
  /// \param labels as of Loss
  template <class Model, operand Logits>
  auto operator()(Model& model, const Logits& logits, const label_tensor<typename backend_of<Logits>::type>& labels) const {
    return pulled(model, plain()(model, logits, labels));
  }

  /// The loss of a batch of pairs, a tensor or variable of one element.
  /// \param model its parameters are bound to the tape of the similarities where those are a variable
  /// \param similarities as of Loss
  template <class Model, operand Similarities>
  requires requires(const Loss& of, const Similarities& similarities) { of(similarities); }
  auto operator()(Model& model, const Similarities& similarities) const { return pulled(model, plain()(similarities)); }

 private:
  Loss plain() const { return Loss{static_cast<const typename Loss::params&>(settings)}; }

  template <class Model, class Value>
  Value pulled(Model& model, Value total) const {
    using B = typename backend_of<Value>::type;
    if constexpr (!std::is_same_v<std::remove_const_t<Model>, concepts::detail::model_without_parameters>) {
      static_assert(has_starts<Model>,
                    "fewclip::losses::pull_to_start: the model, or a part of it, needs 'visit_starts(visit)', see docs/extend/loss.md");
      if (settings.pull == 0) return total;
      visit_starts(model, [&](std::string_view, parameter<B>& each, const tensor<B>& start) {
        const auto distance = [&](const auto& value) { return ops::half_squared_norm(ops::add_scaled(value, 1, start, -1)); };
        if constexpr (is_variable<Value>::value) {
          if (each.leaf().owner() == total.owner()) {
            total = ops::add_scaled(total, 1, distance(each.leaf()), 2 * settings.pull);
            return;
          }
        }
        total = ops::add_scaled(total, 1, distance(each.value()), 2 * settings.pull);
      });
    }
    return total;
  }
};

}  // namespace fewclip::losses
