#include "fewclip/recipes/safe.hpp"

#define BOOST_TEST_MODULE recipes_safe
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
