#pragma once
/// \file
/// Settings of safe.

#include <string>
#include <string_view>
#include <vector>

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::safe; the paper's are not known, so there is no `published`.
namespace fewclip::recipes::safe {

/// 50 passes, 20 on ImageNet; all other settings stay at their defaults (ours).
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe ours(std::string_view data_set) {
  (void)data_set_position(data_set, "fewclip::recipes::safe::ours");
  return {std::string(data_set), {{"epochs", data_set == "imagenet" ? 20.0 : 50.0}}, {}, fixed, "ours; no value of the paper is known"};
}

/// alpha in 0, 0.05, ... 1 after one training, for few_shot_val (ours).
inline std::vector<selectors::grid_axis> clean_grid() {
  selectors::grid_axis alpha{"alpha", {}};
  for (int i = 0; i <= 20; ++i) alpha.values.push_back(i / 20.0);
  return {alpha};
}

}  // namespace fewclip::recipes::safe
