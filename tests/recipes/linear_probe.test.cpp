#include "fewclip/recipes/linear_probe.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/linear_probe.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  using params = fewclip::methods::linear_probe<>::params;
  recipe_tests::require_fits_all_data_sets<params>([](std::string_view name) { return recipes::linear_probe::published(name); });
  recipe_tests::require_grid_fits<params>(recipes::linear_probe::clean_grid());
}

BOOST_AUTO_TEST_CASE(nothing_is_searched_by_a_published_grid) { BOOST_TEST(recipes::linear_probe::published("dtd").axes.empty()); }
