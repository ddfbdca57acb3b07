#pragma once
/// \file
/// Published settings of linear_probe.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::linear_probe.
namespace fewclip::recipes::linear_probe {

/// The settings of the few-shot linear probe, the same for all data sets. What is searched is not a grid: use
/// selectors::coarse_then_bisect, whose defaults are the published sweep (1e6 down to 1e-6, then eight bisection steps). Features are
/// raw, not unit rows.
/// Figure: RN50, 16 shots, ImageNet 56.13 % (Tip-Adapter paper's table).
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  (void)data_set_position(data_set, "fewclip::recipes::linear_probe::published");
  return {std::string(data_set),
          {{"max_iterations", 1000}, {"gradient_tolerance", 1e-4}},
          {},
          few_shot_val,
          "Radford et al. 2021, arXiv 2103.00020; few-shot form of Zhou et al., arXiv 2109.01134 (KaiyangZhou/CoOp)"};
}

/// A grid in place of the sweep, for few_shot_val (ours): 13 powers of ten, largest first, so that ties go to the least regularised as in
/// the sweep.
inline std::vector<selectors::grid_axis> clean_grid() { return {selectors::geometric_axis("inverse_regularisation", 1e6, 1e-6, 13)}; }

}  // namespace fewclip::recipes::linear_probe
