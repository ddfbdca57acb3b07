#include "fewclip/heads/linear_from_text.hpp"

#include <boost/test/unit_test.hpp>

#include "../methods/toy.hpp"
#include "fewclip/data/text_samples.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/methods/cross_modal.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/testing/trainable_suite.hpp"

using namespace fewclip;
using toy::f64;

namespace {

template <class Selector = selectors::fixed>
using full = classifier<f64, heads::linear_from_text,
                        trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::constant, samplers::full_batch>, Selector>;

/// Four toy queries as images, then the three raw texts, of the specification.
support_set<f64> samples() {
  return data::with_text_samples(support_set<f64>(toy::rows<f64>(toy::raw_queries()), toy::query_labels()), toy::rows<f64>(toy::raw_text()),
                                 class_labels(std::vector<label>{0, 1, 2}, 3));
}

template <class Method = full<>>
Method fitted(double mix, fewclip::index steps) {
  typename Method::params settings;
  settings.adapter = {.scale = 10, .weight_mix = mix};
  settings.trainer.epochs = steps;
  settings.trainer.evaluate_at_end = true;
  settings.trainer.optimizer.learning_rate = 1e-2;
  return Method(toy::text<f64>(), samples(), settings);
}

}  // namespace

BOOST_AUTO_TEST_CASE(three_steps_on_the_toy_problem_are_those_of_the_specification) {
  const auto made = fitted(1, 3);
  const std::vector<double> losses{0.04570528410510, 0.03320452035532, 0.02414957275891};
  for (std::size_t t = 0; t < 3; ++t) BOOST_TEST(std::abs(made.training().losses[t] - losses[t]) < 1e-13);
  BOOST_TEST(std::abs(made.training().final_loss - 0.01768217277522) < 1e-13);  // by PyTorch 2.15
  BOOST_TEST(toy::worst<f64>(made.logits(toy::queries<f64>()), {7.3094442754, 4.7518973737, 1.1981359316}) <= 0);
  BOOST_TEST(toy::worst<f64>(fitted(0.5, 3).logits(toy::queries<f64>()), {6.9799576168, 4.9226939942, 1.2793071595}) <= 0);
  auto model = made.adapter();
  model.visit_parameters([](std::string_view, const parameter<f64>& each) {
    BOOST_TEST(toy::worst<f64>(each.value(), {0.2436928098, 0.4387246443, 0.5556051119, 0.0126301115, -0.1895167237, -0.3180152607,
                                              -0.6106168285, -0.2752518592}) <= 0);
  });
}

BOOST_AUTO_TEST_CASE(without_training_it_is_the_text_head_and_every_mix_is_the_same) {
  const auto expected = heads::text::fitted<f64>(toy::text<f64>(), {}, {.scale = 10}).logits(toy::queries<f64>());
  for (const double mix : {0.0, 0.5, 1.0}) BOOST_TEST(testing::near<f64>(fitted(mix, 0).logits(toy::queries<f64>()), expected));
}

BOOST_AUTO_TEST_CASE(mixing_weights_is_mixing_logits) {
  const auto trained = fitted(1, 3).logits(toy::queries<f64>());
  const auto start = fitted(0, 3).logits(toy::queries<f64>());
  BOOST_TEST(testing::near<f64>(fitted(0.3, 3).logits(toy::queries<f64>()), ops::add_scaled(trained, 0.3, start, 0.7)));
}

BOOST_AUTO_TEST_CASE(raw_and_unit_rows_score_alike) {
  const auto made = fitted(1, 3);
  BOOST_TEST(testing::near<f64>(made.logits(toy::rows<f64>(toy::raw_queries())), made.logits(toy::queries<f64>())));
}

BOOST_AUTO_TEST_CASE(it_behaves_as_a_trainable_adapter) {
  // all of adapter_suite but the retuning, which needs a trained weight; see the search below
  using B = testing::exact_backend;
  testing::settings_suite<heads::linear_from_text::params>({.scale = 10});
  testing::logits_have_a_row_per_query_and_a_column_per_class<heads::linear_from_text, B>({.scale = 10});
  testing::permuting_support_rows_changes_nothing<heads::linear_from_text, B>({.scale = 10});
  testing::slices_of_a_batch_equal_the_whole_batch<heads::linear_from_text, B>({.scale = 10});
  testing::two_threads_get_equal_logits<heads::linear_from_text, B>({.scale = 10});
  testing::trainable_suite<heads::linear_from_text, testing::exact_backend>({.scale = 10});
}

BOOST_AUTO_TEST_CASE(a_search_over_the_mix_trains_once_and_finds_what_prediction_finds) {
  using search = full<selectors::grid>;
  search::params settings;
  settings.adapter.scale = 10;
  settings.trainer.epochs = 60;
  settings.trainer.optimizer.learning_rate = 0.3;
  settings.selector.axes = {{"weight_mix", {0, 0.25, 0.5, 0.75, 1}}};
  fewclip::index steps = 0;
  const auto count = [&steps](const progress& event) { return steps += event.stage == "fit" ? 1 : 0, true; };
  const class_labels truth(std::vector<label>{1, 0, 2, 1}, 3);
  const search found(toy::text<f64>(), samples(), settings, {toy::queries<f64>(), truth}, count);
  BOOST_TEST(steps == 60);
  fewclip::index best = -1;
  double best_mix = 0;
  for (const double mix : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    auto model = found.adapter();
    auto chosen = found.settings().adapter;
    chosen.weight_mix = mix;
    model.retune(chosen);
    const auto hits = metrics::accuracy(model.logits(toy::queries<f64>()), validation_set<f64>(toy::queries<f64>(), truth)).hits;
    if (hits > best) best_mix = mix;
    best = std::max(best, hits);
  }
  BOOST_TEST(found.settings().adapter.weight_mix == best_mix);
}

BOOST_AUTO_TEST_CASE(the_method_trains_on_half_batches_and_beats_its_start_on_its_samples) {
  using method = methods::cross_modal<f64>;
  method::params settings;
  for (const auto& [name, value] : {std::pair{"learning_rate", 1e-2}, {"epochs", 200.0}, {"batch_size", 4.0}, {"text_rows", 3.0}})
    set_setting(settings, name, value);
  const method made(toy::text<f64>(), samples(), settings);
  BOOST_TEST(made.training().steps == 200);
  BOOST_TEST(made.training().learning_rates[1] == 1e-2 / 50);
  BOOST_TEST(made.training().trained_parameters == 24);
  BOOST_TEST((made.predict(samples().features()) == std::vector<label>{0, 1, 2, 0, 0, 1, 2}));
}
