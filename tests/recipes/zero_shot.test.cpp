#include "fewclip/recipes/zero_shot.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/zero_shot.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  using params = fewclip::methods::zero_shot<>::params;
  recipe_tests::require_fits_all_data_sets<params>([](std::string_view name) { return recipes::zero_shot::published(name); });
  recipe_tests::require_grid_fits<params>(recipes::zero_shot::clean_grid());
}

BOOST_AUTO_TEST_CASE(nothing_is_searched_by_a_published_grid) { BOOST_TEST(recipes::zero_shot::published("dtd").axes.empty()); }
