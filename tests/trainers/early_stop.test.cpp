#include "fewclip/trainers/early_stop.hpp"

#include <boost/test/unit_test.hpp>

#include "affine_model.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/trainers/minibatch.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

namespace {

using trainer_type = trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::constant, samplers::full_batch>;

/// Ten epochs of one step, watched through a list of values; keeps the weights at each check.
struct watched_training {
  affine_model<real> model{3, 8};
  training_set<real> set = toy_support<real>();
  std::vector<std::vector<double>> seen{};
  std::vector<double> values;

  training_report run(const trainers::early_stop::params& stop, const progress_observer& observer = {},
                      trainer_state<real>* state = nullptr) {
    const watched_value watched = [this] {
      seen.push_back(all_values(model));
      return values.at(seen.size() - 1);
    };
    return trainer_type::train(model, set.features, set.labels, {.stop = stop, .epochs = 10}, observer, state, watched);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(lost_patience_ends_training_and_the_best_parameters_come_back) {
  watched_training training{.values = {1, 3, 2, 3, 2.5, 9, 9, 9, 9, 9}};
  const auto report = training.run({.patience = 3});
  BOOST_TEST(report.stopped_early);
  BOOST_TEST(!report.converged);
  BOOST_TEST(report.steps == 5);
  const std::vector<double> expected{1, 3, 2, 3, 2.5};
  BOOST_TEST(report.watched == expected, tt::per_element());
  BOOST_TEST(all_values(training.model) == training.seen[1], tt::per_element());
}

BOOST_AUTO_TEST_CASE(without_patience_all_steps_are_made_and_the_best_parameters_come_back) {
  watched_training training{.values = {1, 2, 3, 4, 3, 3, 3, 3, 3, 3}};
  const auto report = training.run({});
  BOOST_TEST(!report.stopped_early);
  BOOST_TEST(report.steps == 10);
  BOOST_TEST(all_values(training.model) == training.seen[3], tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_gain_below_the_minimal_improvement_does_not_count) {
  watched_training training{.values = {1, 1.05, 1.1, 1.2, 9, 9, 9, 9, 9, 9}};
  const auto report = training.run({.patience = 2, .minimal_improvement = 0.15});
  BOOST_TEST(report.steps == 3);
  BOOST_TEST(all_values(training.model) == training.seen[0], tt::per_element());
}

BOOST_AUTO_TEST_CASE(checks_come_every_so_many_steps_and_after_the_last) {
  watched_training training{.values = {1, 2, 3, 4}};
  training.run({.check_every_steps = 3});
  BOOST_TEST(training.seen.size() == 4);  // after steps 3, 6, 9 and 10
}

BOOST_AUTO_TEST_CASE(an_interruption_keeps_the_last_parameters_and_resuming_remembers_the_best) {
  watched_training training{.values = {5, 3, 3, 3, 3, 3, 3, 3, 3, 3}};
  trainer_state<real> state;
  const auto first = training.run(
      {.patience = 4}, [](const progress& event) { return event.done < 3; }, &state);
  BOOST_TEST(first.stopped_early);
  BOOST_TEST(all_values(training.model) == training.seen[2], tt::per_element());
  state = trainer_state<real>::load(state.save());
  const auto second = training.run({.patience = 4}, {}, &state);
  BOOST_TEST(second.steps == 5);
  BOOST_TEST(all_values(training.model) == training.seen[0], tt::per_element());
}
