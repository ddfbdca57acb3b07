#include "fewclip/recipes/tip_adapter.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/tip_adapter_f.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;
using recipe_tests::axis;
using recipe_tests::setting;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  using plain = fewclip::methods::tip_adapter<>::params;
  using trained = fewclip::methods::tip_adapter_f<>::params;
  recipe_tests::require_fits_all_data_sets<plain>([](std::string_view name) { return recipes::tip_adapter::published(name); });
  recipe_tests::require_fits_all_data_sets<trained>([](std::string_view name) { return recipes::tip_adapter_f::published(name); });
  recipe_tests::require_grid_fits<plain>(recipes::tip_adapter::clean_grid());
  recipe_tests::require_grid_fits<trained>(recipes::tip_adapter_f::clean_grid());
}

BOOST_AUTO_TEST_CASE(caltech101_has_200_sharpnesses_below_12_outside_20_weights_below_5) {
  const auto from = recipes::tip_adapter::published("caltech101");
  BOOST_TEST(axis(from, 0, "beta").values.size() == 200U);
  BOOST_TEST(axis(from, 1, "alpha").values.size() == 20U);
  BOOST_TEST(from.axes[0].values.front() == 0.1);
  BOOST_TEST(from.axes[0].values.back() == 12 - 11.9 / 200, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(from.axes[1].values[16] == 0.1 + 16 * 4.9 / 20, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(setting(from, "alpha") == 3.0);
  BOOST_TEST(from.protocol == recipes::full_val);
}

BOOST_AUTO_TEST_CASE(imagenet_was_searched_on_test_labels_and_eurosat_trained_for_100_epochs) {
  BOOST_TEST(recipes::tip_adapter::published("imagenet").protocol == recipes::oracle_test);
  BOOST_TEST(setting(recipes::tip_adapter_f::published("eurosat"), "epochs") == 100.0);
  BOOST_TEST(setting(recipes::tip_adapter_f::published("dtd"), "epochs") == 20.0);
  BOOST_TEST(setting(recipes::tip_adapter::published("oxford_flowers"), "alpha") == 10.0);
}

BOOST_AUTO_TEST_CASE(the_clean_grid_reaches_both_of_its_ends) {
  const auto grid = recipes::tip_adapter::clean_grid();
  BOOST_TEST(grid[0].values.front() == 0.5);
  BOOST_TEST(grid[0].values.back() == 50.0);
  BOOST_TEST(grid[1].values.size() == 20U);
}
