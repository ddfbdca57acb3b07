#pragma once
/// \file
/// How well the probabilities of a classifier fit what happens: calibration error, cross-entropy, confidence.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "fewclip/metrics/detail/plain_rows.hpp"

namespace fewclip::metrics {

/// Expected calibration error: the mean gap between confidence and accuracy over bins of confidence (Guo et al. 2017, arXiv 1706.04599,
/// eq. 3).
///
/// Confidence is the largest softmax probability, computed in double precision. Bin m of M holds confidences in ((m-1)/M, m/M], that is,
/// index ceil(M c) - 1; a bin weighs as many as it has rows. Published work uses 15 bins or 10: state the number.
/// \param logits [n, classes], at the scale that predicts; the first maximum of a row is its prediction
/// \param rows the n rows with their labels
/// \param bins M, at least 1
/// \throws shape_error where the extents do not fit together, value_error for no rows or no bins
template <class B, measured_set Set>
double expected_calibration_error(const basic_tensor<typename B::scalar, B>& logits, const Set& rows, index bins = 15) {
  const std::string where = "fewclip::metrics::expected_calibration_error";
  if (bins < 1) throw value_error(expected_got(where, "bins", "at least 1", std::to_string(bins)));
  const class_labels& labels = detail::labels_of(rows);
  const detail::host_logits<typename B::scalar> scores(where, logits, labels);
  std::vector<double> gaps(static_cast<std::size_t>(bins), 0);
  for (std::size_t r = 0; r < scores.rows(); ++r) {
    const label own = labels.values()[r];
    const detail::row_softmax found = detail::softmax_of(scores.row(r), own);
    const index bin = static_cast<index>(std::ceil(static_cast<double>(bins) * found.confidence)) - 1;
    const double hit = static_cast<label>(found.top) == own ? 1 : 0;
    gaps[static_cast<std::size_t>(std::clamp<index>(bin, 0, bins - 1))] += hit - found.confidence;
  }
  double sum = 0;
  for (const double gap : gaps) sum += std::abs(gap);
  return sum / static_cast<double>(scores.rows());
}

/// Mean of minus the logarithm of the label's softmax probability (negative log-likelihood, in nats).
/// \param logits [n, classes], at the scale that predicts
/// \param rows the n rows with their labels
/// \throws shape_error where the extents do not fit together, value_error for no rows
template <class B, measured_set Set>
double mean_cross_entropy(const basic_tensor<typename B::scalar, B>& logits, const Set& rows) {
  const class_labels& labels = detail::labels_of(rows);
  const detail::host_logits<typename B::scalar> scores("fewclip::metrics::mean_cross_entropy", logits, labels);
  double sum = 0;
  for (std::size_t r = 0; r < scores.rows(); ++r) sum += detail::softmax_of(scores.row(r), labels.values()[r]).cross_entropy;
  return sum / static_cast<double>(scores.rows());
}

/// Mean of the largest softmax probability of each row: what the classifier believes its accuracy to be.
/// \param logits [n, classes], at the scale that predicts
/// \param rows the n rows; their labels do not enter
/// \throws shape_error where the extents do not fit together, value_error for no rows
template <class B, measured_set Set>
double mean_max_probability(const basic_tensor<typename B::scalar, B>& logits, const Set& rows) {
  const detail::host_logits<typename B::scalar> scores("fewclip::metrics::mean_max_probability", logits, detail::labels_of(rows));
  double sum = 0;
  for (std::size_t r = 0; r < scores.rows(); ++r) sum += detail::softmax_of(scores.row(r), 0).confidence;
  return sum / static_cast<double>(scores.rows());
}

}  // namespace fewclip::metrics
