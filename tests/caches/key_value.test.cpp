#include "fewclip/caches/key_value.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/refiners/prior_channels.hpp"
#include "fewclip/testing/cache_suite.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

using namespace fewclip::caches;
namespace t = fewclip::testing;
using affinity = fewclip::kernels::exponential_affinity;
using real = t::exact_backend;
using plain = key_value<>;
using weighted = key_value<affinity, frozen_keys, divergence_weights>;
using refined = key_value<affinity, frozen_keys, divergence_weights, fewclip::refiners::prior_channels<>>;
using trained_keys = key_value<affinity, learnable_keys>;
using trained_weights = key_value<affinity, frozen_keys, learnable_weights>;
using trained_refined = key_value<affinity, learnable_keys, learnable_weights, fewclip::refiners::prior_channels<>>;

fewclip::tensor<real> matrix(const std::vector<double>& values, fewclip::index rows) {
  return fewclip::tensor<real>::from_host(values.data(), {rows, static_cast<fewclip::index>(values.size()) / rows});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(frozen_caches_behave_as_caches, B, t::cpu_backends) {
  t::cache_suite<plain, B>();
  t::cache_suite<refined, B>();
}

BOOST_AUTO_TEST_CASE(every_row_twice_doubles_the_cache) {
  t::doubling_the_support_doubles_the_logits<plain, real>();
  t::doubling_the_support_doubles_the_logits<weighted, real>();
}

BOOST_AUTO_TEST_CASE(trainable_caches_behave_as_caches_and_have_the_right_gradients) {
  t::cache_suite<trained_keys, real>();
  t::trainable_suite<trained_keys, real>();
  t::trainable_suite<trained_weights, real>();
  t::trainable_suite<trained_refined, real>();
}

BOOST_AUTO_TEST_CASE(each_row_votes_for_its_class_by_its_affinity) {
  // Rows of classes 2, 0, 2; cosines with the query 1, 0.6 and 0; alpha 3, beta 2.
  const auto rows = matrix({1, 0, 0.6, 0.8, 0, 1}, 3);
  plain::params settings;
  settings.alpha = 3;
  settings.kernel.beta = 2;
  const plain::fitted<real> cache({}, fewclip::support_set<real>(rows, {std::vector<fewclip::label>{2, 0, 2}, 3}), settings);
  const auto x = matrix({1, 0}, 1);
  const std::vector<double> expected{3 * std::exp(-0.8), 0, 3 * (1 + std::exp(-2.0))};
  for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(std::abs(cache.logits(x).data()[c] - expected[c]) < 1e-14);
  for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(std::abs(cache.sums(x).data()[c] - expected[c] / 3) < 1e-14);
}

BOOST_AUTO_TEST_CASE(beta_zero_counts_rows) {
  const t::random_problem<real> problem;
  plain::params settings;
  settings.kernel.beta = 0;
  const auto logits = t::fit<plain, real>(problem, settings).logits(problem.queries);
  const std::vector<double> shots{9, 4, 7, 1, 12, 6, 8};
  for (fewclip::index i = 0; i < logits.size(); ++i) BOOST_TEST(logits.data()[i] == shots[static_cast<std::size_t>(i % 7)]);
}

BOOST_AUTO_TEST_CASE(a_very_large_beta_votes_for_the_nearest_row_alone) {
  const t::random_problem<real> problem;
  plain::params settings;
  settings.kernel.beta = 1e4;
  const auto logits = t::fit<plain, real>(problem, settings).logits(problem.support_rows);
  for (fewclip::index i = 0; i < logits.size(); ++i) {
    const bool own = problem.labels[static_cast<std::size_t>(i / 7)] == i % 7;
    BOOST_TEST(std::abs(logits.data()[i] - (own ? 1 : 0)) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(rows_that_are_in_class_order_are_borrowed_and_not_copied) {
  std::vector<double> rows{1, 0, 0, 1};
  const fewclip::support_set<real> support({rows.data(), 2, 2}, {std::vector<fewclip::label>{0, 1}, 2});
  const plain::fitted<real> cache({}, support, {});
  const auto before = cache.logits(matrix({1, 0}, 1)).to_host();
  rows[0] = 0;
  BOOST_TEST(cache.logits(matrix({1, 0}, 1)).to_host()[0] < before[0]);
}

BOOST_AUTO_TEST_CASE(sealed_trained_keys_give_the_logits_of_unsealed_ones) {
  const t::random_problem<real> problem;
  auto cache = t::fit<trained_keys, real>(problem);
  t::shake_parameters<real>(cache);
  const auto before = cache.logits(problem.queries);
  fewclip::seal(cache);
  BOOST_TEST(t::identical<real>(cache.logits(problem.queries), before));
}

BOOST_AUTO_TEST_CASE(only_divergence_weights_and_refiners_by_text_need_texts) {
  static_assert(!plain::needs.text && plain::needs.support && plain::needs.unit_rows);
  static_assert(weighted::needs.text);
  static_assert(key_value<affinity, frozen_keys, labels, fewclip::refiners::prior_channels<>>::needs.text);
}

}  // namespace
