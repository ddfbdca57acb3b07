#pragma once
/// \file
/// The role of a trainer: what turns a model with parameters and a support set into a fitted model.

#include <concepts>

#include "fewclip/concepts/loss.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/trainers/trainer_state.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip {

/// Something that has logits, and may have parameters.
///
/// Required of `Model`: `model.logits(x)` as a template over `tensor<B>` and `variable<B>`, x [n, dim] to [n, classes]. Optional:
/// `model.visit_parameters(visitor)`, which calls `visitor(name, parameter<B>&)`; `model.decays(name)`, whether weight decay applies to
/// that parameter (default: yes); `model.rate_factor(name)`, times the learning rate (default: 1); `model.bind_derived(tape)`, called when the parameters are bound to a tape, and `model.refresh()`,
/// called when they have changed, for weights that are computed from parameters; `model.parts()`, whose parts may have all of these as well, see
/// core/part_tree.hpp.
template <class Model, class B>
concept trainable_model = requires(Model& model, const tensor<B>& x) {
  {value_of(model.logits(x))};
};

/// Fits the parameters of a model.
///
/// Required of `Trainer`: `Trainer::params` with visit_settings, and
/// `Trainer::train(model, features, labels, params, observer, resume, watched)` returning training_report, where features [n, dim] and
/// labels [n] are on the backend, `observer` may ask to stop, `resume` (may be null) is a trainer_state to go on from and to save to, and
/// `watched` (may be empty) gives a value of held-out data, larger is better, for early stopping. Optional: `Trainer::watches(params)`,
/// whether a classifier has to pass one.
///
/// Models: trainers::closed_form, trainers::minibatch, trainers::full_batch.
template <class Trainer, class B, class Model = concepts::detail::model_without_parameters>
concept trainer = has_settings<typename Trainer::params> &&
    requires(Model& model, const tensor<B>& features, const label_tensor<B>& labels, const typename Trainer::params& settings,
             const progress_observer& observer, trainer_state<B>* resume, const watched_value& watched) {
  { Trainer::train(model, features, labels, settings) } -> std::same_as<training_report>;
  { Trainer::train(model, features, labels, settings, observer, resume, watched) } -> std::same_as<training_report>;
};

}  // namespace fewclip
