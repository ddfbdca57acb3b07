#include "fewclip/recipes/cross_modal.hpp"

#define BOOST_TEST_MODULE recipes_cross_modal
#include <boost/test/unit_test.hpp>

#include "fewclip/methods/cross_modal.hpp"
#include "fewclip/selectors/grid.hpp"

using namespace fewclip;
using method = methods::cross_modal<backend::cpu<float>, selectors::grid>;

BOOST_AUTO_TEST_CASE(the_published_grid_has_twelve_candidates_and_six_for_eurosat) {
  for (const std::string_view data_set : recipes::data_sets) {
    method::params settings;
    recipes::apply(recipes::cross_modal::published(data_set), settings);
    std::size_t candidates = 1;
    for (const auto& axis : settings.selector.axes) candidates *= axis.values.size();
    BOOST_TEST(candidates == (data_set == "eurosat" ? 6U : 12U), data_set);
    BOOST_TEST(settings.selector.axes.front().name == "learning_rate");
    BOOST_TEST(settings.trainer.stop.check_every_steps == 100);
  }
  BOOST_CHECK_THROW(recipes::cross_modal::published("euro_sat"), value_error);
}

BOOST_AUTO_TEST_CASE(the_clean_grid_is_about_settings_of_the_method) {
  method::params settings;
  for (const auto& axis : recipes::cross_modal::clean_grid()) {
    for (const double value : axis.values) BOOST_CHECK_NO_THROW(set_setting(settings, axis.name, value));
  }
}
