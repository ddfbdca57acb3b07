#pragma once
/// \file
/// Settings of the rtos family. None were published.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::rtos, rtos_fixed_anchors and rtos_feature_anchors.
namespace fewclip::recipes::rtos {

/// Temperatures and weight of the relation after the fit, for few_shot_val (ours): nothing was published. The temperatures are those for a logit
/// scale of 100, 0.5, 1, 1.5, 2 and 5 over the scale; runtime::scale_searches makes them those of another CLIP.
inline std::vector<selectors::grid_axis> clean_grid() {
  return {{"relation_temperature", {0.005, 0.01, 0.015, 0.02, 0.05}},
          {"attention_temperature", {0.005, 0.01, 0.015, 0.02, 0.05}},
          {"gamma", {0.5, 1, 2, 5, 10, 20, 50}}};
}

}  // namespace fewclip::recipes::rtos
