#include "fewclip/adapters/class_residual.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/adapters/blend.hpp"
#include "fewclip/caches/key_value.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/refiners/prior_channels.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

namespace t = fewclip::testing;
namespace caches = fewclip::caches;
using affinity = fewclip::kernels::exponential_affinity;
using real = t::exact_backend;
using by_text = fewclip::refiners::prior_channels<fewclip::refiners::prior::text>;
using inner = fewclip::adapters::blend<fewclip::heads::text, caches::key_value<affinity, caches::frozen_keys, caches::learnable_weights>>;
using adapter = fewclip::adapters::class_residual<by_text, inner>;
using plain = fewclip::adapters::blend<fewclip::heads::text, caches::key_value<>>;

adapter::params settings(double channels = 20) {
  adapter::params out;
  out.refiner.channels = channels;
  out.inner.head.scale = 10;
  out.inner.cache.alpha = 1.5;
  out.inner.cache.kernel.beta = 2.5;
  return out;
}

/// The authors' form: texts and keys with the residual of their class added on the channels, row weights, no factoring.
std::vector<double> direct_logits(const t::random_problem<real>& problem, const std::vector<fewclip::label>& channels,
                                  const fewclip::tensor<real>& residual, const fewclip::tensor<real>& weight_by_class_order) {
  auto text = problem.text_rows.to_host();
  auto keys = problem.support_rows.to_host();
  const auto add = [&](double* row, std::size_t c) {
    for (std::size_t k = 0; k < channels.size(); ++k) row[channels[k]] += residual.data()[c * channels.size() + k];
  };
  for (std::size_t c = 0; c < 7; ++c) add(&text[c * 45], c);
  for (std::size_t i = 0; i < 47; ++i) add(&keys[i * 45], static_cast<std::size_t>(problem.labels[i]));
  const auto order = problem.support().labels().order_by_class();
  std::vector<double> weight(47);
  for (std::size_t place = 0; place < 47; ++place) weight[static_cast<std::size_t>(order[place])] = weight_by_class_order.data()[place];
  const auto x = problem.queries.to_host();
  const auto dot = [](const double* a, const double* b) {
    double sum = 0;
    for (int d = 0; d < 45; ++d) sum += a[d] * b[d];
    return sum;
  };
  std::vector<double> out;
  for (std::size_t b = 0; b < 70; ++b) {
    for (std::size_t c = 0; c < 7; ++c) out.push_back(10 * dot(&x[b * 45], &text[c * 45]));
    for (std::size_t i = 0; i < 47; ++i) {
      out[b * 7 + static_cast<std::size_t>(problem.labels[i])] += 1.5 * weight[i] * std::exp(-2.5 * (1 - dot(&x[b * 45], &keys[i * 45])));
    }
  }
  return out;
}

BOOST_AUTO_TEST_CASE(it_behaves_as_a_trainable_adapter) {
  t::adapter_suite<adapter, real>(settings());
  t::trainable_suite<adapter, real>(settings());
}

BOOST_AUTO_TEST_CASE(factored_logits_equal_those_of_shifted_texts_and_keys) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << t::seed()) {
    const t::random_problem<real> problem;
    auto model = t::fit<adapter, real>(problem, settings());
    t::shake_parameters<real>(model);
    fewclip::tensor<real> residual, weights;
    fewclip::visit_parameters(model, [&](std::string_view name, auto& each) { (name == "residual" ? residual : weights) = each.value(); });
    BOOST_TEST(residual.extents().text() == "[7, 20]");
    const auto expected = direct_logits(problem, model.refiner().channels().to_host(), residual, weights);
    const auto got = model.logits(problem.queries).to_host();
    for (std::size_t i = 0; i < expected.size(); ++i)
      BOOST_TEST(std::abs(got[i] - expected[i]) < 1e-12 * std::max(1.0, std::abs(expected[i])));
  }
}

BOOST_AUTO_TEST_CASE(at_the_start_it_equals_its_inner_adapter_for_every_number_of_channels) {
  const t::random_problem<real> problem;
  plain::params of_plain;
  of_plain.head.scale = 10;
  of_plain.cache = {.alpha = 1.5, .kernel = {2.5}, .values = {}, .refiner = {}};
  const auto expected = t::fit<plain, real>(problem, of_plain).logits(problem.queries);
  for (const double channels : {2, 20, 45}) {
    const auto model = t::fit<adapter, real>(problem, settings(channels));
    BOOST_TEST(t::near<real>(model.logits(problem.queries), expected));
  }
}

BOOST_AUTO_TEST_CASE(only_the_chosen_channels_of_a_query_meet_the_residual) {
  const t::random_problem<real> problem;
  auto model = t::fit<adapter, real>(problem, settings());
  const auto start = t::fit<adapter, real>(problem, settings());
  t::shake_parameters<real>(model);
  fewclip::visit_parameters(model, [](std::string_view name, fewclip::parameter<real>& each) {
    if (name == "weights") each.mutable_value() = fewclip::tensor<real>(each.value().extents(), 1);
  });
  auto x = problem.queries.clone();
  for (const auto channel : model.refiner().channels().to_host()) {
    for (fewclip::index b = 0; b < 70; ++b) x.mutable_data()[b * 45 + channel] = 0;
  }
  BOOST_TEST(t::near<real>(model.logits(x), start.logits(x)));
  BOOST_TEST(!t::near<real>(model.logits(problem.queries), start.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(row_weights_are_decayed_only_where_asked_for_and_the_residual_always_is) {
  const t::random_problem<real> problem;
  for (const bool decayed : {false, true}) {
    adapter::params settings;
    settings.decay_weights = decayed;
    const auto model = t::fit<adapter, real>(problem, settings);
    BOOST_TEST(model.decays("weights") == decayed);
    BOOST_TEST(model.decays("residual"));
  }
}

}  // namespace
