// Closed forms and limits of single methods, as their papers and convexity give them.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
namespace ops = fewclip::ops;
namespace methods = fewclip::methods;
using fewclip::index;
using real = t::exact_backend;
using matrix = fewclip::tensor<real>;
using probe = methods::linear_probe<real>;

/// The parameter of a model by name.
template <class Model>
fewclip::parameter<real>& parameter_of(Model& model, std::string_view wanted) {
  fewclip::parameter<real>* found = nullptr;
  fewclip::visit_parameters(model, [&](std::string_view name, fewclip::parameter<real>& each) {
    if (name == wanted) found = &each;
  });
  BOOST_TEST_REQUIRE(found != nullptr);
  return *found;
}

probe fitted_probe(const t::random_problem<real>& problem, double inverse_regularisation, double tolerance) {
  probe::params settings;
  fewclip::set_setting(settings, "inverse_regularisation", inverse_regularisation);
  fewclip::set_setting(settings, "gradient_tolerance", tolerance);
  return probe({}, problem.support(), settings);
}

/// P - L, the softmax of the logits less the one-hot labels, [rows, classes].
matrix residuals(const t::random_problem<real>& problem, const probe& model) {
  matrix out = model.logits(problem.support_rows);
  double* values = out.mutable_data();
  for (index i = 0; i < out.rows(); ++i) {
    double sum = 0;
    for (index c = 0; c < 7; ++c) sum += values[i * 7 + c] = std::exp(values[i * 7 + c]);
    for (index c = 0; c < 7; ++c) values[i * 7 + c] /= sum;
    values[i * 7 + problem.labels[static_cast<std::size_t>(i)]] -= 1;
  }
  return out;
}

struct on_a_random_problem {
  t::random_problem<real> problem;
  on_a_random_problem() { BOOST_TEST_MESSAGE("FEWCLIP_TEST_SEED=" << t::seed()); }
};

BOOST_FIXTURE_TEST_SUITE(with_a_random_problem, on_a_random_problem)

BOOST_AUTO_TEST_CASE(clip_adapter_with_a_dead_first_layer_is_zero_shot_and_learns_nothing) {
  using method = methods::clip_adapter<real>;
  // Queries with positive coordinates against a first layer of negative ones: every hidden unit is off.
  matrix x = problem.queries.clone();
  for (index i = 0; i < x.size(); ++i) x.mutable_data()[i] = std::abs(x.data()[i]) + 1e-3;
  x = ops::normalise_rows(x);
  method::fitted_adapter model(problem.text(), problem.support(), {});
  auto& first = parameter_of(model, "first");
  matrix negative = first.value().clone();
  for (index i = 0; i < negative.size(); ++i) negative.mutable_data()[i] = -std::abs(negative.data()[i]);
  first.mutable_value() = negative;
  BOOST_TEST(t::near<real>(model.logits(x), methods::zero_shot<real>(problem.text(), {}).logits(x)));
  fewclip::tape<real> record;
  auto& second = parameter_of(model, "second");
  first.bind(record);
  second.bind(record);
  const auto labels = fewclip::label_tensor<real>::from_host(problem.query_truth.data(), {x.rows()});
  record.backward(ops::cross_entropy(model.logits(record.constant(x)), labels, 1));
  for (const auto* each : {&first, &second}) {
    BOOST_TEST(t::identical<real>(record.gradient(each->leaf()), matrix(each->value().extents())));
  }
}

BOOST_AUTO_TEST_CASE(tip_adapter_is_a_clip_adapter_whose_layers_are_the_support_rows_and_their_labels) {
  // W1 = F, the activation exp(-beta (1 - .)) and W2 = L^T, without a mix and behind a head of its own.
  matrix one_hot({7, 47});
  for (std::size_t i = 0; i < 47; ++i) one_hot.mutable_data()[static_cast<std::size_t>(problem.labels[i]) * 47 + i] = 1;
  matrix hidden = ops::product_transposed(problem.queries, problem.support_rows);
  for (index i = 0; i < hidden.size(); ++i) hidden.mutable_data()[i] = std::exp(-5.5 * (1 - hidden.data()[i]));
  const matrix adapted = ops::product_transposed(hidden, one_hot);
  const matrix expected = ops::add_scaled(ops::product_transposed(problem.queries, problem.text_rows), 100, adapted, 1.5);
  methods::tip_adapter<real>::params settings;
  settings.adapter.cache.alpha = 1.5;
  BOOST_TEST(t::near<real>(methods::tip_adapter<real>(problem.text(), problem.support(), settings).logits(problem.queries), expected));
}

BOOST_AUTO_TEST_CASE(linear_probe_without_freedom_predicts_the_shares_of_the_classes) {
  // No weight exceeds C times the number of rows, 4.7e-5, for rows of length 1, and neither do the shares' errors.
  const probe model = fitted_probe(problem, 1e-6, 1e-13);
  auto fitted = model.adapter();
  for (const double weight : parameter_of(fitted, "weight").value().to_host()) BOOST_TEST(std::abs(weight) < 1e-4);
  const auto counts = problem.support().labels().counts();
  const auto bias = parameter_of(fitted, "bias").value().to_host();
  double sum = 0;
  for (const double each : bias) sum += std::exp(each);
  for (std::size_t c = 0; c < 7; ++c) BOOST_TEST(std::abs(std::exp(bias[c]) / sum - static_cast<double>(counts[c]) / 47) < 1e-4);
}

BOOST_AUTO_TEST_CASE(at_the_optimum_linear_probe_is_stationary_in_closed_form) {
  for (const double inverse_regularisation : {0.3, 31.6}) {
    const probe model = fitted_probe(problem, inverse_regularisation, 1e-10);
    BOOST_TEST_REQUIRE(model.training().converged);
    const matrix off = residuals(problem, model);
    matrix expected({7, 45});
    fewclip::testing::exact_backend::product({.transpose_left = true, .alpha = -inverse_regularisation}, off, problem.support_rows,
                                             expected);
    auto fitted = model.adapter();
    const auto weight = parameter_of(fitted, "weight").value().to_host();
    for (std::size_t i = 0; i < weight.size(); ++i) BOOST_TEST(std::abs(weight[i] - expected.data()[i]) < 1e-8);
    for (index c = 0; c < 7; ++c) {
      double column = 0;
      for (index i = 0; i < 47; ++i) column += off.data()[i * 7 + c];
      BOOST_TEST(std::abs(column) < 1e-8);
    }
    // All weights at zero give rows * C * ln(classes); the optimum lies below.
    const double at_zero = 47 * inverse_regularisation * std::log(7.0);
    BOOST_TEST(std::abs(model.training().first_loss / at_zero - 1) < 1e-12);
    BOOST_TEST(model.training().final_loss < at_zero);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
