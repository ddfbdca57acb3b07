#pragma once
/// \file
/// Published settings of cross_modal, alone and as the second stage of tsf_clip.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::cross_modal.
namespace fewclip::recipes::cross_modal {

namespace detail {

/// The grid that both codes have, but for the rates: rate outside, then decay, then batch; every candidate is trained with checks every 100
/// steps. A batch of 32 has 16 texts and is left out where there are not more (EuroSAT, ten).
inline recipe cross_modal_recipe(std::string_view data_set, const std::string& where, std::vector<double> rates, std::string citation) {
  (void)data_set_position(data_set, where);
  const std::vector<double> batches = data_set == "eurosat" ? std::vector<double>{8} : std::vector<double>{8, 32};
  return {std::string(data_set),
          {{"check_every_steps", 100}},
          {{"learning_rate", std::move(rates)}, {"weight_decay", {0, 0.01, 1e-4}}, {"batch_size", batches}},
          few_shot_val,
          std::move(citation)};
}

}  // namespace detail

/// The grid of TSF-CLIP's code: rates 2e-5 and 3e-5, decays 0, 0.01 and 1e-4, batches of 8 and 32 (EuroSAT: 8). Figure: none published.
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  return detail::cross_modal_recipe(data_set, "fewclip::recipes::cross_modal::published", {2e-5, 3e-5},
                                    "TSF-CLIP authors' code (Patrickeroo/TSF-CLIP)");
}

/// The linear grid of cross-modal adaptation itself: as published(), with rates 1e-3 and 1e-4. The weights start from the class texts here.
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe original_linear(std::string_view data_set) {
  return detail::cross_modal_recipe(data_set, "fewclip::recipes::cross_modal::original_linear", {1e-3, 1e-4},
                                    "Lin et al. 2023, arXiv 2301.06267, authors' code (linzhiqiu/cross_modal_adaptation), linear");
}

/// The weight mix after one training, for few_shot_val (ours).
inline std::vector<selectors::grid_axis> clean_grid() { return {{"weight_mix", {0, 0.25, 0.5, 0.75, 1}}}; }

}  // namespace fewclip::recipes::cross_modal
