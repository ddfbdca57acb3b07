#include "fewclip/recipes/coop.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/coop.hpp"
#include "shared.hpp"

namespace recipes = fewclip::recipes;

BOOST_AUTO_TEST_CASE(every_recipe_fits_its_method) {
  recipe_tests::require_fits_all_data_sets<fewclip::methods::coop<>::params>(
      [](std::string_view name) { return recipes::coop::published(name); });
}

BOOST_AUTO_TEST_CASE(epochs_follow_the_shots_but_on_imagenet) {
  const auto epochs = [](std::string_view data_set, fewclip::index shots) {
    return recipe_tests::setting(recipes::coop::published(data_set, shots), "epochs");
  };
  BOOST_TEST(epochs("dtd", 1) == 50);
  BOOST_TEST(epochs("dtd", 2) == 100);
  BOOST_TEST(epochs("dtd", 4) == 100);
  BOOST_TEST(epochs("dtd", 8) == 200);
  BOOST_TEST(epochs("dtd", 16) == 200);
  BOOST_TEST(epochs("imagenet", 16) == 50);
}
