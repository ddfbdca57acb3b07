#include "fewclip/recipes/safe.hpp"

#include <boost/test/unit_test.hpp>

#include "../poolers/toy_attention.hpp"
#include "fewclip/selectors/grid.hpp"

using namespace fewclip;
using method = methods::safe<toy::f64, selectors::grid>;

BOOST_AUTO_TEST_CASE(the_clean_grid_over_alpha_trains_once) {
  auto settings = toy::safe_settings<method>(0.5, 3);
  settings.selector.axes = recipes::safe::clean_grid();
  fewclip::index steps = 0;
  const validation_set<toy::f64> rows(toy::tokens<toy::f64>(), toy::token_support<toy::f64>().labels());
  const method made(toy::text<toy::f64>(), toy::token_support<toy::f64>(), settings, rows,
                    [&steps](const progress& event) { return steps += event.stage == "fit" ? 1 : 0, true; });
  BOOST_TEST(steps == 3);
  BOOST_TEST(made.search().candidates == 21);
  BOOST_TEST(settings.selector.axes[0].values.front() == 0);
  BOOST_TEST(settings.selector.axes[0].values.back() == 1);
}

BOOST_AUTO_TEST_CASE(imagenet_has_fewer_passes_and_all_else_is_the_defaults) {
  const methods::safe<toy::f64>::params defaults;
  for (const std::string_view data_set : recipes::data_sets) {
    methods::safe<toy::f64>::params settings;
    settings.trainer.epochs = 1;
    recipes::apply(recipes::safe::ours(data_set), settings);
    BOOST_TEST(settings.trainer.epochs == (data_set == "imagenet" ? 20 : 50), data_set);
    BOOST_TEST(recipes::safe::ours(data_set).protocol == recipes::fixed);
    if (data_set == "imagenet") settings.trainer.epochs = 50;
    const auto got = list_settings(settings);
    const auto expected = list_settings(defaults);
    BOOST_REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(got[i].value == expected[i].value, got[i].about.name);
  }
  BOOST_CHECK_THROW(recipes::safe::ours("image_net"), value_error);
}
