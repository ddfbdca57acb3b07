#pragma once
/// \file
/// Settings of safe.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::safe; the paper's are not known, so there is no `published`.
namespace fewclip::recipes::safe {

/// alpha in 0, 0.05, ... 1 after one training, for few_shot_val (ours).
inline std::vector<selectors::grid_axis> clean_grid() {
  selectors::grid_axis alpha{"alpha", {}};
  for (int i = 0; i <= 20; ++i) alpha.values.push_back(i / 20.0);
  return {alpha};
}

}  // namespace fewclip::recipes::safe
