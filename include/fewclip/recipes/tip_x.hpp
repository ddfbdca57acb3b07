#pragma once
/// \file
/// Published settings of tip_x.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::tip_x.
namespace fewclip::recipes::tip_x {

/// The authors' settings, the same for all data sets: alpha 20 values outside, beta 200, gamma 50 inside. Their rescaling takes its range
/// from all test queries: methods::tip_x<.., caches::rescaling::transductive>.
/// Figure: RN50, 16 shots, ImageNet 62.16 %, average over eleven data sets 71.36 % (APE authors' notebook), texts with language-model
/// sentences.
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  (void)data_set_position(data_set, "fewclip::recipes::tip_x::published");
  return {std::string(data_set),
          {{"temperature", 0.5}},
          {selectors::arithmetic_axis("alpha", 0.1, 50, 20), selectors::arithmetic_axis("beta", 1, 50, 200),
           selectors::arithmetic_axis("gamma", 0.1, 30, 50)},
          data_set == "imagenet" ? oracle_test : full_val,
          "Udandarao et al. 2023, arXiv 2211.16198; grid of the authors' code (vishaal27/SuS-X)"};
}

/// One coarser grid for all data sets, for few_shot_val (ours): 8 values of alpha in 0.1..30 and 12 of beta in 1..50, in equal ratios, 8
/// of gamma.
inline std::vector<selectors::grid_axis> clean_grid() {
  return {selectors::geometric_axis("alpha", 0.1, 30, 8),
          selectors::geometric_axis("beta", 1, 50, 12),
          {"gamma", {0, 0.1, 0.3, 1, 3, 10, 20, 30}}};
}

}  // namespace fewclip::recipes::tip_x
