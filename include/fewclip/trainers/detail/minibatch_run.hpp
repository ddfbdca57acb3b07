#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "fewclip/concepts/schedule.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/trainers/detail/step_run.hpp"

namespace fewclip::trainers::detail {

/// One training in steps, from its beginning or from a saved state.
template <class Trainer, compute_backend B, class Model>
class minibatch_run {
 public:
  minibatch_run(Model& model, const tensor<B>& features, const label_tensor<B>& labels, const typename Trainer::params& settings,
                trainer_state<B>& state)
      : model_(model),
        features_(features),
        labels_(labels),
        settings_(settings),
        loss_{settings.loss},
        schedule_{settings.schedule},
        sampler_{settings.sampler},
        batch_size_(sampler_.batch_size(features.rows())),
        steps_per_epoch_((features.rows() + batch_size_ - 1) / batch_size_),
        run_(model, settings.optimizer, settings.stop, state),
        state_(state) {}

  training_report train(const progress_observer& observer, const watched_value& watched) {
    const index steps = settings_.epochs * steps_per_epoch_;
    bool interrupted = false;
    bool impatient = watched && run_.exhausted();
    while (state_.step < steps && !interrupted && !impatient) {
      step(steps);
      if (watched && is_check(steps)) impatient = run_.check(watched());
      interrupted = !report(observer, {"fit", state_.step, steps, state_.losses.back()}) && state_.step < steps;
    }
    run_.finish(interrupted);
    training_report out = run_.report_of((state_.step + steps_per_epoch_ - 1) / steps_per_epoch_, interrupted || impatient);
    if (settings_.evaluate_at_end) out.final_loss = evaluate(model_, loss_, features_, labels_);
    return out;
  }

 private:
  void step(index steps) {
    const index epoch = state_.step / steps_per_epoch_;
    const index batch = state_.step % steps_per_epoch_;
    const double rate = schedule_.rate(settings_.optimizer.learning_rate, {state_.step, steps, epoch, settings_.epochs});
    const auto [rows, row_labels] = take_batch(epoch, batch);
    run_.update(differentiate(model_, run_.parameters(), loss_, rows, row_labels), rate);
  }

  std::pair<tensor<B>, label_tensor<B>> take_batch(index epoch, index batch) {
    if (epoch != order_epoch_) {
      order_ = sampler_.order(features_.rows(), epoch);
      order_epoch_ = epoch;
    }
    if (order_.empty() && steps_per_epoch_ == 1) return {features_, labels_};
    const index first = batch * batch_size_;
    const index taken = order_.empty() ? features_.rows() : static_cast<index>(order_.size());
    std::vector<index> rows(static_cast<std::size_t>(std::min(batch_size_, taken - first)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t at = static_cast<std::size_t>(first) + i;
      rows[i] = order_.empty() ? static_cast<index>(at) : order_[at];
    }
    return {gather_rows(features_, rows), gather_rows(labels_, rows)};
  }

  bool is_check(index steps) const {
    const index every = settings_.stop.check_every_steps > 0 ? settings_.stop.check_every_steps : steps_per_epoch_;
    return state_.step % every == 0 || state_.step == steps;
  }

  Model& model_;
  const tensor<B>& features_;
  const label_tensor<B>& labels_;
  const typename Trainer::params& settings_;
  typename Trainer::loss_type loss_;
  typename Trainer::schedule_type schedule_;
  typename Trainer::sampler_type sampler_;
  index batch_size_;
  index steps_per_epoch_;
  step_run<typename Trainer::optimizer_type, B, Model> run_;
  trainer_state<B>& state_;
  std::vector<index> order_;
  index order_epoch_ = -1;
};

}  // namespace fewclip::trainers::detail
