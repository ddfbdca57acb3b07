#pragma once
/// \file
/// What a trainer says about its work.

#include <functional>
#include <vector>

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// A value of held-out data that early stopping watches, larger is better, for example the accuracy on a validation set. May be empty.
using watched_value = std::function<double()>;

/// What a trainer did. Training that was interrupted and resumed reports the same as training in one go.
struct training_report {
  index steps = 0;                     ///< updates made; iterations of a full-batch method
  index epochs = 0;                    ///< passes over the data that were begun
  index trained_parameters = 0;        ///< number of trained numbers
  double first_loss = 0;               ///< before the first step
  double final_loss = 0;               ///< of the last step, before its update; with evaluate_at_end of all rows after it
  std::vector<double> losses;          ///< before each step
  std::vector<double> learning_rates;  ///< of each step; empty for methods without one
  std::vector<double> watched;         ///< the watched value, each time it was asked for
  double largest_gradient = 0;         ///< largest absolute entry at the end, for full-batch methods
  bool converged = true;               ///< all steps were made, or the full-batch method met its tolerance
  bool stalled = false;        ///< a full-batch method that has not met it found no smaller loss: the precision of the scalar is reached
  bool stopped_early = false;  ///< by the observer or by early stopping
};

}  // namespace fewclip
