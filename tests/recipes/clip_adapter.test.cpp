#include "fewclip/recipes/clip_adapter.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/clip_adapter.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  using params = fewclip::methods::clip_adapter<>::params;
  recipe_tests::require_fits_all_data_sets<params>([](std::string_view name) { return recipes::clip_adapter::published(name); });
  recipe_tests::require_grid_fits<params>(recipes::clip_adapter::clean_grid());
}

BOOST_AUTO_TEST_CASE(nothing_is_searched_by_a_published_grid) { BOOST_TEST(recipes::clip_adapter::published("dtd").axes.empty()); }
