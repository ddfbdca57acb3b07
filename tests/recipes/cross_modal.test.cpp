#include "fewclip/recipes/cross_modal.hpp"

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

BOOST_AUTO_TEST_CASE(the_original_linear_grid_differs_in_the_rates_alone) {
  for (const std::string_view data_set : recipes::data_sets) {
    const auto original = recipes::cross_modal::original_linear(data_set);
    const auto published = recipes::cross_modal::published(data_set);
    BOOST_REQUIRE(original.axes.size() == 3U);
    BOOST_TEST((original.axes[0].values == std::vector<double>{1e-3, 1e-4}));
    BOOST_TEST((published.axes[0].values == std::vector<double>{2e-5, 3e-5}));
    BOOST_TEST((original.axes[1].values == std::vector<double>{0, 0.01, 1e-4}));
    BOOST_TEST((original.axes[2].values == (data_set == "eurosat" ? std::vector<double>{8} : std::vector<double>{8, 32})));
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(original.axes[i].name == published.axes[i].name);
    method::params settings;
    recipes::apply(original, settings);
    BOOST_TEST(settings.trainer.stop.check_every_steps == 100);
    BOOST_TEST(original.protocol == recipes::few_shot_val);
  }
  BOOST_CHECK_THROW(recipes::cross_modal::original_linear("euro_sat"), value_error);
}
