#include "fewclip/classifier.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
using fewclip::index;
using fewclip::label;
using real = t::exact_backend;
using zero_shot = fewclip::methods::zero_shot<real>;
using tip_adapter = fewclip::methods::tip_adapter<real>;
using tip_adapter_f = fewclip::methods::tip_adapter_f<real>;
using rows = fewclip::matrix_view<double>;

const double texts[]{1, 0, 0, 1, 0.6, 0.8};
const double supports[]{0.8, 0.6, 0, 1};
fewclip::class_text<real> text() { return rows(texts, 3, 2); }
fewclip::support_set<real> support(index classes = 3) { return {rows(supports, 2, 2), {std::vector<label>{0, 1}, classes}}; }

template <class Error>
std::string message(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "not thrown";
}
const auto value_message = [](const auto& action) { return message<fewclip::value_error>(action); };
const auto shape_message = [](const auto& action) { return message<fewclip::shape_error>(action); };

BOOST_AUTO_TEST_CASE(missing_inputs_are_named) {
  BOOST_TEST(value_message([] { tip_adapter({}, support()); }) == "fewclip::classifier: text: expected one row per class, got none");
  BOOST_TEST(value_message([] { tip_adapter(text(), {}); }) ==
             "fewclip::classifier: support: expected at least one labelled row, got none");
}

BOOST_AUTO_TEST_CASE(texts_and_support_must_agree_on_classes_and_width) {
  BOOST_TEST(shape_message([] { tip_adapter(text(), support(5)); }) ==
             "fewclip::classifier: classes of the support set: expected 3 (rows of text), got 5");
  const double wide[]{1, 0, 0};
  BOOST_TEST(shape_message([&] {
               tip_adapter(text(), {rows(wide, 1, 3), {std::vector<label>{0}, 3}});
             }) == "fewclip::classifier: width of the support rows: expected 2 (width of text), got 3");
}

BOOST_AUTO_TEST_CASE(a_row_that_is_not_finite_or_not_of_length_one_is_named) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double broken[]{1, 0, nan, 1};
  BOOST_TEST(value_message([&] {
               tip_adapter(text(), {rows(broken, 2, 2), {std::vector<label>{0, 1}, 3}});
             }) == "fewclip::classifier: support, row 1: expected finite numbers, got NaN or infinity");
  const double longer[]{1, 0, 0, 1, 3, 4};
  BOOST_TEST(value_message([&] { zero_shot(rows(longer, 3, 2), {}); }) ==
             "fewclip::classifier: text, row 2: expected a row of length 1 (see fewclip::ops::normalise_rows), got length 5.000000");
  const zero_shot model(text(), {});
  BOOST_TEST(value_message([&] { model.logits(rows(longer, 3, 2)); }) ==
             "fewclip::classifier::logits: x, row 2: expected a row of length 1 (see fewclip::ops::normalise_rows), got length 5.000000");
  const double infinite[]{std::numeric_limits<double>::infinity(), 0};
  BOOST_TEST(value_message([&] { model.predict(rows(infinite, 1, 2)); }) ==
             "fewclip::classifier::logits: x, row 0: expected finite numbers, got NaN or infinity");
}

BOOST_AUTO_TEST_CASE(queries_of_another_width_are_refused) {
  const double wide[]{1, 0, 0};
  const zero_shot model(text(), {});
  BOOST_TEST(shape_message([&] { model.logits(rows(wide, 1, 3)); }) == "fewclip::classifier::logits: columns of x: expected 2, got 3");
}

BOOST_AUTO_TEST_CASE(settings_out_of_range_are_refused) {
  tip_adapter::params settings;
  settings.adapter.cache.alpha = -1;
  BOOST_TEST(value_message([&] { tip_adapter(text(), support(), settings); }) ==
             "fewclip::classifier: alpha: expected a number in [0, 1000000], got -1");
  settings.adapter.cache.alpha = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(value_message([&] { tip_adapter(text(), support(), settings); }) ==
             "fewclip::classifier: alpha: expected a number in [0, 1000000], got nan");
}

BOOST_AUTO_TEST_CASE(of_equal_scores_the_first_class_is_predicted) {
  const double twins[]{0, 1, 1, 0, 1, 0, 0, 1};
  const zero_shot model(rows(twins, 4, 2), {});
  const double x[]{1, 0, 0, 1, 0.8, 0.6};
  BOOST_TEST(model.predict(rows(x, 3, 2)) == (std::vector<label>{1, 0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(many_queries_are_scored_in_slices_with_the_same_logits) {
  // 45 doubles in a row: slices of 11111 rows.
  const t::random_problem<real> problem;
  std::vector<index> many(25000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<index>(i % 70);
  const tip_adapter model(problem.text(), problem.support());
  const auto few = model.logits(problem.queries).to_host();
  const auto all = model.logits(t::take_rows<real>(problem.queries, many));
  BOOST_TEST(all.extents().text() == "[25000, 7]");
  double worst = 0;
  for (std::size_t i = 0; i < 25000 * 7; ++i) worst = std::max(worst, std::abs(all.data()[i] - few[i % (70 * 7)]));
  BOOST_TEST(worst < 1e-10);
}

BOOST_AUTO_TEST_CASE(no_queries_give_no_labels) {
  const zero_shot model(text(), {});
  BOOST_TEST(model.predict(rows(texts, 0, 2)).empty());
}

BOOST_AUTO_TEST_CASE(rows_of_the_host_and_tensors_are_scored_alike) {
  const t::random_problem<real> problem;
  const tip_adapter model(problem.text(), problem.support());
  const auto of_view = model.logits(rows(problem.queries.data(), 70, 45));
  BOOST_TEST(t::identical<real>(of_view, model.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(an_observer_hears_of_every_step_and_can_end_the_training) {
  const t::random_problem<real> problem;
  tip_adapter_f::params settings;
  fewclip::set_setting(settings, "batch_size", 16);
  index heard = 0;
  const tip_adapter_f whole(problem.text(), problem.support(), settings, {}, [&heard](const fewclip::progress& event) {
    BOOST_TEST(event.stage == "fit");
    BOOST_TEST(event.done == ++heard);
    BOOST_TEST(event.total == 60);
    return true;
  });
  BOOST_TEST(heard == 60);
  BOOST_TEST(!whole.training().stopped_early);
  const tip_adapter_f stopped(problem.text(), problem.support(), settings, {},
                              [](const fewclip::progress& event) { return event.done < 4; });
  BOOST_TEST(stopped.training().stopped_early);
  BOOST_TEST(stopped.training().steps == 4);
  BOOST_TEST(!t::near<real>(stopped.logits(problem.queries), whole.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(a_fitted_classifier_tells_its_classes_width_settings_training_and_search) {
  const tip_adapter model(text(), support());
  BOOST_TEST(model.classes() == 3);
  BOOST_TEST(model.dim() == 2);
  BOOST_TEST(model.settings().adapter.cache.alpha == 1);
  BOOST_TEST(model.training().steps == 0);
  BOOST_TEST(model.search().candidates == 0);
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_classifier_gives_the_same_logits) {
  const t::random_problem<real> problem;
  const tip_adapter_f model(problem.text(), problem.support());
  const tip_adapter_f copy = model;
  BOOST_TEST(t::identical<real>(copy.logits(problem.queries), model.logits(problem.queries)));
}

}  // namespace
