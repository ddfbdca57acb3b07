#include "toy_relations.hpp"

BOOST_AUTO_TEST_CASE(rtos_gives_the_golden_values_of_the_toy_problem) {
  toy::check_rtos<toy::f64>();
  toy::check_rtos<toy::f32>();
}

BOOST_AUTO_TEST_CASE(vt_clip_gives_the_golden_values_of_the_toy_problem) {
  toy::check_vt_clip<toy::f64>();
  toy::check_vt_clip<toy::f32>();
}
