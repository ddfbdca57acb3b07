#include "fewclip/recipes/rtos.hpp"

#define BOOST_TEST_MODULE rtos_recipes
#include <boost/test/unit_test.hpp>

#include "fewclip/methods/rtos_feature_anchors.hpp"
#include "fewclip/methods/rtos_fixed_anchors.hpp"
#include "shared.hpp"

BOOST_AUTO_TEST_CASE(the_grid_fits_every_member_of_the_family) {
  const auto grid = fewclip::recipes::rtos::clean_grid();
  recipe_tests::require_grid_fits<fewclip::methods::rtos<>::params>(grid);
  recipe_tests::require_grid_fits<fewclip::methods::rtos_fixed_anchors<>::params>(grid);
  recipe_tests::require_grid_fits<fewclip::methods::rtos_feature_anchors<>::params>(grid);
}
