#pragma once
/// \file
/// Half a cosine over all steps.

#include <cmath>
#include <numbers>

#include "fewclip/concepts/schedule.hpp"

namespace fewclip::schedules {

/// Half a cosine from the optimizer's rate towards 0, changing at every step.
///
/// \models schedule
/// rate(t) = peak / 2 (1 + cos(pi t / T)) for t = 0 .. T-1, T the number of steps in all (Loshchilov and Hutter, "SGDR", ICLR 2017,
/// equation 5, without restarts). The rate of the last step is not 0. Used by Tip-Adapter-F and APE-T.
struct cosine_per_step {
  using params = no_settings;
  params settings{};

  /// The rate of the step at a position.
  double rate(double peak, const training_position& at) const {
    return peak / 2 * (1 + std::cos(std::numbers::pi * static_cast<double>(at.step) / static_cast<double>(at.steps)));
  }
};

}  // namespace fewclip::schedules
