#include "fewclip/poolers/key_sources.hpp"

#include <boost/test/unit_test.hpp>
#include <type_traits>

#include "fewclip/methods/safe_a.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "toy_attention.hpp"

using namespace fewclip;
using toy::f64;

namespace {

template <class Keys>
using with = methods::safe_a<f64, selectors::fixed, poolers::attention, poolers::blend_unit_features, Keys>;
using plain = methods::safe_a<f64>;
static_assert(std::is_same_v<with<poolers::keys_of_blend>, plain>);

/// safe_a whose second stage makes `epochs` passes.
template <class Method>
typename Method::params settings(fewclip::index epochs, double alpha = 0.5) {
  typename Method::params out;
  out.first = toy::safe_settings<typename Method::first_type>(alpha, 4);
  out.first.trainer.optimizer.learning_rate = 0.05;
  for (const auto& [name, value] : {std::pair{"second.scale", 10.0}, {"second.alpha", 1.5}, {"second.beta", 4.0}}) {
    set_setting(out, name, value);
  }
  set_setting(out, "second.epochs", static_cast<double>(epochs));
  return out;
}

template <class Method>
Method fitted(fewclip::index epochs) {
  return Method(toy::text<f64>(), toy::token_support<f64>(), settings<Method>(epochs));
}

/// Unit features of the support by the pooler as it was, and by a safe with another share of the trained one.
tensor<f64> original_features() { return ops::normalise_rows(toy::attention_pooler<f64>().pool(toy::tokens<f64>().reshaped({2, 3, 4}))); }
tensor<f64> features_at(double alpha) {
  const plain::first_type safe(toy::text<f64>(), toy::token_support<f64>(), settings<plain>(0, alpha).first);
  return safe.features(toy::tokens<f64>());
}

/// scale n T^T + alpha exp(-beta (1 - n F^T)), the keys F of classes 0 and 1.
std::vector<double> by_hand(const tensor<f64>& queries, const tensor<f64>& keys) {
  const auto n = queries.to_host();
  const auto f = keys.to_host();
  const auto t = toy::unit(toy::raw_text());
  const auto dot = [](const std::vector<double>& a, std::size_t i, const std::vector<double>& b, std::size_t j) {
    double sum = 0;
    for (std::size_t k = 0; k < 8; ++k) sum += a[8 * i + k] * b[8 * j + k];
    return sum;
  };
  std::vector<double> out;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      out.push_back(10 * dot(n, i, t, c) + (c < 2 ? 1.5 * std::exp(-4 * (1 - dot(n, i, f, c))) : 0));
    }
  }
  return out;
}

template <class Method>
std::vector<double> logits_of(const Method& made) {
  return made.logits(toy::tokens<f64>()).to_host();
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  BOOST_REQUIRE(a.size() == b.size());
  double out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) out = std::max(out, std::abs(a[i] - b[i]));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(keys_come_from_the_pooler_that_is_named_and_queries_stay_blended) {
  const auto blended = features_at(0.5);
  const auto tuned = features_at(1);
  const auto original = original_features();
  const auto from_blend = logits_of(fitted<plain>(0));
  const auto from_original = logits_of(fitted<with<poolers::keys_of_original>>(0));
  const auto from_tuned = logits_of(fitted<with<poolers::keys_of_tuned>>(0));
  BOOST_TEST(largest_difference(from_blend, by_hand(blended, blended)) < 1e-12);
  BOOST_TEST(largest_difference(from_original, by_hand(blended, original)) < 1e-12);
  BOOST_TEST(largest_difference(from_tuned, by_hand(blended, tuned)) < 1e-12);
  BOOST_TEST(largest_difference(from_blend, from_original) > 1e-3);
  BOOST_TEST(largest_difference(from_blend, from_tuned) > 1e-3);
}

BOOST_AUTO_TEST_CASE(keys_of_any_source_are_trained_on_blended_features) {
  const auto labels = toy::token_support<f64>().labels();
  const support_set<f64> blended(features_at(0.5), labels);
  const support_set<f64> original(original_features(), labels);
  const auto chosen = settings<plain>(5).second;
  const plain::second_type expected(toy::text<f64>(), original, chosen, {}, {}, nullptr, &blended);
  const plain::second_type on_keys(toy::text<f64>(), original, chosen);
  const auto got = logits_of(fitted<with<poolers::keys_of_original>>(5));
  BOOST_TEST(largest_difference(got, expected.logits(blended.features()).to_host()) < 1e-12);
  BOOST_TEST(largest_difference(got, on_keys.logits(blended.features()).to_host()) > 1e-9);
  BOOST_TEST((logits_of(fitted<plain>(5)) == plain::second_type(toy::text<f64>(), blended, chosen).logits(features_at(0.5)).to_host()));
}

BOOST_AUTO_TEST_CASE(views_of_one_image_become_one_key_of_the_named_pooler) {
  using method = with<poolers::keys_of_original>;
  auto chosen = settings<method>(0);
  chosen.views = 2;
  const support_set<f64> one_image(toy::tokens<f64>(), class_labels(std::vector<label>{0, 0}, 3));
  const method made(toy::text<f64>(), one_image, chosen);
  const auto rows = original_features().to_host();
  std::vector<double> mean;
  for (std::size_t j = 0; j < 8; ++j) mean.push_back((rows[j] + rows[8 + j]) / 2);
  BOOST_TEST(testing::near<f64>(made.second().trained().values.at("keys"), toy::rows<f64>(toy::unit(mean))));
}
