#include "fewclip/recipes/recipe.hpp"

#include <boost/test/unit_test.hpp>

namespace recipes = fewclip::recipes;

namespace {

struct method_params {
  double alpha = 1;
  struct {
    std::vector<fewclip::selectors::grid_axis> axes;
  } selector;
  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(fewclip::setting{.name = "alpha", .meaning = "weight", .origin = "test"}, self.alpha);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(there_are_eleven_data_sets_and_each_knows_its_position) {
  BOOST_TEST(recipes::data_sets.size() == 11U);
  BOOST_TEST(recipes::data_set_position("imagenet", "here") == 0U);
  BOOST_TEST(recipes::data_set_position("ucf101", "here") == 10U);
}

BOOST_AUTO_TEST_CASE(an_unknown_data_set_is_answered_with_the_nearest_one) {
  BOOST_CHECK_EXCEPTION((void)recipes::data_set_position("caltech", "here"), fewclip::value_error, [](const fewclip::value_error& e) {
    return std::string(e.what()) == "here: no recipe for data set 'caltech'; did you mean 'caltech101'?";
  });
}

BOOST_AUTO_TEST_CASE(applying_a_recipe_sets_settings_and_axes) {
  method_params params;
  recipes::apply({"dtd", {{"alpha", 3}}, {{"alpha", {1, 2}}}, recipes::full_val, "nobody"}, params);
  BOOST_TEST(params.alpha == 3.0);
  BOOST_TEST(params.selector.axes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_recipe_of_another_method_is_refused) {
  method_params params;
  BOOST_CHECK_THROW(recipes::apply({"dtd", {{"beta", 3}}, {}, recipes::fixed, "nobody"}, params), fewclip::value_error);
}
