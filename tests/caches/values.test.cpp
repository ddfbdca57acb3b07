#include "fewclip/caches/values.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

#include "fewclip/concepts/values.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"
#include "fewclip/testing/settings_suite.hpp"

namespace {

namespace caches = fewclip::caches;
namespace t = fewclip::testing;
using real = t::exact_backend;

static_assert(fewclip::values<caches::labels, real> && fewclip::values<caches::divergence_weights, real> &&
              fewclip::values<caches::learnable_weights, real>);

fewclip::class_segments<real> segments(const std::vector<fewclip::label>& ascending, fewclip::index classes) {
  const fewclip::class_labels labels(ascending, classes);
  const auto offsets = labels.class_offsets();
  return {fewclip::to_backend<real>(labels), fewclip::basic_tensor<fewclip::index, real>::from_host(offsets.data(), {classes + 1})};
}

/// k_i by the authors' sum over all classes, with L the one-hot row of the label.
std::vector<double> sum_over_classes(const fewclip::tensor<real>& text, const fewclip::tensor<real>& keys,
                                     const std::vector<fewclip::label>& labels) {
  std::vector<double> out;
  const auto classes = static_cast<std::size_t>(text.rows());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::vector<double> p(classes, 0);
    double total = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      for (fewclip::index d = 0; d < text.columns(); ++d) {
        p[c] += keys.data()[static_cast<fewclip::index>(i) * text.columns() + d] *
                text.data()[static_cast<fewclip::index>(c) * text.columns() + d];
      }
      total += p[c] = std::exp(p[c]);
    }
    double k = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      const double truth = labels[i] == static_cast<int>(c) ? 1 : 0;
      k += truth * std::log2((truth + 1e-6) / (p[c] / total + 1e-6));
    }
    out.push_back(k);
  }
  return out;
}

BOOST_AUTO_TEST_CASE(settings_are_listed_with_range_and_origin) {
  t::settings_suite<caches::labels::params>();
  t::settings_suite<caches::divergence_weights::params>();
  t::settings_suite<caches::learnable_weights::params>();
}

BOOST_AUTO_TEST_CASE(labels_count_every_key_once) {
  const caches::labels::fitted<real> values({}, {}, {}, {});
  BOOST_TEST(values.weights().empty());
}

BOOST_AUTO_TEST_CASE(the_divergence_equals_the_sum_over_classes_and_is_positive) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << t::seed()) {
    const t::random_problem<real> problem;
    std::vector<fewclip::label> ascending = problem.labels;
    std::sort(ascending.begin(), ascending.end());
    const caches::divergence_weights::fitted<real> values(problem.text_rows, problem.support_rows, segments(ascending, 7), {});
    const auto expected = sum_over_classes(problem.text_rows, problem.support_rows, ascending);
    BOOST_TEST_REQUIRE(values.divergence().size() == 47);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      BOOST_TEST(std::abs(values.divergence().data()[i] - expected[i]) < 1e-12);
      BOOST_TEST(values.divergence().data()[i] > 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(with_two_opposite_texts_the_divergence_is_that_of_a_logistic_function) {
  // Cosines 1 and -1: P = 1 / (1 + exp(-2)) at the right text.
  const double rows[]{1, 0, -1, 0}, key[]{1, 0, 1, 0};
  const auto text = fewclip::tensor<real>::borrow(rows, {2, 2});
  const auto keys = fewclip::tensor<real>::borrow(key, {2, 2});
  const caches::divergence_weights::fitted<real> values(text, keys, segments({0, 1}, 2), {.gamma = 0.5});
  const double right = std::log2((1 + 1e-6) / (1 / (1 + std::exp(-2.0)) + 1e-6));
  const double wrong = std::log2((1 + 1e-6) / (1 / (1 + std::exp(2.0)) + 1e-6));
  BOOST_TEST(std::abs(values.divergence().data()[0] - right) < 1e-14);
  BOOST_TEST(std::abs(values.divergence().data()[1] - wrong) < 1e-14);
  BOOST_TEST(std::abs(values.weights().data()[1] - std::exp(0.5 * wrong)) < 1e-13);
  BOOST_TEST(values.weights().data()[1] > values.weights().data()[0], "keys on which text and label disagree count more");
}

BOOST_AUTO_TEST_CASE(gamma_zero_makes_all_weights_one_and_can_be_changed_after_the_fit) {
  const t::random_problem<real> problem;
  std::vector<fewclip::label> ascending = problem.labels;
  std::sort(ascending.begin(), ascending.end());
  caches::divergence_weights::fitted<real> values(problem.text_rows, problem.support_rows, segments(ascending, 7), {.gamma = 2});
  values.retune({.gamma = 0});
  for (const double weight : values.weights().to_host()) BOOST_TEST(weight == 1);
}

BOOST_AUTO_TEST_CASE(learnable_weights_start_at_one) {
  caches::learnable_weights::fitted<real> values({}, fewclip::tensor<real>({5, 2}), {}, {});
  int visited = 0;
  values.visit_parameters([&](std::string_view name, fewclip::parameter<real>& each) {
    BOOST_TEST(name == "weights");
    BOOST_TEST(each.value().to_host() == std::vector<double>(5, 1.0), boost::test_tools::per_element());
    ++visited;
  });
  BOOST_TEST(visited == 1);
}

}  // namespace
