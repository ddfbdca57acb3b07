#pragma once
/// \file
/// The roles of a loss: the number that training makes small.

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

namespace concepts::detail {
struct model_without_parameters {
  template <class X>
  const X& logits(const X& x) const {
    return x;
  }
};
}  // namespace concepts::detail

/// The number that training makes small.
///
/// Required of `Loss`: `Loss::params` with visit_settings, construction as `Loss{params}`, and `loss(model, logits, labels) const`, where
/// logits [n, classes] are a tensor or a variable and labels [n] are on the backend; it returns a tensor or variable of one element. A
/// penalty on parameters visits those of `model`, which are bound to the tape of the logits while training.
///
/// Models: losses::cross_entropy, losses::ridge_cross_entropy, losses::contrastive, losses::pull_to_start.
template <class Loss, class B, class Model = concepts::detail::model_without_parameters>
concept loss = has_settings<typename Loss::params> &&
    requires(const typename Loss::params& settings, const Loss& self, Model& model, const label_tensor<B>& labels, const tensor<B>& scores,
             const variable<B>& recorded) {
  Loss{settings};
  {value_of(self(model, scores, labels))};
  {value_of(self(model, recorded, labels))};
};

/// The number that training on pairs makes small.
///
/// Required of `Loss`: `Loss::params` with visit_settings, construction as `Loss{params}`, and `loss(similarities) const` or, where parameters
/// are penalised, `loss(model, similarities) const`; similarities [n, n] are a variable, scale included, and pair i is (row i, column i). It
/// returns a variable of one element.
///
/// Models: losses::contrastive, losses::pull_to_start of it.
template <class Loss, class B, class Model = concepts::detail::model_without_parameters>
concept pair_loss = has_settings<typename Loss::params> && requires(const typename Loss::params& settings) {
  Loss{settings};
} &&(
    requires(const Loss& self, Model& model, const variable<B>& similarities) { {value_of(self(model, similarities))}; } ||
    requires(const Loss& self, const variable<B>& similarities) { {value_of(self(similarities))}; });

}  // namespace fewclip
