#include "fewclip/trainers/trained_numbers.hpp"

#include <boost/test/unit_test.hpp>

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
