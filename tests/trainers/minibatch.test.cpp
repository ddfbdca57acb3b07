#include "fewclip/trainers/minibatch.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <tuple>

#include "affine_model.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adam.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/optimizers/sgd.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

namespace {

template <class Optimizer>
using shuffled_training = trainers::minibatch<losses::cross_entropy, Optimizer, schedules::cosine_per_step, samplers::shuffled>;
template <class Optimizer>
using plain_training = trainers::minibatch<losses::cross_entropy, Optimizer, schedules::constant, samplers::full_batch>;
using adamw_training = shuffled_training<optimizers::adamw>;

static_assert(trainer<adamw_training, single, affine_model<single>>);
static_assert(trainer<plain_training<optimizers::sgd>, real, affine_model<real>>);

/// 37 rows in batches of 10, so 4 steps per epoch; 3 epochs.
template <class Optimizer>
typename shuffled_training<Optimizer>::params few_epochs() {
  return {.sampler = {.batch_size = 10, .seed = 3}, .epochs = 3};
}

/// Trains 12 steps with an interruption after step `pause`; -1 for none.
template <class Optimizer>
std::pair<std::vector<float>, training_report> interrupted(fewclip::index pause) {
  affine_model<single> model(3, 5);
  const auto set = random_set<single>(37, 5, 3);
  trainer_state<single> state;
  const auto until = [pause](const progress& event) { return event.done != pause; };
  const auto settings = few_epochs<Optimizer>();
  auto report = shuffled_training<Optimizer>::train(model, set.features, set.labels, settings, until, &state);
  if (pause < 0) return {all_values(model), report};
  BOOST_TEST(report.steps == pause);
  BOOST_TEST(report.stopped_early);
  affine_model<single> another(3, 5);
  state = trainer_state<single>::load(state.save());
  report = shuffled_training<Optimizer>::train(another, set.features, set.labels, settings, {}, &state);
  return {all_values(another), report};
}

/// Notes the first column of the rows that it is shown.
struct attentive_model {
  affine_model<single> inner{3, 5};
  std::vector<std::vector<float>> batches{};

  template <class X>
  auto logits(const X& x) {
    std::vector<float>& batch = batches.emplace_back();
    const auto values = value_of(x).to_host();
    for (std::size_t i = 0; i < values.size(); i += 5) batch.push_back(values[i]);
    return inner.logits(x);
  }
  template <class Visitor>
  void visit_parameters(Visitor&& visitor) {
    inner.visit_parameters(visitor);
  }
};

/// Two parts with parameters of the same names.
struct ambiguous_model {
  affine_model<single> one{3, 5}, two{3, 5};

