#include "toy_checks.hpp"

BOOST_AUTO_TEST_CASE(every_method_gives_the_golden_values_of_the_toy_problem_in_double_precision) { toy::check_every_method<toy::f64>(); }

BOOST_AUTO_TEST_CASE(every_method_gives_the_golden_values_of_the_toy_problem_in_single_precision) { toy::check_every_method<toy::f32>(); }
