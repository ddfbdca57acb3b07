#pragma once
/// \file
/// Training of both towers on batches of image-text pairs.

#include <algorithm>
#include <type_traits>

#include "fewclip/concepts/loss.hpp"
#include "fewclip/concepts/optimizer.hpp"
#include "fewclip/concepts/pair_source.hpp"
#include "fewclip/concepts/schedule.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/losses/contrastive.hpp"
#include "fewclip/trainers/detail/step_run.hpp"

namespace fewclip::trainers {

/// Training in steps on batches of pairs that the caller makes: each step computes the similarities of a batch, the loss and its gradients, and
/// updates every parameter. Other texts of the batch are the negatives, so what a batch holds matters.
///
/// \tparam Loss a fewclip::pair_loss: losses::contrastive, losses::pull_to_start of it
/// \tparam Optimizer a fewclip::optimizer
/// \tparam Schedule a fewclip::schedule; its number of steps is that of epoch 0 times the epochs
///
/// Reports {"fit", steps done, steps in all, loss} after every step; an observer that returns false stops there. Can be resumed bit for bit. A
/// watched value is asked for after every epoch, or every `check_every_steps`. One forward and one backward of both towers per step.
template <class Loss, class Optimizer, class Schedule>
struct contrastive_pairs {
  static_assert(schedule<Schedule>,
                "fewclip::trainers::contrastive_pairs: Schedule needs 'params' and 'rate(peak, position) const' [concept schedule], see "
                "docs/extend/schedule.md");

  /// Hyper-parameters.
  struct params {
    typename Loss::params loss{};
    typename Optimizer::params optimizer{};
    typename Schedule::params schedule{};
    early_stop::params stop{};
    index epochs = 200;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      Loss::params::visit_settings(self.loss, visitor);
      Optimizer::params::visit_settings(self.optimizer, visitor);
      Schedule::params::visit_settings(self.schedule, visitor);
      early_stop::params::visit_settings(self.stop, visitor);
      visitor(
          setting{.name = "epochs", .meaning = "passes over the pairs, at most", .origin = "KiloGram's code", .lowest = 0, .highest = 1e9},
          self.epochs);
    }
  };

  /// Trains the parameters of a model in place.
  /// \param model a pair_model
  /// \param pairs a pair_source
  /// \param settings the hyper-parameters
  /// \param observer receives a report after every step and may ask to stop
  /// \param resume where given: gone on from where it has begun, and saved to
  /// \param watched where given: early stopping watches it, and the model ends with the best checked parameters
  /// \throws value_error where an epoch has no batches, or `resume` is of another model; what the towers throw
  template <compute_backend B, class Model, class Source>
  static training_report train(Model& model, const Source& pairs, const params& settings, const progress_observer& observer = {},
                               std::type_identity_t<trainer_state<B>>* resume = nullptr, const watched_value& watched = {}) {
    static_assert(optimizer<Optimizer, B>,
                  "fewclip::trainers::contrastive_pairs: Optimizer needs 'params', 'state<B>::step' and 'state<B>::visit_state' [concept "
                  "optimizer], see docs/extend/optimizer.md");
    static_assert(pair_source<Source, B>,
                  "fewclip::trainers::contrastive_pairs: Source needs 'batches(epoch) const' and 'batch(epoch, i) const' [concept "
                  "pair_source], see docs/extend/pair_source.md");
    static_assert(pair_model<Model, B>,
                  "fewclip::trainers::contrastive_pairs: Model needs 'similarities(images, ids)', with and without a tape [concept "
                  "pair_model], see docs/extend/pair_source.md");
    static_assert(
        pair_loss<Loss, B, Model>,
        "fewclip::trainers::contrastive_pairs: Loss needs 'params' and 'operator()(similarities) const', or (model, similarities) "
        "[concept pair_loss], see docs/extend/loss.md");
    trainer_state<B> fresh;
    trainer_state<B>& state = resume ? *resume : fresh;
    detail::step_run<Optimizer, B, Model> run(model, settings.optimizer, settings.stop, state);
    const index expected = settings.epochs * pairs.batches(0);
    bool interrupted = false;
    bool impatient = watched && run.exhausted();
    index begin = 0;  // the first step of the epoch
    index epoch = 0;
    for (; epoch < settings.epochs && !interrupted && !impatient; ++epoch) {
      const index batches = pairs.batches(epoch);
      if (batches < 1) throw value_error(expected_got("fewclip::trainers::contrastive_pairs", "batches of an epoch", "at least 1", "none"));
      for (index i = std::max<index>(0, state.step - begin); i < batches && !interrupted && !impatient; ++i) {
        const double rate =
            Schedule{settings.schedule}.rate(settings.optimizer.learning_rate, {state.step, expected, epoch, settings.epochs});
        run.update(detail::differentiate_pairs<B>(model, run.parameters(), Loss{settings.loss}, pairs.batch(epoch, i)), rate);
        const bool ends_epoch = i + 1 == batches;
        const index every = settings.stop.check_every_steps;
        if (watched && (every > 0 ? state.step % every == 0 : ends_epoch)) impatient = run.check(watched());
        const bool last = ends_epoch && epoch + 1 == settings.epochs;
        interrupted = !report(observer, {"fit", state.step, std::max(expected, state.step), state.losses.back()}) && !last;
      }
      begin += batches;
    }
    run.finish(interrupted);
    return run.report_of(epoch, interrupted || impatient);
  }
};

}  // namespace fewclip::trainers
