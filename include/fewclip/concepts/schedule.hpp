#pragma once
/// \file
/// The role of a schedule: the learning rate as a function of how far training is.

#include <concepts>

#include "fewclip/core/settings.hpp"

namespace fewclip {

/// How far training is: the step that is about to be made and its epoch, both counted from 0, and their totals.
struct training_position {
  index step = 0;
  index steps = 1;
  index epoch = 0;
  index epochs = 1;
};

/// A learning rate without memory.
///
/// Required of `Schedule`: `Schedule::params` with visit_settings, construction as `Schedule{params}`, and
/// `schedule.rate(peak, position) const`, the rate of the step at `position` where the optimizer's rate is `peak`.
///
/// Models: schedules::constant, schedules::cosine_per_step, schedules::cosine_per_epoch_with_constant_warmup,
/// schedules::linear_warmup_cosine.
template <class Schedule>
concept schedule = has_settings<typename Schedule::params> && requires(const typename Schedule::params& settings, const Schedule& self) {
  Schedule{settings};
  { self.rate(0.1, training_position{}) } -> std::convertible_to<double>;
};

}  // namespace fewclip
