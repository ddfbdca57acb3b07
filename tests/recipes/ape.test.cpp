#include "fewclip/recipes/ape.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/ape_t.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;
using recipe_tests::axis;
using recipe_tests::setting;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  using plain = fewclip::methods::ape<>::params;
  using trained = fewclip::methods::ape_t<>::params;
  for (const auto version : {recipes::ape_version::september_2023, recipes::ape_version::april_2023}) {
    recipe_tests::require_fits_all_data_sets<plain>([=](std::string_view name) { return recipes::ape::published(name, version); });
    recipe_tests::require_fits_all_data_sets<trained>([=](std::string_view name) { return recipes::ape_t::published(name, version); });
  }
  recipe_tests::require_grid_fits<plain>(recipes::ape::clean_grid());
  recipe_tests::require_grid_fits<trained>(recipes::ape_t::clean_grid());
}

BOOST_AUTO_TEST_CASE(gamma_is_the_innermost_loop_and_starts_at_zero) {
  const auto imagenet = recipes::ape::published("imagenet");
  BOOST_TEST(axis(imagenet, 0, "beta").values.size() == 200U);
  BOOST_TEST(axis(imagenet, 1, "alpha").values.size() == 20U);
  BOOST_TEST(axis(imagenet, 2, "gamma").values.size() == 5U);
  BOOST_TEST(imagenet.axes[2].values.front() == 0.0);
  BOOST_TEST(imagenet.axes[2].values.back() == 0.4, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(recipes::ape::published("ucf101").axes[2].values.size() == 20U);
}

BOOST_AUTO_TEST_CASE(the_versions_differ_where_their_authors_changed_them) {
  BOOST_TEST(setting(recipes::ape::published("caltech101"), "channels") == 800.0);
  BOOST_TEST(setting(recipes::ape::published("caltech101", recipes::ape_version::april_2023), "channels") == 900.0);
  BOOST_TEST(setting(recipes::ape::published("oxford_pets", recipes::ape_version::april_2023), "similarity_weight") == 1.0);
  BOOST_TEST(setting(recipes::ape::published("fgvc_aircraft"), "variance_weight") == 0.9);
}

BOOST_AUTO_TEST_CASE(ape_t_has_its_own_channels_weights_and_no_gamma) {
  const auto from = recipes::ape_t::published("dtd");
  BOOST_TEST(setting(from, "channels") == 700.0);
  BOOST_TEST(setting(from, "similarity_weight") == 0.2);
  BOOST_TEST(setting(from, "decay_weights") == 1.0);
  BOOST_TEST(from.axes.size() == 2U);
  BOOST_TEST(setting(recipes::ape_t::published("eurosat"), "epochs") == 200.0);
  BOOST_TEST(setting(recipes::ape_t::published("stanford_cars"), "epsilon") == 5e-3);
}
