#pragma once
/// \file
/// Training as the minimisation of one function of all parameters.

#include <type_traits>

#include "fewclip/concepts/batch_optimizer.hpp"
#include "fewclip/concepts/trainer.hpp"
#include "fewclip/optimizers/lbfgs.hpp"
#include "fewclip/trainers/detail/gradients.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip::trainers {

/// Training as the minimisation of one function of all parameters: the loss of all rows.
///
/// \models trainer
/// \tparam Loss what is made small, a fewclip::loss
/// \tparam Optimizer the method, a batch_optimizer
///
/// Reports {"fit", iterations, iterations at most, loss} after every iteration. Ends where the method does; whether it met its tolerance is
/// `converged`, and `largest_gradient` says how far it came. Can be interrupted and resumed bit for bit. A watched value is not asked for.
/// Where the loss has a `gradient_unit()`, the method's `gradient_tolerance` is times that, so that a factor of the loss changes nothing.
template <class Loss, class Optimizer = optimizers::lbfgs>
struct full_batch {
  /// Hyper-parameters.
  struct params {
    typename Loss::params loss{};
    typename Optimizer::params optimizer{};

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      Loss::params::visit_settings(self.loss, visitor);
      Optimizer::params::visit_settings(self.optimizer, visitor);
    }
  };

  /// Trains the parameters of a model in place.
  /// \param model a trainable_model
  /// \param features [n, ...], rows are samples
  /// \param labels [n], each in 0..classes-1 (not checked)
  /// \param settings the hyper-parameters
  /// \param observer receives a report after every iteration and may ask to stop
  /// \param resume where given: gone on from where it has begun, and saved to
  /// \param watched not used
  /// \throws shape_error unless there is one label per row; value_error where `resume` is of another model
  template <compute_backend B, class Model>
  static training_report train(Model& model, const tensor<B>& features, const label_tensor<B>& labels, const params& settings,
                               const progress_observer& observer = {}, std::type_identity_t<trainer_state<B>>* resume = nullptr,
                               [[maybe_unused]] const watched_value& watched = {}) {
    static_assert(batch_optimizer<Optimizer, B>,
                  "fewclip::trainers::full_batch: Optimizer needs 'params', 'state<B>' and 'minimise<B>' [concept batch_optimizer], see "
                  "docs/extend/optimizer.md");
    static_assert(loss<Loss, B, Model>,
                  "fewclip::trainers::full_batch: Loss needs 'params' and 'operator()(model, logits, labels) const' [concept loss], see "
                  "docs/extend/loss.md");
    static_assert(trainable_model<Model, B>,
                  "fewclip::trainers::full_batch: Model needs 'logits(x)' for tensors and variables [concept trainable_model], see "
                  "docs/extend/trainer.md");
    detail::require_training_set("fewclip::trainers::full_batch", features, labels);
    const detail::model_parameters<B> parameters(model);
    typename Optimizer::template state<B> past;
    trainer_state<B> fresh;
    trainer_state<B>& state = resume ? *resume : fresh;
    if (state.begun()) {
      parameters.restore(state, "parameter");
      past.visit_state(detail::state_reader(state, "optimizer/"));
    }
    const auto objective = [&](const tensor<B>& point, tensor<B>& gradient) {
      parameters.set_flat(point);
      const auto found = detail::differentiate(model, parameters, Loss{settings.loss}, features, labels);
      index offset = 0;
      for (const tensor<B>& part : found.gradients) parameters.append(gradient, offset, part);
      return found.loss;
    };
    tensor<B> point = parameters.flat();
    const auto found =
        Optimizer::template minimise<B>(objective, point, in_units_of(Loss{settings.loss}, settings.optimizer), observer, past);
    parameters.set_flat(point);
    state.tensors.clear();
    state.counts.clear();
    parameters.save(state, "parameter");
    past.visit_state(detail::state_writer(state, "optimizer/"));
    state.step = found.iterations;
    state.losses.insert(state.losses.end(), found.objectives.begin(), found.objectives.end());
    return make_report(found, state, parameters.size());
  }

 private:
  static typename Optimizer::params in_units_of(const Loss& loss, typename Optimizer::params settings) {
    if constexpr (requires { settings.gradient_tolerance *= loss.gradient_unit(); }) settings.gradient_tolerance *= loss.gradient_unit();
    return settings;
  }

  template <class Result, compute_backend B>
  static training_report make_report(const Result& found, const trainer_state<B>& state, index trained) {
    training_report out;
    out.steps = state.step;
    out.epochs = state.step;
    out.trained_parameters = trained;
    out.losses = state.losses;
    out.first_loss = out.losses.empty() ? found.objective : out.losses.front();
    out.final_loss = found.objective;
    out.largest_gradient = found.largest_gradient;
    out.converged = found.converged;
    if constexpr (requires { found.stalled; }) out.stalled = found.stalled;
    out.stopped_early = found.stopped;
    return out;
  }
};

}  // namespace fewclip::trainers
