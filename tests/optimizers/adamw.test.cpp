#include "fewclip/optimizers/adamw.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>

#include "fewclip/io/safetensors.hpp"
#include "one_parameter.hpp"

using namespace fewclip;
namespace tt = boost::test_tools;

static_assert(optimizer<optimizers::adamw, tests::real>);

namespace {
const optimizers::adamw::params settings{.learning_rate = 0.1, .epsilon = 0.5, .weight_decay = 0.5};
}

BOOST_AUTO_TEST_CASE(decay_shrinks_the_value_before_the_step_and_does_not_enter_the_moments) {
  // 1 * (1 - 0.1 * 0.5) - 0.1 * 0.5 / (0.5 + 0.5)
  BOOST_TEST(tests::after_steps<optimizers::adamw>(settings, {0.5}) == 0.9, tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(without_a_gradient_only_decay_acts) {
  BOOST_TEST(tests::after_steps<optimizers::adamw>(settings, {0, 0}) == 0.95 * 0.95, tt::tolerance(1e-14));
  BOOST_TEST(tests::after_steps<optimizers::adamw>(settings, {0, 0}, false) == 1);
}

BOOST_AUTO_TEST_CASE(the_second_step_corrects_the_bias_of_both_means) {
  const double expected = 0.9 * 0.95 - 0.1 * (0.045 / 0.19) / (std::sqrt(0.00024975 / 0.001999) + 0.5);
  BOOST_TEST(tests::after_steps<optimizers::adamw>(settings, {0.5, 0}) == expected, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(parameters_have_states_of_their_own) {
  optimizers::adamw::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1}));
  parameter<tests::real> q(tests::numbers({1}));
  state.step(0, p, tests::numbers({0.5}), 0.1, true);
  state.step(1, q, tests::numbers({0.5}), 0.1, true);
  BOOST_TEST(p.value().to_host()[0] == q.value().to_host()[0]);
}

BOOST_AUTO_TEST_CASE(a_copy_of_the_value_is_not_touched) {
  optimizers::adamw::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1}));
  const auto before = p.value();
  state.step(0, p, tests::numbers({0.5}), 0.1, true);
  BOOST_TEST(before.to_host()[0] == 1);
}

BOOST_AUTO_TEST_CASE(a_gradient_of_other_extents_is_a_shape_error) {
  optimizers::adamw::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1, 2}));
  BOOST_CHECK_THROW(state.step(0, p, tests::numbers({1}), 0.1, true), shape_error);
}

BOOST_AUTO_TEST_CASE(a_state_that_was_taken_out_and_put_back_goes_on_bit_for_bit) {
  BOOST_TEST(tests::resumes_exactly<optimizers::adamw>(settings));
}

BOOST_AUTO_TEST_CASE(twenty_steps_agree_with_pytorch) {
  const io::safetensors_file golden(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/optimizers.safetensors");
  const std::map<std::string, optimizers::adamw::params> runs{
      {"adamw_eps8", {.learning_rate = 0.05, .epsilon = 1e-8, .weight_decay = 0.1}},
      {"adamw_eps3", {.learning_rate = 0.05, .epsilon = 1e-3, .weight_decay = 0.1}}};
  for (const auto& [name, run] : runs) {
    const auto path =
        tests::quartic_path<optimizers::adamw>(golden.read<double>("A"), golden.read<double>("b"), golden.read<double>("x0"), 20, run);
    BOOST_TEST(path == golden.read<double>(name + ".path"), tt::tolerance(1e-10) << tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(every_setting_has_a_name_and_a_valid_default) {
  optimizers::adamw::params defaults;
  require_valid_settings(defaults, "test");
  set_setting(defaults, "learning_rate", 0.5);
  BOOST_TEST(defaults.learning_rate == 0.5);
  BOOST_CHECK_THROW(set_setting(defaults, "weight_decay", -1), value_error);
}
