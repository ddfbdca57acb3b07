#include "fewclip/trainers/trained_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "../methods/toy.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/testing/comparisons.hpp"

using namespace fewclip;

namespace {

using B = toy::f64;

/// Fits, and makes the classifier again from its numbers.
template <class Method>
void made_again(const std::string& name) {
  typename Method::params settings;
  if constexpr (requires { settings.trainer.epochs; }) settings.trainer.epochs = 3;
  const Method fitted(toy::text<B>(), toy::support<B>(), settings);
  const Method again(fitted.trained(), toy::text<B>(), toy::support<B>(), fitted.settings());
  BOOST_TEST(testing::identical<B>(again.logits(toy::queries<B>()), fitted.logits(toy::queries<B>())), name);
  BOOST_TEST(again.training().trained_parameters == fitted.training().trained_parameters, name);
  BOOST_TEST(again.dim() == fitted.dim());
  BOOST_TEST(again.classes() == fitted.classes());
}

bool says(const error& e, const std::string& text) { return std::string(e.what()).find(text) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_classifier_is_made_again_bit_for_bit) {
  made_again<methods::tip_x<B>>("tip_x");
  made_again<methods::linear_probe<B>>("linear_probe");
  made_again<methods::clip_adapter<B>>("clip_adapter");
  made_again<methods::tip_adapter_f<B>>("tip_adapter_f");
  made_again<methods::ape_t<B>>("ape_t");
}

BOOST_AUTO_TEST_CASE(text_support_and_width_must_fit_together_when_a_classifier_is_made_again) {
  using method = methods::tip_x<B>;
  const auto text = toy::text<B>();
  const auto support = toy::support<B>();
  const trained_numbers<B> numbers = method(text, support).trained();
  const auto refused = [&](const class_text<B>& t, const support_set<B>& s, fewclip::index dim) {
    trained_numbers<B> with = numbers;
    with.dim = dim;
    try {
      method(with, t, s, {});
    } catch (const shape_error& e) {
      return std::string("shape_error ") + e.what();
    } catch (const value_error& e) {
      return std::string("value_error ") + e.what();
    }
    return std::string("nothing");
  };
  const std::string where = "shape_error fewclip::classifier: ";
  BOOST_TEST(refused(text, support, 8) == "nothing");
  BOOST_TEST(refused(text, support, 9) == where + "width of text: expected 9 (trained.dim), got 8");
  BOOST_TEST(refused(tensor<B>({3, 7}, 1 / std::sqrt(7.0)), support, 8) == where + "width of text: expected 8 (trained.dim), got 7");
  BOOST_TEST(refused(text, support_set<B>(tensor<B>({6, 9}, 1.0 / 3), support.labels()), 8) ==
             where + "width of the support rows: expected 8 (trained.dim), got 9");
  BOOST_TEST(refused(text, support_set<B>(support.features(), class_labels(std::vector<label>{0, 0, 1, 1, 2, 3}, 4)), 8) ==
             where + "classes of the support set: expected 3 (rows of text), got 4");
  BOOST_TEST(refused({}, support, 8) == "value_error fewclip::classifier: text: expected one row per class, got none");
  BOOST_TEST(refused(class_text<B>(text.rows(), nullptr, tensor<B>({2, 7}, 1 / std::sqrt(7.0))), support, 8) ==
             where + "width of the anchors: expected 8 (width of text), got 7");
  tensor<B> broken = support.features().clone();
  broken.mutable_data()[8 * 2] = std::nan("");
  BOOST_TEST(refused(text, support_set<B>(broken, support.labels()), 8) ==
             "value_error fewclip::classifier: support, row 2: expected finite numbers, got NaN or infinity");
}

BOOST_AUTO_TEST_CASE(numbers_of_another_model_are_refused_and_change_nothing) {
  using method = methods::tip_adapter_f<B>;
  method::params settings;
  settings.trainer.epochs = 1;
  const method fitted(toy::text<B>(), toy::support<B>(), settings);
  trained_numbers<B> numbers = fitted.trained();
  BOOST_TEST_REQUIRE(numbers.values.count("keys") == 1U);
  const auto again = [&] { method(numbers, toy::text<B>(), toy::support<B>(), settings); };
  numbers.values["more"] = tensor<B>({1});
  BOOST_CHECK_EXCEPTION(again(), value_error, [](const error& e) { return says(e, "parameters: expected 1 names, got 2"); });
  numbers.values.clear();
  BOOST_CHECK_EXCEPTION(again(), value_error, [](const error& e) { return says(e, "parameter: expected 'keys'"); });
  numbers.values["keys"] = tensor<B>({2, 3});
  BOOST_CHECK_EXCEPTION(again(), shape_error, [](const error& e) { return says(e, "keys: expected"); });
  numbers = fitted.trained();
  numbers.dim = 0;
  BOOST_CHECK_EXCEPTION(again(), value_error, [](const error& e) { return says(e, "trained.dim"); });

  auto model = fitted.adapter();
  const auto before = trainers::copy_parameters<B>(model);
  BOOST_CHECK_THROW(trainers::set_parameters<B>(model, {{"keys", tensor<B>({2, 3})}}), shape_error);
  BOOST_TEST(testing::identical<B>(trainers::copy_parameters<B>(model).at("keys"), before.at("keys")));
}
