#pragma once
/// \file
/// Published settings of tip_adapter and tip_adapter_f.

#include "fewclip/recipes/recipe.hpp"

namespace fewclip::recipes {
namespace detail {

/// One row of the authors' configuration files.
struct tip_adapter_row {
  double beta_end, alpha_end, alpha, epochs;
};

// In the order of data_sets. The initial beta is 1 throughout.
inline constexpr tip_adapter_row tip_adapter_rows[] = {{7, 3, 1.17, 20}, {12, 5, 3, 20},     {13, 13, 2, 20},  {12, 10, 2, 100},
                                                       {30, 30, 5, 20},  {10, 10, 1.17, 20}, {50, 50, 10, 20}, {7, 3, 1.17, 20},
                                                       {20, 10, 3, 20},  {12, 10, 1.17, 20}, {7, 3, 3, 20}};

inline recipe tip_adapter_recipe(std::string_view data_set, const std::string& where) {
  const tip_adapter_row& row = tip_adapter_rows[data_set_position(data_set, where)];
  return {std::string(data_set),
          {{"beta", 1}, {"alpha", row.alpha}},
          {selectors::arithmetic_axis("beta", 0.1, row.beta_end, 200), selectors::arithmetic_axis("alpha", 0.1, row.alpha_end, 20)},
          data_set == "imagenet" ? oracle_test : full_val,
          "Zhang et al. 2022, arXiv 2207.09519; grids of the authors' configuration files (gaopengcuhk/Tip-Adapter)"};
}

}  // namespace detail

/// Settings of methods::tip_adapter.
namespace tip_adapter {

/// The authors' settings: beta in 200 steps outside, alpha in 20 inside, value_i = 0.1 + i (end - 0.1) / steps; the same for all shots.
/// Figure: RN50, 16 shots, ImageNet 62.03 %, average over eleven data sets 70.32 % (authors' log).
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  return detail::tip_adapter_recipe(data_set, "fewclip::recipes::tip_adapter::published");
}

/// One grid for all data sets, for few_shot_val (ours): 20 values of beta in 0.5..50, 20 of alpha in 0.1..30, in equal ratios.
inline std::vector<selectors::grid_axis> clean_grid() {
  return {selectors::geometric_axis("beta", 0.5, 50, 20), selectors::geometric_axis("alpha", 0.1, 30, 20)};
}

}  // namespace tip_adapter

/// Settings of methods::tip_adapter_f.
namespace tip_adapter_f {

/// The authors' settings: trained with the initial alpha and beta, then the grid of tip_adapter. (The authors also chose the epoch on
/// test labels, which is not reproduced.) Figure: RN50, 16 shots, ImageNet 65.51 %, average over eleven data sets 75.83 % (authors' log).
/// \param data_set one of recipes::data_sets
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set) {
  const std::string where = "fewclip::recipes::tip_adapter_f::published";
  recipe out = detail::tip_adapter_recipe(data_set, where);
  const detail::tip_adapter_row& row = detail::tip_adapter_rows[data_set_position(data_set, where)];
  for (const named_value& each : {named_value{"learning_rate", 1e-3}, named_value{"epsilon", 1e-4}, named_value{"weight_decay", 0.01},
                                  named_value{"batch_size", 256}, named_value{"epochs", row.epochs}}) {
    out.settings.push_back(each);
  }
  return out;
}

/// One grid for all data sets, after training, for few_shot_val: that of tip_adapter (ours).
inline std::vector<selectors::grid_axis> clean_grid() { return tip_adapter::clean_grid(); }

}  // namespace tip_adapter_f
}  // namespace fewclip::recipes
