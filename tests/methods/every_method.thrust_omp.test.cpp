#include "fewclip/backend/thrust.hpp"

#include "golden_checks.hpp"
#include "toy_checks.hpp"

namespace {
using backend = fewclip::backend::thrust<fewclip::systems::omp, float>;
}

BOOST_AUTO_TEST_CASE(every_method_gives_the_golden_values_of_the_toy_problem) { toy::check_every_method<backend>(); }

BOOST_AUTO_TEST_CASE(every_method_equals_the_independent_implementation) { golden::check_every_method<backend>(); }
