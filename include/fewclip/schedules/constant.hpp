#pragma once
/// \file
/// The optimizer's learning rate throughout.

#include "fewclip/concepts/schedule.hpp"

namespace fewclip::schedules {

/// The optimizer's learning rate throughout.
///
/// \models schedule
struct constant {
  using params = no_settings;
  params settings{};

  /// The rate of the step at a position.
  double rate(double peak, const training_position&) const { return peak; }
};

}  // namespace fewclip::schedules
