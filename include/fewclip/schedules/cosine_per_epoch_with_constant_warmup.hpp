#pragma once
/// \file
/// Half a cosine over the epochs, after an epoch at a small constant rate.

#include <cmath>
#include <numbers>

#include "fewclip/concepts/schedule.hpp"

namespace fewclip::schedules {

/// Half a cosine that changes once per epoch, after warm-up epochs at a constant rate: CoOp's schedule.
///
/// \models schedule
/// rate(e) = warmup_rate for e < w, then peak / 2 (1 + cos(pi (e - w) / T)), with e the epoch from 0, w the number of warm-up epochs and T
/// the number of epochs in all. As in CoOp's code (Zhou et al., IJCV 2022) the cosine is shifted and not squeezed, so the rate never
/// reaches 0.
struct cosine_per_epoch_with_constant_warmup {
  /// Hyper-parameters.
  struct params {
    index warmup_epochs = 1;
    double warmup_rate = 1e-5;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(
          setting{.name = "warmup_epochs", .meaning = "epochs at the constant rate", .origin = "CoOp's code", .lowest = 0, .highest = 1e6},
          self.warmup_epochs);
      visitor(
          setting{.name = "warmup_rate", .meaning = "learning rate of these epochs", .origin = "CoOp's code", .lowest = 0, .highest = 1e3},
          self.warmup_rate);
    }
  };
  params settings{};

  /// The rate of the step at a position.
  double rate(double peak, const training_position& at) const {
    if (at.epoch < settings.warmup_epochs) return settings.warmup_rate;
    const auto phase = static_cast<double>(at.epoch - settings.warmup_epochs) / static_cast<double>(at.epochs);
    return peak / 2 * (1 + std::cos(std::numbers::pi * phase));
  }
};

}  // namespace fewclip::schedules
