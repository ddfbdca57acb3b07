#include "fewclip/stages.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/safe_a.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "poolers/toy_attention.hpp"

using namespace fewclip;
using toy::f64;
using method = methods::safe_a<f64>;

namespace {

/// safe_a whose first stage makes `epochs` passes.
method::params settings(double alpha, fewclip::index epochs) {
  method::params out;
  out.first = toy::safe_settings<method::first_type>(alpha, epochs);
  out.first.trainer.optimizer.learning_rate = 0.05;
  set_setting(out, "second.scale", 10);
  set_setting(out, "second.epochs", 5);
  return out;
}

tensor<f64> original_features(const tensor<f64>& tokens) {
  return ops::normalise_rows(toy::attention_pooler<f64>().pool(tokens.reshaped({tokens.rows(), 3, 4})));
}

/// A first stage that is there already.
struct doubled {
  struct params : no_settings {};
  tensor<f64> features(const tensor<f64>& x) const { return ops::scale(x, 2); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(with_an_untrained_pooler_safe_a_is_tip_adapter_f_bit_for_bit) {
  for (const auto& [alpha, epochs] : {std::pair{0.0, 3}, {0.0, 0}}) {
    auto chosen = settings(alpha, epochs);
    const method made(toy::text<f64>(), toy::token_support<f64>(), chosen);
    const support_set<f64> features(original_features(toy::tokens<f64>()), toy::token_support<f64>().labels());
    const methods::tip_adapter_f<f64> plain(toy::text<f64>(), features, chosen.second);
    BOOST_TEST(testing::identical<f64>(made.logits(toy::tokens<f64>()), plain.logits(features.features())));
    BOOST_TEST((made.predict(toy::tokens<f64>()) == plain.predict(features.features())));
  }
  const method blended(toy::text<f64>(), toy::token_support<f64>(), settings(0.5, 0));
  BOOST_TEST(testing::near<f64>(blended.logits(toy::tokens<f64>()),
                                method(toy::text<f64>(), toy::token_support<f64>(), settings(0, 0)).logits(toy::tokens<f64>())));
}

BOOST_AUTO_TEST_CASE(the_second_stage_is_fitted_on_the_features_of_the_trained_first) {
  const auto chosen = settings(0.5, 4);
  const method made(toy::text<f64>(), toy::token_support<f64>(), chosen);
  const method::first_type safe(toy::text<f64>(), toy::token_support<f64>(), chosen.first);
  const support_set<f64> features(safe.features(toy::tokens<f64>()), toy::token_support<f64>().labels());
  const method::second_type cache(toy::text<f64>(), features, chosen.second);
  BOOST_TEST(testing::identical<f64>(made.logits(toy::tokens<f64>()), cache.logits(features.features())));
  BOOST_TEST(!testing::near<f64>(features.features(), original_features(toy::tokens<f64>())));
}

BOOST_AUTO_TEST_CASE(settings_of_one_name_are_set_apart) {
  method::params out;
  set_setting(out, "first.alpha", 0.25);
  set_setting(out, "second.alpha", 3);
  BOOST_TEST(out.first.adapter.map.alpha == 0.25);
  BOOST_TEST(list_settings(out).front().about.name == "first.alpha");
  BOOST_CHECK_THROW(set_setting(out, "alpha", 1), value_error);
}

BOOST_AUTO_TEST_CASE(views_of_one_image_become_one_unit_key) {
  std::vector<double> twice = toy::tokens<f64>().to_host();
  for (std::size_t i = 0; i < 12; ++i) twice.insert(twice.begin() + 12 + static_cast<std::ptrdiff_t>(i), twice[i] + 0.1);
  for (std::size_t i = 0; i < 12; ++i) twice.push_back(twice[24 + i] - 0.2);
  const auto tokens = tensor<f64>::from_host(twice.data(), {4, 12});
  const support_set<f64> support(tokens, class_labels(std::vector<label>{0, 0, 1, 1}, 3));
  auto chosen = settings(0.5, 0);
  chosen.views = 2;
  const method made(toy::text<f64>(), support, chosen);
  const auto rows = original_features(tokens).to_host();
  std::vector<double> means;
  for (std::size_t r = 0; r < 2; ++r) {
    for (std::size_t j = 0; j < 8; ++j) means.push_back((rows[16 * r + j] + rows[16 * r + 8 + j]) / 2);
  }
  const support_set<f64> keys(toy::rows<f64>(toy::unit(means)), class_labels(std::vector<label>{0, 1}, 3));
  const method::second_type cache(toy::text<f64>(), keys, chosen.second);
  BOOST_TEST(testing::near<f64>(made.logits(tokens), cache.logits(original_features(tokens))));
  chosen.views = 3;
  BOOST_CHECK_THROW(method(toy::text<f64>(), support, chosen), shape_error);
  chosen.views = 0;
  BOOST_CHECK_THROW(method(toy::text<f64>(), support, chosen), value_error);
}

BOOST_AUTO_TEST_CASE(both_stages_are_searched_on_the_validation_rows) {
  using searched = methods::safe_a<f64, selectors::grid>;
  searched::params chosen;
  chosen.first = toy::safe_settings<searched::first_type>(0.5, 2);
  chosen.first.selector.axes = {{"alpha", {0, 0.5, 1}}};
  chosen.second.selector.axes = {{"beta", {1, 5}}, {"alpha", {0.5, 1}}};
  fewclip::index fits = 0;
  const validation_set<f64> rows(toy::tokens<f64>(), toy::token_support<f64>().labels());
  const searched made(toy::text<f64>(), toy::token_support<f64>(), chosen, rows,
                      [&](const progress& e) { return fits += e.stage == "fit" ? 1 : 0, true; });
  BOOST_TEST(fits == 2 + 20);  // one training each
  BOOST_TEST(made.first().search().candidates == 3);
  BOOST_TEST(made.second().search().candidates == 4);
}

BOOST_AUTO_TEST_CASE(a_first_stage_may_be_anything_that_makes_features) {
  using simple = stages<doubled, classifier<f64, heads::text>>;
  const simple made(doubled{}, toy::text<f64>(), {});
  BOOST_TEST(
      (made.predict(ops::scale(toy::queries<f64>(), 0.5)) == methods::zero_shot<f64>(toy::text<f64>(), {}).predict(toy::queries<f64>())));
}
