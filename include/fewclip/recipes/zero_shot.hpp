#pragma once
/// \file
/// Published settings of zero_shot.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::zero_shot.
namespace fewclip::recipes::zero_shot {

/// The logit scale of the released checkpoints; there is nothing to search, since it changes no prediction.
/// Figure: RN50, ImageNet, seven templates, 60.3 %.
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  (void)data_set_position(data_set, "fewclip::recipes::zero_shot::published");
  return {std::string(data_set), {{"scale", 100}}, {}, fixed, "Radford et al. 2021, arXiv 2103.00020"};
}

/// Nothing to search.
inline std::vector<selectors::grid_axis> clean_grid() { return {}; }

}  // namespace fewclip::recipes::zero_shot
