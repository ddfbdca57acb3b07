#pragma once
/// \file
/// Published settings of ape and ape_t.

#include "fewclip/recipes/recipe.hpp"

namespace fewclip::recipes {

/// Which of the APE authors' two sets of configuration files.
enum class ape_version {
  september_2023,  ///< the last, after the inter-class similarity was repaired; its authors expect small deviations from the paper
  april_2023       ///< the first public one, nearest to the paper's figures
};

namespace detail {

/// One row of the authors' configuration files.
struct ape_row {
  double channels, trained_channels, w0, w1;
  double beta_end, alpha_end, gamma_end, gamma_steps;
  double alpha, epsilon, learning_rate, epochs;
};

// In the order of data_sets. Initial beta 1 and gamma 0.1 throughout; 200 steps of beta, 20 of alpha.
inline constexpr ape_row ape_september[] = {
    {500, 500, .7, .3, 7, 7, .5, 5, 2, 1e-3, 1e-4, 20},   {800, 900, .5, .5, 7, 7, 1, 20, 1, 1e-3, 1e-3, 30},
    {400, 700, .5, .5, 7, 7, 1, 20, 3, 1e-3, 1e-3, 20},   {700, 900, .9, .1, 30, 5, 1.5, 20, 1, 1e-3, 1e-3, 200},
    {800, 900, .1, .9, 20, 10, 1, 20, 5, 1e-3, 1e-3, 30}, {700, 900, .3, .7, 7, 7, 1, 20, .8, 1e-3, 1e-4, 30},
    {700, 800, .4, .6, 7, 7, 1, 20, 3, 1e-3, 1e-3, 60},   {800, 800, .7, .3, 7, 7, 1, 20, 2, 2e-3, 1e-4, 30},
    {500, 800, .6, .4, 10, 7, 1, 20, 1, 5e-3, 1e-3, 30},  {800, 800, .7, .3, 10, 7, 1, 20, 1, 1e-3, 1e-4, 30},
    {700, 800, .3, .7, 10, 7, 1.5, 20, 2, 2e-3, 1e-3, 30}};

inline constexpr ape_row ape_april[] = {
    {500, 500, .7, .3, 7, 7, .5, 5, 2, 1e-3, 1e-4, 20},   {900, 900, .7, .3, 7, 7, 1, 20, 1, 1e-3, 1e-3, 30},
    {800, 800, .7, .3, 7, 7, 1, 20, 3, 1e-3, 1e-3, 20},   {800, 800, .7, .3, 7, 7, 1.5, 20, 1, 1e-3, 1e-3, 200},
    {900, 900, .1, .9, 10, 10, 1, 20, 5, 1e-3, 1e-3, 30}, {800, 800, .7, .3, 7, 7, 1, 20, .8, 1e-3, 1e-4, 30},
    {800, 800, .7, .3, 7, 7, 1, 20, 5, 1e-3, 1e-3, 60},   {800, 800, 1, 0, 7, 7, 1, 20, 2, 1e-3, 1e-4, 30},
    {500, 500, .7, .3, 7, 7, 1, 20, 1, 1e-3, 1e-3, 30},   {800, 800, .7, .3, 7, 7, 1, 20, 1, 1e-3, 1e-4, 30},
    {800, 800, .2, .8, 7, 7, 1.5, 20, 1, 1e-3, 1e-3, 30}};

inline const ape_row& ape_row_of(std::string_view data_set, ape_version version, const std::string& where) {
  const std::size_t at = data_set_position(data_set, where);
  return version == ape_version::april_2023 ? ape_april[at] : ape_september[at];
}

inline recipe ape_search(std::string_view data_set, const ape_row& row) {
  return {std::string(data_set),
          {{"beta", 1}, {"alpha", row.alpha}},
          {selectors::arithmetic_axis("beta", 0.1, row.beta_end, 200), selectors::arithmetic_axis("alpha", 0.1, row.alpha_end, 20)},
          data_set == "imagenet" ? oracle_test : full_val,
          "Zhu et al. 2023, arXiv 2304.01195; authors' configuration files (yangyangyang127/APE), for RN50 with 1024 channels"};
}

}  // namespace detail

/// Settings of methods::ape.
namespace ape {

/// The authors' settings: beta in 200 steps outside, alpha in 20, gamma in 20 (ImageNet: 5) inside; gamma starts at 0. Channels are
/// counts for RN50 (1024); nothing was published for other encoders.
/// Figure: RN50, 16 shots, ImageNet 63.42 %, average over eleven data sets 73.36 % (authors' notebook), texts with language-model
/// sentences.
/// \param data_set one of recipes::data_sets
/// \param version of the configuration files
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set, ape_version version = ape_version::september_2023) {
  const detail::ape_row& row = detail::ape_row_of(data_set, version, "fewclip::recipes::ape::published");
  recipe out = detail::ape_search(data_set, row);
  out.settings.push_back({"gamma", 0.1});
  out.settings.push_back({"channels", row.channels});
  out.settings.push_back({"similarity_weight", row.w0});
  out.settings.push_back({"variance_weight", row.w1});
  out.axes.push_back(selectors::arithmetic_axis("gamma", 0, row.gamma_end, static_cast<index>(row.gamma_steps)));
  return out;
}

/// One grid for all data sets and encoders, for few_shot_val (ours): the share of channels outside (a fit each), then beta, alpha and
/// gamma.
inline std::vector<selectors::grid_axis> clean_grid() {
  return {{"channels", {0.5, 0.75, 1}},
          selectors::geometric_axis("beta", 0.5, 50, 20),
          selectors::geometric_axis("alpha", 0.1, 30, 20),
          {"gamma", {0, 0.1, 0.5}}};
}

}  // namespace ape

/// Settings of methods::ape_t.
namespace ape_t {

/// The authors' settings: trained with the initial alpha and beta, then a grid of beta and alpha. (Until 2023-09 the authors also chose
/// the epoch on test labels, which is not reproduced.) Row weights are decayed as the code says; in the authors' half precision that rounded
/// to nothing. Channels are counts for RN50 (1024).
/// Figure: RN50, 16 shots, ImageNet 66.07 %, average over eleven data sets 77.28 % (authors' notebook), texts with language-model
/// sentences.
/// \param data_set one of recipes::data_sets
/// \param version of the configuration files
/// \throws value_error for an unknown data set
inline recipe published(std::string_view data_set, ape_version version = ape_version::september_2023) {
  const detail::ape_row& row = detail::ape_row_of(data_set, version, "fewclip::recipes::ape_t::published");
  recipe out = detail::ape_search(data_set, row);
  for (const named_value& each :
       {named_value{"channels", row.trained_channels}, named_value{"similarity_weight", 0.2}, named_value{"variance_weight", 0.8},
        named_value{"learning_rate", row.learning_rate}, named_value{"epsilon", row.epsilon}, named_value{"weight_decay", 0.1},
        named_value{"decay_weights", 1}, named_value{"batch_size", 256}, named_value{"epochs", row.epochs}}) {
    out.settings.push_back(each);
  }
  return out;
}

/// One grid for all data sets, after training, for few_shot_val (ours): 20 values of beta in 0.5..50, 20 of alpha in 0.1..30, in equal
/// ratios.
inline std::vector<selectors::grid_axis> clean_grid() {
  return {selectors::geometric_axis("beta", 0.5, 50, 20), selectors::geometric_axis("alpha", 0.1, 30, 20)};
}

}  // namespace ape_t
}  // namespace fewclip::recipes
