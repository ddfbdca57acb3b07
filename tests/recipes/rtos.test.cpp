#include "fewclip/recipes/rtos.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "fewclip/methods/rtos_feature_anchors.hpp"
#include "fewclip/methods/rtos_fixed_anchors.hpp"
#include "shared.hpp"

BOOST_AUTO_TEST_CASE(the_grid_fits_every_member_of_the_family) {
  const auto grid = fewclip::recipes::rtos::clean_grid();
  BOOST_TEST_REQUIRE(grid.size() == 3U);
  for (const double tau : {0.015, 0.02}) BOOST_TEST(std::count(grid[0].values.begin(), grid[0].values.end(), tau) == 1);  // the defaults
  recipe_tests::require_grid_fits<fewclip::methods::rtos<>::params>(grid);
  recipe_tests::require_grid_fits<fewclip::methods::rtos_fixed_anchors<>::params>(grid);
  recipe_tests::require_grid_fits<fewclip::methods::rtos_feature_anchors<>::params>(grid);
}
