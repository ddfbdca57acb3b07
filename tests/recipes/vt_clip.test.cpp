#include "fewclip/recipes/vt_clip.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/vt_clip.hpp"
#include "shared.hpp"

BOOST_AUTO_TEST_CASE(the_grid_fits_the_method) {
  recipe_tests::require_grid_fits<fewclip::methods::vt_clip<>::params>(fewclip::recipes::vt_clip::clean_grid());
}
