#include "fewclip/backend/thrust.hpp"

#include "toy_relations.hpp"

namespace {
using backend = fewclip::backend::thrust<fewclip::systems::cpp, double>;
}

BOOST_AUTO_TEST_CASE(rtos_gives_the_golden_values_of_the_toy_problem) { toy::check_rtos<backend>(); }

BOOST_AUTO_TEST_CASE(vt_clip_gives_the_golden_values_of_the_toy_problem) { toy::check_vt_clip<backend>(); }
