#include "fewclip/trainers/trainer_state.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"

using namespace fewclip;
namespace tt = boost::test_tools;
using single = backend::cpu<float>;

namespace {

trainer_state<single> example() {
  trainer_state<single> state;
  const std::vector<float> values{0.1F, -3e38F, 1e-40F, 4, 5, 6};
  state.step = 12;
  state.tensors["parameter/keys"] = tensor<single>::from_host(values.data(), {2, 3});
  state.counts["optimizer/keys/steps"] = 12;
  state.losses = {0.5, 0.25};
  state.learning_rates = {1e-3, 5e-4};
  state.watched = {0.7};
  state.best_watched = 0.7;
  state.checks_since_best = 3;
  return state;
}

}  // namespace

BOOST_AUTO_TEST_CASE(plain_numbers_give_the_state_back_exactly) {
  const auto before = example();
  const auto after = trainer_state<single>::load(before.save());
  BOOST_TEST(after.step == 12);
  const auto& keys = after.tensors.at("parameter/keys");
  BOOST_TEST((keys.extents() == shape{2, 3}));
  BOOST_TEST(keys.to_host() == before.tensors.at("parameter/keys").to_host(), tt::per_element());
  BOOST_TEST(after.counts.at("optimizer/keys/steps") == 12);
  BOOST_TEST(after.losses == before.losses, tt::per_element());
  BOOST_TEST(after.learning_rates == before.learning_rates, tt::per_element());
  BOOST_TEST(after.watched == before.watched, tt::per_element());
  BOOST_TEST(after.best_watched == 0.7);
  BOOST_TEST(after.checks_since_best == 3);
}

BOOST_AUTO_TEST_CASE(a_state_of_the_beginning_survives_too) {
  const auto after = trainer_state<single>::load(trainer_state<single>{}.save());
  BOOST_TEST(!after.begun());
  BOOST_TEST(after.best_watched == -std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(a_missing_entry_is_a_value_error_that_names_it) {
  auto saved = example().save();
  saved.erase("step");
  BOOST_CHECK_EXCEPTION(trainer_state<single>::load(saved), value_error,
                        [](const value_error& e) { return std::string(e.what()).find("step") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_their_extents_are_a_value_error) {
  auto saved = example().save();
  saved["tensor/parameter/keys"].values.pop_back();
  BOOST_CHECK_THROW(trainer_state<single>::load(saved), value_error);
  saved = example().save();
  saved["step"].values.clear();
  BOOST_CHECK_THROW(trainer_state<single>::load(saved), value_error);
}
