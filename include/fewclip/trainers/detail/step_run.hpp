#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fewclip/trainers/detail/gradients.hpp"
#include "fewclip/trainers/early_stop.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip::trainers::detail {

/// What every training in steps does between two steps: updates, checks of a watched value, saved states.
template <class Optimizer, compute_backend B, class Model>
class step_run {
 public:
  step_run(Model& model, const typename Optimizer::params& optimizer, const early_stop::params& stop, trainer_state<B>& state)
      : model_(model), parameters_(model), optimizer_(optimizer), stop_(stop), state_(state) {
    if (!state_.begun()) return;
    parameters_.restore(state_, "parameter");
    for (std::size_t k = 0; k < parameters_.count(); ++k) optimizer_.visit_state(k, state_reader(state_, prefix(k)));
    refresh(model_);
  }

  const model_parameters<B>& parameters() const { return parameters_; }

  /// One update of every parameter.
  void update(const loss_and_gradients<B>& found, double rate) {
    for (std::size_t k = 0; k < parameters_.count(); ++k) {
      const named_parameter<B>& each = parameters_.list()[k];
      optimizer_.step(k, *each.value, found.gradients[k], rate * each.rule.rate_factor, each.rule.decays);
    }
    refresh(model_);
    state_.losses.push_back(found.loss);
    state_.learning_rates.push_back(rate);
    ++state_.step;
  }

  /// Whether patience was lost already, in the run that is gone on from.
  bool exhausted() const { return stop_.patience > 0 && state_.checks_since_best >= stop_.patience; }

  /// Notes a watched value; true where patience is lost.
  bool check(double value) {
    state_.watched.push_back(value);
    if (state_.watched.size() == 1 || value > state_.best_watched + stop_.minimal_improvement) {
      state_.best_watched = value;
      state_.checks_since_best = 0;
      parameters_.save(state_, "best");
    } else {
      ++state_.checks_since_best;
    }
    return exhausted();
  }

  /// Saves all; unless interrupted, the model gets the parameters with the best watched value, where there is one.
  void finish(bool interrupted) {
    parameters_.save(state_, "parameter");
    for (std::size_t k = 0; k < parameters_.count(); ++k) optimizer_.visit_state(k, state_writer(state_, prefix(k)));
    if (interrupted || state_.watched.empty()) return;
    parameters_.restore(state_, "best");
    refresh(model_);
  }

  training_report report_of(index epochs, bool stopped_early) const {
    training_report out;
    out.steps = state_.step;
    out.epochs = epochs;
    out.trained_parameters = parameters_.size();
    out.losses = state_.losses;
    out.learning_rates = state_.learning_rates;
    out.watched = state_.watched;
    if (!out.losses.empty()) out.first_loss = out.losses.front();
    if (!out.losses.empty()) out.final_loss = out.losses.back();
    out.stopped_early = stopped_early;
    out.converged = !stopped_early;
    return out;
  }

 private:
  std::string prefix(std::size_t slot) const { return "optimizer/" + parameters_.list()[slot].name + "/"; }

  Model& model_;
  model_parameters<B> parameters_;
  typename Optimizer::template state<B> optimizer_;
  early_stop::params stop_;
  trainer_state<B>& state_;
};

}  // namespace fewclip::trainers::detail
