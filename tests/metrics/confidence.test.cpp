#include "fewclip/metrics/confidence.hpp"

#include <boost/test/unit_test.hpp>

#include "few_rows.hpp"

namespace metrics = fewclip::metrics;
using few_rows::B;
namespace tt = boost::test_tools;

namespace {

/// Rows of two classes whose first probability is as given.
fewclip::tensor<B> with_confidence(const std::vector<double>& first) {
  std::vector<double> out;
  for (const double p : first) {
    out.push_back(std::log(p));
    out.push_back(std::log(1 - p));
  }
  return fewclip::tensor<B>::from_host(out.data(), {static_cast<fewclip::index>(first.size()), 2});
}

fewclip::validation_set<B> labelled(std::vector<fewclip::label> labels) {
  const auto count = static_cast<fewclip::index>(labels.size());
  return {fewclip::tensor<B>({count, 1}), fewclip::class_labels(std::move(labels), 2)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(calibration_error_is_the_gap_of_each_bin_weighted_by_its_rows) {
  // Two bins of ]0, 0.5] and ]0.5, 1]: all three rows fall in the second; confidence 0.6 + 0.8 + 0.9 against 2 hits.
  const auto logits = with_confidence({0.6, 0.8, 0.1});
  BOOST_TEST(metrics::expected_calibration_error(logits, labelled({0, 1, 1}), 2) == 0.3 / 3, tt::tolerance(1e-12));
  // Ten bins keep them apart: |0.6 - 1|, |0.8 - 0|, |0.9 - 1|.
  BOOST_TEST(metrics::expected_calibration_error(logits, labelled({0, 1, 1}), 10) == 1.3 / 3, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_confidence_on_the_edge_of_two_bins_belongs_to_the_lower) {
  // Confidence 1/2 exactly, a hit, and 0.6, a miss. With 2 bins they are in different ones, |1 - 0.5| and |0 - 0.6|; were 1/2 in the upper,
  // the gaps would cancel.
  const std::vector<double> values{1, 1, std::log(0.6), std::log(0.4)};
  const auto logits = fewclip::tensor<B>::from_host(values.data(), {2, 2});
  BOOST_TEST(metrics::expected_calibration_error(logits, labelled({0, 1}), 2) == 1.1 / 2, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(certain_hits_have_no_calibration_error) {
  const std::vector<double> values{1000, 0, 0, 1000};
  const auto logits = fewclip::tensor<B>::from_host(values.data(), {2, 2});
  BOOST_TEST(metrics::expected_calibration_error(logits, labelled({0, 1})) == 0.0);
  BOOST_TEST(metrics::expected_calibration_error(logits, labelled({1, 0})) == 1.0);
}

BOOST_AUTO_TEST_CASE(cross_entropy_is_the_mean_of_minus_log_probabilities) {
  const auto logits = with_confidence({0.6, 0.8, 0.1});
  const double expected = -(std::log(0.6) + std::log(0.2) + std::log(0.9)) / 3;
  BOOST_TEST(metrics::mean_cross_entropy(logits, labelled({0, 1, 1})) == expected, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(cross_entropy_survives_scores_that_overflow_an_exponential) {
  const std::vector<double> values{1e4, 0};
  const auto logits = fewclip::tensor<B>::from_host(values.data(), {1, 2});
  BOOST_TEST(metrics::mean_cross_entropy(logits, labelled({1})) == 1e4);
}

BOOST_AUTO_TEST_CASE(mean_confidence_ignores_the_labels) {
  const auto logits = with_confidence({0.6, 0.8, 0.1});
  BOOST_TEST(metrics::mean_max_probability(logits, labelled({0, 1, 1})) == (0.6 + 0.8 + 0.9) / 3, tt::tolerance(1e-12));
  BOOST_TEST(metrics::mean_max_probability(logits, labelled({1, 0, 0})) == (0.6 + 0.8 + 0.9) / 3, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(query_sets_are_measured_alike) {
  BOOST_TEST(metrics::mean_cross_entropy(few_rows::logits(), few_rows::queries()) ==
             metrics::mean_cross_entropy(few_rows::logits(), few_rows::validation()));
}

BOOST_AUTO_TEST_CASE(no_bins_and_other_extents_are_refused) {
  BOOST_CHECK_THROW((void)metrics::expected_calibration_error(few_rows::logits(), few_rows::queries(), 0), fewclip::value_error);
  BOOST_CHECK_THROW((void)metrics::mean_cross_entropy(few_rows::logits(), few_rows::queries_with_an_empty_class()), fewclip::shape_error);
}