  template <class X>
  auto logits(const X& x) const {
    return one.logits(x);
  }
  auto parts() { return std::tie(one, two); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(two_parameters_of_one_name_are_refused) {
  ambiguous_model model;
  const auto set = random_set<single>(37, 5, 3);
  BOOST_CHECK_EXCEPTION(adamw_training::train(model, set.features, set.labels, few_epochs<optimizers::adamw>()), value_error,
                        [](const value_error& e) {
                          return std::string(e.what()) ==
                                 "fewclip::trainers: parameters of the model: expected each under a name of its own, got 'weights' twice";
                        });
}

BOOST_AUTO_TEST_CASE(an_epoch_shows_every_row_once_in_the_order_of_the_sampler) {
  attentive_model model;
  const auto set = random_set<single>(37, 5, 3);
  const auto settings = few_epochs<optimizers::adamw>();
  adamw_training::train(model, set.features, set.labels, settings);
  BOOST_TEST_REQUIRE(model.batches.size() == 12);
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<float> expected;
    for (const auto row : samplers::shuffled{settings.sampler}.order(37, static_cast<fewclip::index>(epoch))) {
      expected.push_back(set.features.data()[row * 5]);
    }
    std::vector<float> seen;
    for (std::size_t batch = 0; batch < 4; ++batch) {
      const auto& shown = model.batches[4 * epoch + batch];
      BOOST_TEST(shown.size() == (batch < 3 ? 10 : 7));
      seen.insert(seen.end(), shown.begin(), shown.end());
    }
    BOOST_TEST(seen == expected, tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(the_loss_begins_at_log_classes_and_falls) {
  affine_model<single> model(3, 5);
  const auto set = random_set<single>(37, 5, 3);
  auto settings = few_epochs<optimizers::adamw>();
  settings.epochs = 50;
  settings.optimizer.learning_rate = 0.05;
  const auto report = adamw_training::train(model, set.features, set.labels, settings);
  BOOST_TEST(report.steps == 200);
  BOOST_TEST(report.epochs == 50);
  BOOST_TEST(report.trained_parameters == 18);
  BOOST_TEST(report.first_loss == std::log(3.0), tt::tolerance(1e-6));
  BOOST_TEST(report.final_loss < 0.3 * report.first_loss);
  BOOST_TEST(report.losses.size() == 200);
  BOOST_TEST(report.converged);
}

BOOST_AUTO_TEST_CASE(one_full_step_of_descent_is_the_gradient_by_hand) {
  // rows (1, 2) of class 0 and (3, -1) of class 1 from zero: every probability is 1/2
  const std::vector<double> x{1, 2, 3, -1};
  const std::vector<label> y{0, 1};
  affine_model<real> model(2, 2);
  const plain_training<optimizers::sgd>::params settings{.optimizer = {.learning_rate = 4, .weight_decay = 0}, .epochs = 1};
  plain_training<optimizers::sgd>::train(model, tensor<real>::from_host(x.data(), {2, 2}), label_tensor<real>::from_host(y.data(), {2}),
                                         settings);
  // -4 * mean of (p - onehot) x^T: class 0: -4/2 (-1/2 (1, 2) + 1/2 (3, -1)) = (-2, 3)
  const std::vector<double> expected{-2, 3, 2, -3, 0, 0};
  BOOST_TEST(all_values(model) == expected, tt::tolerance(1e-14) << tt::per_element());
}

BOOST_AUTO_TEST_CASE(decay_spares_the_parameters_that_the_model_names) {
  affine_model<real> model(2, 2);
  model.weights = parameter<real>(tensor<real>({2, 2}, 1));
  model.bias = parameter<real>(tensor<real>({2}, 1));
  const auto x = tensor<real>({2, 2}, 0);  // rows of zeros, one of each class: no gradient
  const std::vector<label> y{0, 1};
  using descent = plain_training<optimizers::sgd>;
  const descent::params settings{.optimizer = {.learning_rate = 0.1, .momentum = 0, .weight_decay = 0.5}, .epochs = 1};
  descent::train(model, x, label_tensor<real>::from_host(y.data(), {2}), settings);
  const std::vector<double> expected{0.95, 0.95, 0.95, 0.95, 1, 1};
  BOOST_TEST(all_values(model) == expected, tt::tolerance(1e-14) << tt::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_interruption_at_any_step_changes_nothing, Optimizer,
                              decltype(std::tuple<optimizers::sgd, optimizers::adam, optimizers::adamw>{})) {
  const auto [expected, whole] = interrupted<Optimizer>(-1);
  for (const fewclip::index pause : {1, 4, 7, 11}) {
    const auto [values, report] = interrupted<Optimizer>(pause);
    BOOST_TEST((values == expected));
    BOOST_TEST(report.losses == whole.losses, tt::per_element());
    BOOST_TEST(report.learning_rates == whole.learning_rates, tt::per_element());
    BOOST_TEST(report.steps == 12);
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  const int before = threads();
  const auto set = random_set<single>(700, 130, 90);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    affine_model<single> model(90, 130);
    adamw_training::train(model, set.features, set.labels, {.sampler = {.batch_size = 300}, .epochs = 2});
    results.push_back(all_values(model));
  }
  set_threads(before);
  BOOST_TEST((results[0] == results[1]));
  BOOST_TEST((results[0] == results[2]));
}

BOOST_AUTO_TEST_CASE(every_step_is_reported_with_its_loss_and_follows_the_schedule) {
  affine_model<single> model(3, 5);
  const auto set = random_set<single>(37, 5, 3);
  std::vector<double> heard;
  const auto listen = [&](const progress& event) {
    BOOST_TEST(event.stage == "fit");
    BOOST_TEST(event.total == 12);
    heard.push_back(event.loss);
    BOOST_TEST(event.done == static_cast<fewclip::index>(heard.size()));
    return true;
  };
  const auto report = adamw_training::train(model, set.features, set.labels, few_epochs<optimizers::adamw>(), listen);
  BOOST_TEST(report.losses == heard, tt::per_element());
  for (std::size_t t = 0; t < 12; ++t) {
    BOOST_TEST(report.learning_rates[t] == schedules::cosine_per_step{}.rate(1e-3, {.step = static_cast<fewclip::index>(t), .steps = 12}));
  }
}

BOOST_AUTO_TEST_CASE(the_final_loss_may_be_that_of_all_rows_after_the_last_step) {
  affine_model<real> model(3, 8);
  const auto set = toy_support<real>();
  using training = plain_training<optimizers::adamw>;
  const auto once = training::train(model, set.features, set.labels, {.epochs = 5, .evaluate_at_end = true});
  affine_model<real> longer(3, 8);
  const auto again = training::train(longer, set.features, set.labels, {.epochs = 6});
  BOOST_TEST(once.final_loss == again.losses[5], tt::tolerance(1e-13));
  BOOST_TEST(again.final_loss == again.losses[5]);
}

BOOST_AUTO_TEST_CASE(an_exception_in_the_forward_leaves_the_model_unbound) {
  affine_model<real> model(3, 7);  // the features have 8 columns
  const auto set = toy_support<real>();
  BOOST_CHECK_THROW(plain_training<optimizers::sgd>::train(model, set.features, set.labels, {}), shape_error);
  BOOST_TEST(model.weights.leaf().owner() == nullptr);
}

BOOST_AUTO_TEST_CASE(sets_and_states_that_do_not_fit_are_refused) {
  affine_model<single> model(3, 5);
  const auto set = random_set<single>(37, 5, 3);
  const auto fewer = random_set<single>(36, 5, 3);
  BOOST_CHECK_THROW(adamw_training::train(model, set.features, fewer.labels, {}), shape_error);
  BOOST_CHECK_THROW(adamw_training::train(model, tensor<single>(), label_tensor<single>(), {}), shape_error);
  trainer_state<single> state;
  adamw_training::train(model, set.features, set.labels, few_epochs<optimizers::adamw>(), {}, &state);
  affine_model<single> wider(3, 6);
  const auto wide = random_set<single>(37, 6, 3);
  BOOST_CHECK_THROW(adamw_training::train(wider, wide.features, wide.labels, {}, {}, &state), shape_error);
  state.tensors.erase("optimizer/weights/first_moment");
  BOOST_CHECK_THROW(adamw_training::train(model, set.features, set.labels, {}, {}, &state), value_error);
}

BOOST_AUTO_TEST_CASE(settings_of_all_parts_are_reached_by_name) {
  adamw_training::params settings;
  set_setting(settings, "learning_rate", 0.5);
  set_setting(settings, "batch_size", 64);
  set_setting(settings, "patience", 5);
  set_setting(settings, "evaluate_at_end", 1);
  set_setting(settings, "label_smoothing", 0.1);
  BOOST_TEST(settings.optimizer.learning_rate == 0.5);
  BOOST_TEST(settings.sampler.batch_size == 64);
  BOOST_TEST(settings.stop.patience == 5);
  BOOST_TEST(settings.evaluate_at_end);
  BOOST_TEST(settings.loss.label_smoothing == 0.1);
  BOOST_CHECK_THROW(set_setting(settings, "learning_rat", 1), value_error);
}
