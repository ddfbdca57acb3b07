#pragma once
/// \file
/// When training ends before its last step because a watched value no longer grows.

#include "fewclip/core/settings.hpp"

namespace fewclip::trainers {

/// Ends training where a watched value of held-out data (larger is better) has not grown for some time.
///
/// Takes part only where a watched_value is passed to the trainer. A classifier passes the accuracy on its validation set where any of these
/// settings is above 0; with `patience` 0 nothing ends early, and the best checked parameters are kept. Whatever ends the training then, all steps made or patience lost, the
/// model gets the parameters with the largest watched value; the first of equals wins.
struct early_stop {
  /// Hyper-parameters.
  struct params {
    index patience = 0;
    double minimal_improvement = 0;
    index check_every_steps = 0;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "patience",
                      .meaning = "checks without improvement until training ends; 0: never",
                      .origin = "ours",
                      .lowest = 0,
                      .highest = 1e9},
              self.patience);
      visitor(setting{.name = "minimal_improvement",
                      .meaning = "how much the watched value must exceed the best so far",
                      .origin = "strictly better, as in cross-modal adaptation",
                      .lowest = 0,
                      .highest = 1e9},
              self.minimal_improvement);
      visitor(setting{.name = "check_every_steps",
                      .meaning = "steps between checks; 0: once per epoch",
                      .origin = "ours",
                      .lowest = 0,
                      .highest = 1e9},
              self.check_every_steps);
    }
  };
};

}  // namespace fewclip::trainers
