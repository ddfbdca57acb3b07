#pragma once

// Settings that a model or a task limits, checked before the work starts.

#include <cstdint>
#include <string>
#include <vector>

#include "model.hpp"
#include "plan.hpp"

namespace program {

/// Throws fewclip::value_error, naming the setting, for learned words that do not fit into the text tower beside the longest class name,
/// heads that do not divide the width, and tangrams that do not fill a batch. `seed` is that of the fit.
void require_fitting_settings(const planned_method& method, const clip_model& model, const std::string& prompt,
                              const std::vector<std::string>& class_names, std::uint64_t seed);

}  // namespace program
