#pragma once
/// \file
/// Published settings of cross_modal, the second stage of tsf_clip.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::cross_modal.
namespace fewclip::recipes::cross_modal {

/// The grid of TSF-CLIP's code: rate outside, then decay, then batch; every candidate is trained with checks every 100 steps. A batch of 32 has 16
/// texts and is left out where there are not more (EuroSAT, ten). Figure: none published.
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  (void)data_set_position(data_set, "fewclip::recipes::cross_modal::published");
  const std::vector<double> batches = data_set == "eurosat" ? std::vector<double>{8} : std::vector<double>{8, 32};
  return {std::string(data_set),
          {{"check_every_steps", 100}},
          {{"learning_rate", {2e-5, 3e-5}}, {"weight_decay", {0, 0.01, 1e-4}}, {"batch_size", batches}},
          few_shot_val,
          "TSF-CLIP authors' code (Patrickeroo/TSF-CLIP); rates of linzhiqiu/cross_modal_adaptation: 1e-3, 1e-4"};
}

/// The weight mix after one training, for few_shot_val (ours).
inline std::vector<selectors::grid_axis> clean_grid() { return {{"weight_mix", {0, 0.25, 0.5, 0.75, 1}}}; }

}  // namespace fewclip::recipes::cross_modal
