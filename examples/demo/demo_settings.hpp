#pragma once

// Hyper-parameters of the demo.

#include <map>
#include <string>
#include <vector>

#include "../cli/task.hpp"

namespace program {

using settings_by_method = std::map<std::string, fewclip::runtime::named_settings>;

/// What the demo sets, as method.parameter=value.
const std::vector<std::string>& demo_settings();

/// Rates of plain gradient descent that were published for a logit scale of 100 become those for another: gradients are in proportion to it. What is
/// set already stays.
void follow_scale(settings_by_method& to, double scale);

/// Takes over one of them. Throws usage_error as read_setting.
void apply_setting(settings_by_method& to, const std::string& given, const engine& methods);

}  // namespace program
