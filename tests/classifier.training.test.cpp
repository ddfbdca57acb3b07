#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

#include "fewclip/classifier.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
using fewclip::index;
using fewclip::label;
using real = t::exact_backend;
using tip_adapter = fewclip::methods::tip_adapter<real>;
using tip_adapter_f = fewclip::methods::tip_adapter_f<real>;
using state = fewclip::trainer_state<real>;

template <class Error>
std::string message(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "not thrown";
}

tip_adapter_f::params with(std::initializer_list<std::pair<std::string_view, double>> values) {
  tip_adapter_f::params out;
  for (const auto& [name, value] : values) fewclip::set_setting(out, name, value);
  return out;
}

/// Some of the problem's queries with labels of their own.
fewclip::validation_set<real> validation(const t::random_problem<real>& problem, index classes = 7) {
  std::vector<label> labels;
  for (index i = 0; i < 21; ++i) labels.push_back(static_cast<label>(i % 7));
  return {problem.queries.rows_slice(0, 21), {std::move(labels), classes}};
}

BOOST_AUTO_TEST_CASE(validation_rows_are_checked_as_support_rows_are) {
  const t::random_problem<real> problem;
  const auto fit = [&](const fewclip::validation_set<real>& rows) { const tip_adapter model(problem.text(), problem.support(), {}, rows); };
  BOOST_TEST(message<fewclip::shape_error>([&] { fit(validation(problem, 9)); }) ==
             "fewclip::classifier: classes of the validation set: expected 7, got 9");
  const double narrow[]{1, 0};
  BOOST_TEST(message<fewclip::shape_error>([&] {
               fit({fewclip::matrix_view<double>(narrow, 1, 2), {std::vector<label>{0}, 7}});
             }) == "fewclip::classifier: width of the validation rows: expected 45, got 2");
  auto rows = problem.queries.rows_slice(0, 21).clone();
  rows.mutable_data()[45 * 3] = std::numeric_limits<double>::quiet_NaN();
  const auto labels = validation(problem).labels();
  BOOST_TEST(message<fewclip::value_error>([&] {
               fit({rows, labels});
             }) == "fewclip::classifier: validation, row 3: expected finite numbers, got NaN or infinity");
  rows.mutable_data()[45 * 3] = 7;
  BOOST_TEST(message<fewclip::value_error>([&] {
               fit({rows, labels});
             }).starts_with("fewclip::classifier: validation, row 3: expected a row of length 1"));
}

