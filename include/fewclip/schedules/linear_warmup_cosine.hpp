#pragma once
/// \file
/// A linear rise, then half a cosine over the steps.

#include <cmath>
#include <numbers>

#include "fewclip/concepts/schedule.hpp"

namespace fewclip::schedules {

/// A linear rise over the first steps, then half a cosine that changes at every step.
///
/// \models schedule
/// rate(0) = first_rate; rate(t) = peak t / w for 1 <= t < w; rate(t) = peak / 2 (1 + cos(pi (t - w) / T)) from then on, with w the number
/// of warm-up steps and T the number of steps in all. As in the cross-modal adaptation code (Lin et al., CVPR 2023), where T is 12800 and w
/// is 50; the first rate may exceed those that follow.
struct linear_warmup_cosine {
  /// Hyper-parameters.
  struct params {
    index warmup_steps = 50;
    double first_rate = 1e-5;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "warmup_steps",
                      .meaning = "steps of the rise",
                      .origin = "cross-modal adaptation's code",
                      .lowest = 0,
                      .highest = 1e9},
              self.warmup_steps);
      visitor(setting{.name = "first_rate",
                      .meaning = "learning rate of step 0",
                      .origin = "cross-modal adaptation's code",
                      .lowest = 0,
                      .highest = 1e3},
              self.first_rate);
    }
  };
  params settings{};

  /// The rate of the step at a position.
  double rate(double peak, const training_position& at) const {
    if (at.step < settings.warmup_steps) {
      return at.step == 0 ? settings.first_rate : peak * static_cast<double>(at.step) / static_cast<double>(settings.warmup_steps);
    }
    const auto phase = static_cast<double>(at.step - settings.warmup_steps) / static_cast<double>(at.steps);
    return peak / 2 * (1 + std::cos(std::numbers::pi * phase));
  }
};

}  // namespace fewclip::schedules
