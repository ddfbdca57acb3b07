#pragma once
/// \file
/// Settings of vt_clip. None were published.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::vt_clip.
namespace fewclip::recipes::vt_clip {

/// Rate, one training each, and the part of the change that is applied, for few_shot_val (ours): nothing was published.
inline std::vector<selectors::grid_axis> clean_grid() {
  return {{"learning_rate", {1e-4, 1e-5}}, {"eta", {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}}};
}

}  // namespace fewclip::recipes::vt_clip