BOOST_AUTO_TEST_CASE(a_training_that_was_stopped_is_resumed_bit_for_bit) {
  const t::random_problem<real> problem;
  const auto settings = with({{"batch_size", 16}, {"epochs", 4}});
  const tip_adapter_f whole(problem.text(), problem.support(), settings);
  state saved;
  const tip_adapter_f first(
      problem.text(), problem.support(), settings, {}, [](const fewclip::progress& event) { return event.done < 5; }, &saved);
  BOOST_TEST(first.training().stopped_early);
  BOOST_TEST(saved.step == 5);
  state restored = state::load(saved.save());
  const tip_adapter_f second(problem.text(), problem.support(), settings, {}, {}, &restored);
  BOOST_TEST(second.training().steps == whole.training().steps);
  BOOST_TEST(!second.training().stopped_early);
  BOOST_TEST(second.training().losses == whole.training().losses, boost::test_tools::per_element());
  BOOST_TEST(t::identical<real>(second.logits(problem.queries), whole.logits(problem.queries)));
  BOOST_TEST(!t::identical<real>(first.logits(problem.queries), whole.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(linear_probe_is_resumed_bit_for_bit) {
  using method = fewclip::methods::linear_probe<real>;
  const t::random_problem<real> problem;
  const method whole({}, problem.support());
  state saved;
  const method first(
      {}, problem.support(), {}, {}, [](const fewclip::progress& event) { return event.done < 3; }, &saved);
  const method second({}, problem.support(), {}, {}, {}, &saved);
  BOOST_TEST(first.training().steps == 3);
  BOOST_TEST(t::identical<real>(second.logits(problem.queries), whole.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(training_ends_where_the_accuracy_on_the_validation_set_stops_growing_and_the_best_parameters_are_kept) {
  const t::random_problem<real> problem;
  const auto rows = validation(problem);
  const auto settings = with({{"batch_size", 16}, {"epochs", 200}, {"patience", 3}, {"learning_rate", 0.05}});
  const tip_adapter_f model(problem.text(), problem.support(), settings, rows);
  const auto& report = model.training();
  BOOST_TEST(report.stopped_early);
  BOOST_TEST(report.epochs < 200);
  BOOST_TEST(report.watched.size() == static_cast<std::size_t>(report.epochs));
  const double best = *std::max_element(report.watched.begin(), report.watched.end());
  BOOST_TEST(fewclip::metrics::accuracy(model.logits(rows.features()), rows).share() == best);
  // The best is the fourth last: three checks did not exceed it.
  BOOST_TEST(report.watched[report.watched.size() - 4] == best);
}

BOOST_AUTO_TEST_CASE(checks_can_be_made_every_few_steps_and_without_patience_the_best_parameters_are_kept) {
  const t::random_problem<real> problem;
  const auto settings = with({{"batch_size", 16}, {"epochs", 4}, {"check_every_steps", 2}});
  const tip_adapter_f model(problem.text(), problem.support(), settings, validation(problem));
  BOOST_TEST(!model.training().stopped_early);
  BOOST_TEST(model.training().watched.size() == 6);
}

BOOST_AUTO_TEST_CASE(a_validation_set_is_not_watched_unless_asked_for) {
  const t::random_problem<real> problem;
  const auto settings = with({{"batch_size", 16}, {"epochs", 4}});
  const tip_adapter_f with_rows(problem.text(), problem.support(), settings, validation(problem));
  BOOST_TEST(with_rows.training().watched.empty());
  BOOST_TEST(t::identical<real>(with_rows.logits(problem.queries),
                                tip_adapter_f(problem.text(), problem.support(), settings).logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(patience_without_a_validation_set_and_a_resumed_search_of_several_fits_are_refused) {
  const t::random_problem<real> problem;
  for (const char* name : {"patience", "check_every_steps", "minimal_improvement"}) {
    BOOST_TEST(message<fewclip::value_error>([&] {
                 const tip_adapter_f model(problem.text(), problem.support(), with({{name, 1}}));
               }) == "fewclip::classifier: validation: expected rows for the trainer to watch, which its early stop asks for, got none");
  }
  using searched = fewclip::methods::tip_adapter_f<real, fewclip::selectors::grid>;
  searched::params settings;
  fewclip::set_setting(settings, "epochs", 1);
  settings.selector.axes = {{"alpha", {1, 2}}};
  state saved;
  const searched once(problem.text(), problem.support(), settings, validation(problem), {}, &saved);
  BOOST_TEST(saved.step == 1);
  settings.selector.axes = {{"learning_rate", {0.001, 0.01}}};
  state other;
  BOOST_TEST(message<fewclip::value_error>([&] {
               const searched twice(problem.text(), problem.support(), settings, validation(problem), {}, &other);
             }) == "fewclip::classifier: resume: expected a search that fits once, got one that fits again");
}

BOOST_AUTO_TEST_CASE(rows_to_train_on_may_be_others_than_those_the_adapter_is_made_from) {
  const t::random_problem<real> problem;
  const auto rows = validation(problem);
  const fewclip::support_set<real> training(rows.features(), rows.labels());
  const tip_adapter_f start(problem.text(), problem.support(), with({{"epochs", 0}}));
  const auto scores = start.logits(training.features()).to_host();
  double expected = 0;  // the mean cross-entropy of the training rows
  for (std::size_t i = 0; i < 21; ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < 7; ++c) sum += std::exp(scores[7 * i + c] - scores[7 * i + i % 7]);
    expected += std::log(sum) / 21;
  }
  const tip_adapter_f trained(problem.text(), problem.support(), with({{"epochs", 1}}), {}, {}, nullptr, &training);
  BOOST_TEST(std::abs(trained.training().first_loss - expected) < 1e-9);
  BOOST_TEST(trained.trained().values.at("keys").rows() == problem.support().features().rows());
  const auto on_support = problem.support();
  BOOST_TEST(t::identical<real>(
      tip_adapter_f(problem.text(), on_support, with({{"epochs", 1}}), {}, {}, nullptr, &on_support).logits(problem.queries),
      tip_adapter_f(problem.text(), on_support, with({{"epochs", 1}})).logits(problem.queries)));
  const auto other = validation(problem, 8);
  const fewclip::support_set<real> wrong(other.features(), other.labels());
  BOOST_TEST(message<fewclip::shape_error>([&] { tip_adapter_f(problem.text(), problem.support(), {}, {}, {}, nullptr, &wrong); }) ==
             "fewclip::classifier: classes of the training set: expected 7 (rows of text), got 8");
}

}  // namespace
