#pragma once
/// \file
/// Hyper-parameters of the literature as data: what a paper or its code used, per data set, with the source.

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/settings.hpp"
#include "fewclip/selectors/grid_axis.hpp"

namespace fewclip::recipes {

/// A setting and its value.
struct named_value {
  std::string name;
  double value = 0;
};

/// How a method was run on a data set: settings to start from, what was searched, on which labels, and who says so.
struct recipe {
  std::string data_set;
  std::vector<named_value> settings;
  std::vector<selectors::grid_axis> axes;  ///< outermost loop first; empty where nothing is searched
  std::string protocol;                    ///< what the search was allowed to see
  std::string citation;
};

/// The width of the encoder that published numbers of channels are for: RN50. On features of another width the same share is meant.
inline constexpr double published_channels_of = 1024;

/// The search on the whole validation split, as most papers have it; thousands of labels beyond the few shots.
inline constexpr const char* full_val = "full_val: settings chosen on the whole validation split";

/// The search on test labels, as some papers have it for ImageNet. Reproduce it with selectors::oracle.
inline constexpr const char* oracle_test = "oracle_test: settings chosen on the TEST labels; not a fair result";

/// The search on min(K, 4) validation images per class: see data::draw_shots_and_validation.
inline constexpr const char* few_shot_val = "few_shot_val: settings chosen on min(K, 4) validation images per class";

/// No search.
inline constexpr const char* fixed = "fixed: no validation labels used";

/// The eleven data sets of the few-shot literature, as recipes call them.
inline constexpr std::array<std::string_view, 11> data_sets{"imagenet", "caltech101",     "dtd",         "eurosat",       "fgvc_aircraft",
                                                            "food101",  "oxford_flowers", "oxford_pets", "stanford_cars", "sun397",
                                                            "ucf101"};

/// The position of a data set in `data_sets`.
/// \param name a data set
/// \param where for the message
/// \throws value_error for an unknown name, with the nearest known one
inline std::size_t data_set_position(std::string_view name, const std::string& where) {
  for (std::size_t i = 0; i < data_sets.size(); ++i) {
    if (data_sets[i] == name) return i;
  }
  const std::string nearest = nearest_name(name, std::vector<std::string>(data_sets.begin(), data_sets.end()));
  throw value_error(where + ": no recipe for data set '" + std::string(name) + "'; did you mean '" + nearest + "'?");
}

/// Gives a classifier's params what a recipe says: its settings, and its axes where the selector has any.
/// \param from a recipe
/// \param params of a classifier
/// \throws value_error where the method has no setting of that name
template <class Params>
void apply(const recipe& from, Params& params) {
  for (const named_value& each : from.settings) set_setting(params, each.name, each.value, "fewclip::recipes::apply");
  if constexpr (requires { params.selector.axes = from.axes; }) params.selector.axes = from.axes;
}

}  // namespace fewclip::recipes
