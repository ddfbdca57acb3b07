#include "fewclip/optimizers/sgd.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>

#include "fewclip/io/safetensors.hpp"
#include "one_parameter.hpp"

using namespace fewclip;
namespace tt = boost::test_tools;

static_assert(optimizer<optimizers::sgd, tests::real>);

namespace {
const optimizers::sgd::params settings{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.2};
}

BOOST_AUTO_TEST_CASE(the_first_step_goes_along_the_gradient_with_decay_added) {
  // g = 0.5 + 0.2 * 1 = 0.7, v = 0.7, p = 1 - 0.1 * 0.7
  BOOST_TEST(tests::after_steps<optimizers::sgd>(settings, {0.5}) == 0.93, tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(the_second_step_keeps_part_of_the_first) {
  // g = 0.5 + 0.2 * 0.93 = 0.686, v = 0.9 * 0.7 + 0.686 = 1.316, p = 0.93 - 0.1316
  BOOST_TEST(tests::after_steps<optimizers::sgd>(settings, {0.5, 0.5}) == 0.7984, tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_does_not_decay_follows_the_gradient_alone) {
  BOOST_TEST(tests::after_steps<optimizers::sgd>(settings, {0}, false) == 1);
  BOOST_TEST(tests::after_steps<optimizers::sgd>(settings, {0}) == 0.98, tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(parameters_have_states_of_their_own) {
  optimizers::sgd::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1}));
  parameter<tests::real> q(tests::numbers({1}));
  state.step(0, p, tests::numbers({0.5}), 0.1, true);
  state.step(1, q, tests::numbers({0.5}), 0.1, true);
  BOOST_TEST(p.value().to_host()[0] == q.value().to_host()[0]);
}

BOOST_AUTO_TEST_CASE(a_copy_of_the_value_is_not_touched) {
  optimizers::sgd::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1}));
  const auto before = p.value();
  state.step(0, p, tests::numbers({0.5}), 0.1, true);
  BOOST_TEST(before.to_host()[0] == 1);
}

BOOST_AUTO_TEST_CASE(a_gradient_of_other_extents_is_a_shape_error) {
  optimizers::sgd::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1, 2}));
  BOOST_CHECK_THROW(state.step(0, p, tests::numbers({1}), 0.1, true), shape_error);
}

BOOST_AUTO_TEST_CASE(a_state_that_was_taken_out_and_put_back_goes_on_bit_for_bit) {
  BOOST_TEST(tests::resumes_exactly<optimizers::sgd>(settings));
}

BOOST_AUTO_TEST_CASE(twenty_steps_agree_with_pytorch) {
  const io::safetensors_file golden(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/optimizers.safetensors");
  const std::map<std::string, optimizers::sgd::params> runs{
      {"sgd", {.learning_rate = 0.02, .momentum = 0, .weight_decay = 0}},
      {"sgd_momentum", {.learning_rate = 0.02, .momentum = 0.9, .weight_decay = 0.05}}};
  for (const auto& [name, run] : runs) {
    const auto path =
        tests::quartic_path<optimizers::sgd>(golden.read<double>("A"), golden.read<double>("b"), golden.read<double>("x0"), 20, run);
    BOOST_TEST(path == golden.read<double>(name + ".path"), tt::tolerance(1e-10) << tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(every_setting_has_a_name_and_a_valid_default) {
  optimizers::sgd::params defaults;
  require_valid_settings(defaults, "test");
  set_setting(defaults, "learning_rate", 0.5);
  BOOST_TEST(defaults.learning_rate == 0.5);
  BOOST_CHECK_THROW(set_setting(defaults, "weight_decay", -1), value_error);
}
