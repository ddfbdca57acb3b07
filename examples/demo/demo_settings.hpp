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

/// Takes over one of them. Throws usage_error as read_setting.
void apply_setting(settings_by_method& to, const std::string& given, const engine& methods);

}  // namespace program
