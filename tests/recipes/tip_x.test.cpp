#include "fewclip/recipes/tip_x.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/tip_x.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;
using recipe_tests::axis;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  using params = fewclip::methods::tip_x<>::params;
  recipe_tests::require_fits_all_data_sets<params>([](std::string_view name) { return recipes::tip_x::published(name); });
  recipe_tests::require_grid_fits<params>(recipes::tip_x::clean_grid());
}

BOOST_AUTO_TEST_CASE(the_published_grid_has_200000_triples_with_alpha_outside) {
  const auto from = recipes::tip_x::published("dtd");
  BOOST_TEST(axis(from, 0, "alpha").values.size() == 20U);
  BOOST_TEST(axis(from, 1, "beta").values.size() == 200U);
  BOOST_TEST(axis(from, 2, "gamma").values.size() == 50U);
  BOOST_TEST(from.axes[1].values.front() == 1.0);
  BOOST_TEST(from.axes[2].values[1] == 0.1 + 29.9 / 50, boost::test_tools::tolerance(1e-12));
}
