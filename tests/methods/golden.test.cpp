#include "golden_checks.hpp"

BOOST_AUTO_TEST_CASE(every_method_equals_the_independent_implementation_in_double_precision) {
  golden::check_every_method<fewclip::backend::cpu<double>>();
}

BOOST_AUTO_TEST_CASE(every_method_equals_the_independent_implementation_in_single_precision) {
  golden::check_every_method<fewclip::backend::cpu<float>>();
}
