#pragma once

// What every recipe has to fulfil.

#include <boost/test/unit_test.hpp>

#include "fewclip/recipes/recipe.hpp"

namespace recipe_tests {

/// Whether every name and value of a recipe suits the method.
template <class Params>
void require_fits(const fewclip::recipes::recipe& from) {
  Params params;
  fewclip::recipes::apply(from, params);
  for (const auto& axis : from.axes) {
    for (const double value : axis.values) fewclip::set_setting(params, axis.name, value);
  }
  BOOST_TEST(!from.citation.empty());
  BOOST_TEST(!from.protocol.empty());
}

template <class Params, class Published>
void require_fits_all_data_sets(const Published& published) {
  for (const std::string_view name : fewclip::recipes::data_sets) {
    require_fits<Params>(published(name));
    BOOST_TEST(published(name).data_set == name);
  }
  BOOST_CHECK_THROW((void)published("oxford_pet"), fewclip::value_error);
}

/// Whether every name and value of a grid suits the method.
template <class Params>
void require_grid_fits(const std::vector<fewclip::selectors::grid_axis>& axes) {
  require_fits<Params>({"any", {}, axes, fewclip::recipes::few_shot_val, "ours"});
}

inline const fewclip::selectors::grid_axis& axis(const fewclip::recipes::recipe& from, std::size_t at, const char* name) {
  BOOST_TEST(from.axes.at(at).name == name);
  return from.axes.at(at);
}

inline double setting(const fewclip::recipes::recipe& from, const char* name) {
  for (const auto& each : from.settings) {
    if (each.name == name) return each.value;
  }
  throw std::runtime_error(name);
}

}  // namespace recipe_tests
