#include "fewclip/optimizers/adam.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>

#include "fewclip/io/safetensors.hpp"
#include "one_parameter.hpp"

using namespace fewclip;
namespace tt = boost::test_tools;

static_assert(optimizer<optimizers::adam, tests::real>);

namespace {
const optimizers::adam::params settings{.learning_rate = 0.1, .epsilon = 0.5, .weight_decay = 0.5};
}

BOOST_AUTO_TEST_CASE(the_first_step_is_the_gradient_over_its_size) {
  // bias correction makes m = g and sqrt(v) = |g|; g = 0.5 + 0.5 * 1 = 1, p = 1 - 0.1 * 1 / (1 + 0.5)
  BOOST_TEST(tests::after_steps<optimizers::adam>(settings, {0.5}) == 1 - 0.1 / 1.5, tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_does_not_decay_follows_the_gradient_alone) {
  // p = 1 - 0.1 * 0.5 / (0.5 + 0.5)
  BOOST_TEST(tests::after_steps<optimizers::adam>(settings, {0.5}, false) == 0.95, tt::tolerance(1e-14));
  BOOST_TEST(tests::after_steps<optimizers::adam>(settings, {0}, false) == 1);
}

BOOST_AUTO_TEST_CASE(the_second_step_corrects_the_bias_of_both_means) {
  // m = 0.9 * 0.05 + 0, corrected by 1 - 0.9^2; v = 0.999 * 0.00025 + 0, corrected by 1 - 0.999^2
  const double expected = 0.95 - 0.1 * (0.045 / 0.19) / (std::sqrt(0.00024975 / 0.001999) + 0.5);
  BOOST_TEST(tests::after_steps<optimizers::adam>(settings, {0.5, 0}, false) == expected, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(parameters_have_states_of_their_own) {
  optimizers::adam::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1}));
  parameter<tests::real> q(tests::numbers({1}));
  state.step(0, p, tests::numbers({0.5}), 0.1, true);
  state.step(1, q, tests::numbers({0.5}), 0.1, true);
  BOOST_TEST(p.value().to_host()[0] == q.value().to_host()[0]);
}

BOOST_AUTO_TEST_CASE(a_copy_of_the_value_is_not_touched) {
  optimizers::adam::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1}));
  const auto before = p.value();
  state.step(0, p, tests::numbers({0.5}), 0.1, true);
  BOOST_TEST(before.to_host()[0] == 1);
}

BOOST_AUTO_TEST_CASE(a_gradient_of_other_extents_is_a_shape_error) {
  optimizers::adam::state<tests::real> state(settings);
  parameter<tests::real> p(tests::numbers({1, 2}));
  BOOST_CHECK_THROW(state.step(0, p, tests::numbers({1}), 0.1, true), shape_error);
}

BOOST_AUTO_TEST_CASE(a_state_that_was_taken_out_and_put_back_goes_on_bit_for_bit) {
  BOOST_TEST(tests::resumes_exactly<optimizers::adam>(settings));
}

BOOST_AUTO_TEST_CASE(twenty_steps_agree_with_pytorch) {
  const io::safetensors_file golden(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/optimizers.safetensors");
  const std::map<std::string, optimizers::adam::params> runs{{"adam", {.learning_rate = 0.05, .weight_decay = 0.1}}};
  for (const auto& [name, run] : runs) {
    const auto path =
        tests::quartic_path<optimizers::adam>(golden.read<double>("A"), golden.read<double>("b"), golden.read<double>("x0"), 20, run);
    BOOST_TEST(path == golden.read<double>(name + ".path"), tt::tolerance(1e-10) << tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(every_setting_has_a_name_and_a_valid_default) {
  optimizers::adam::params defaults;
  require_valid_settings(defaults, "test");
  set_setting(defaults, "learning_rate", 0.5);
  BOOST_TEST(defaults.learning_rate == 0.5);
  BOOST_CHECK_THROW(set_setting(defaults, "weight_decay", -1), value_error);
}
