#pragma once
/// \file
/// Published settings of coop.

#include "fewclip/recipes/recipe.hpp"

/// Settings of methods::coop.
namespace fewclip::recipes::coop {

/// The settings of the authors' configuration; nothing is searched.
/// Figure: RN50, 16 shots, ImageNet 62.95 % (Tip-Adapter paper), average over eleven data sets 73.45 % (APE authors).
/// \param data_set one of recipes::data_sets
/// \param shots per class; epochs depend on them: 200 from 8 shots on, 100 for 2 and 4, 50 for 1, and 50 on ImageNet
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set, index shots = 16) {
  const bool imagenet = data_set_position(data_set, "fewclip::recipes::coop::published") == 0;
  const double epochs = imagenet || shots < 2 ? 50 : (shots < 8 ? 100 : 200);
  return {std::string(data_set),
          {{"context_length", 16},
           {"context_deviation", 0.02},
           {"learning_rate", 0.002},
           {"momentum", 0.9},
           {"weight_decay", 5e-4},
           {"batch_size", 32},
           {"epochs", epochs},
           {"warmup_epochs", 1},
           {"warmup_rate", 1e-5}},
          {},
          fixed,
          "Zhou et al. 2022, arXiv 2109.01134; authors' code (KaiyangZhou/CoOp)"};
}

}  // namespace fewclip::recipes::coop
