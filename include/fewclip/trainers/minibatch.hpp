#pragma once
/// \file
/// Training in steps on batches of rows.

#include <cmath>
#include <type_traits>

#include "fewclip/concepts/optimizer.hpp"
#include "fewclip/concepts/sampler.hpp"
#include "fewclip/concepts/schedule.hpp"
#include "fewclip/concepts/trainer.hpp"
#include "fewclip/trainers/detail/minibatch_run.hpp"

namespace fewclip::trainers {

/// Training in steps: each takes a batch of rows, computes the loss and its gradients, and updates every parameter.
///
/// \models trainer
/// \tparam Loss what is made small, a fewclip::loss
/// \tparam Optimizer how gradients change parameters, a fewclip::optimizer
/// \tparam Schedule the learning rate over time, a fewclip::schedule
/// \tparam Sampler which rows a step sees, a fewclip::sampler
///
/// Reports {"fit", steps done, steps in all, loss} after every step; an observer that returns false stops there. A step that was stopped
/// after can be resumed from: the result is the same bit for bit as without the interruption, for any number of threads. One forward and
/// one backward per step; memory is that of one step, the optimizer's state and, with a watched value, one more copy of the parameters.
template <class Loss, class Optimizer, class Schedule, class Sampler>
struct minibatch {
  static_assert(schedule<Schedule>,
                "fewclip::trainers::minibatch: Schedule needs 'params' and 'rate(peak, position) const' [concept schedule], see "
                "docs/extend/schedule.md");
  static_assert(sampler<Sampler>,
                "fewclip::trainers::minibatch: Sampler needs 'params', 'batch_size(rows) const' and 'order(rows, epoch) const' [concept "
                "sampler], see docs/extend/sampler.md");

  /// Hyper-parameters.
  struct params {
    typename Loss::params loss{};
    typename Optimizer::params optimizer{};
    typename Schedule::params schedule{};
    typename Sampler::params sampler{};
    early_stop::params stop{};
    index epochs = 20;
    bool evaluate_at_end = false;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      Loss::params::visit_settings(self.loss, visitor);
      Optimizer::params::visit_settings(self.optimizer, visitor);
      Schedule::params::visit_settings(self.schedule, visitor);
      Sampler::params::visit_settings(self.sampler, visitor);
      early_stop::params::visit_settings(self.stop, visitor);
      visitor(setting{.name = "epochs", .meaning = "passes over the training rows", .origin = "Tip-Adapter-F", .lowest = 0, .highest = 1e9},
              self.epochs);
      visitor(setting{.name = "evaluate_at_end",
                      .meaning = "whether the final loss is that of all rows after the last step",
                      .origin = "ours",
                      .lowest = 0,
                      .highest = 1},
              self.evaluate_at_end);
    }
  };

  /// Whether training with these settings watches a value of held-out data: a classifier then hands over its validation set.
  static bool watches(const params& settings) {
    return settings.stop.patience > 0 || settings.stop.check_every_steps > 0 || settings.stop.minimal_improvement > 0;
  }

  /// Trains the parameters of a model in place.
  /// \param model a trainable_model
  /// \param features [n, ...], rows are samples
  /// \param labels [n], each in 0..classes-1 (not checked)
  /// \param settings the hyper-parameters
  /// \param observer receives a report after every step and may ask to stop
  /// \param resume where given: gone on from where it has begun, and saved to
  /// \param watched where given: early stopping watches it
  /// \throws shape_error unless there is one label per row; value_error where `resume` is of another model
  template <compute_backend B, class Model>
  static training_report train(Model& model, const tensor<B>& features, const label_tensor<B>& labels, const params& settings,
                               const progress_observer& observer = {}, std::type_identity_t<trainer_state<B>>* resume = nullptr,
                               const watched_value& watched = {}) {
    static_assert(
        optimizer<Optimizer, B>,
        "fewclip::trainers::minibatch: Optimizer needs 'params', 'state<B>::step' and 'state<B>::visit_state' [concept optimizer], "
        "see docs/extend/optimizer.md");
    static_assert(loss<Loss, B, Model>,
                  "fewclip::trainers::minibatch: Loss needs 'params' and 'operator()(model, logits, labels) const' [concept loss], see "
                  "docs/extend/loss.md");
    static_assert(trainable_model<Model, B>,
                  "fewclip::trainers::minibatch: Model needs 'logits(x)' for tensors and variables [concept trainable_model], see "
                  "docs/extend/trainer.md");
    detail::require_training_set("fewclip::trainers::minibatch", features, labels);
    trainer_state<B> fresh;
    detail::minibatch_run<minibatch, B, Model> run(model, features, labels, settings, resume ? *resume : fresh);
    return run.train(observer, watched);
  }

  using loss_type = Loss;
  using optimizer_type = Optimizer;
  using schedule_type = Schedule;
  using sampler_type = Sampler;
};

}  // namespace fewclip::trainers
