#pragma once

// What every measure is made of, on plain numbers of the host.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "fewclip/metrics/query_labels.hpp"

namespace fewclip::metrics::detail {

template <compute_backend B>
const class_labels& labels_of(const query_set<B>& rows) {
  return query_labels::of(rows);
}

template <compute_backend B>
const class_labels& labels_of(const validation_set<B>& rows) {
  return rows.labels();
}

/// The largest probability of one row, and what the row gives its label.
struct row_softmax {
  std::size_t top = 0;       ///< the first column of the largest score
  double confidence = 0;     ///< its probability
  double cross_entropy = 0;  ///< minus the logarithm of the label's probability
};

template <class Scalar>
std::size_t first_largest(std::span<const Scalar> row) {
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

template <class Scalar>
row_softmax softmax_of(std::span<const Scalar> row, label own) {
  row_softmax out;
  out.top = first_largest(row);
  const auto largest = static_cast<double>(row[out.top]);
  double sum = 0;
  for (const Scalar z : row) sum += std::exp(static_cast<double>(z) - largest);
  out.confidence = 1 / sum;
  out.cross_entropy = std::log(sum) + largest - static_cast<double>(row[static_cast<std::size_t>(own)]);
  return out;
}

inline void require_rows(const std::string& where, index got, const class_labels& labels) {
  if (labels.empty()) throw value_error(expected_got(where, "rows", "at least one", "none"));
  if (got != labels.size()) {
    throw shape_error(
        expected_got(where, "rows of the predictions", std::to_string(labels.size()) + " (one per label)", std::to_string(got)));
  }
}

/// Logits on the host, checked against labels.
template <class Scalar>
class host_logits {
 public:
  template <class B>
  host_logits(const std::string& where, const basic_tensor<Scalar, B>& logits, const class_labels& labels)
      : values_(logits.to_host()), columns_(static_cast<std::size_t>(logits.columns())) {
    require_rows(where, logits.rows(), labels);
    if (logits.rank() != 2 || logits.columns() != labels.classes()) {
      throw shape_error(expected_got(where, "columns of the logits", std::to_string(labels.classes()) + " (classes of the labels)",
                                     std::to_string(logits.columns())));
    }
  }

  std::span<const Scalar> row(std::size_t at) const { return std::span<const Scalar>(values_).subspan(at * columns_, columns_); }
  std::size_t rows() const { return values_.size() / columns_; }

 private:
  std::vector<Scalar> values_;
  std::size_t columns_;
};

/// The first of the largest scores of each row.
template <class Scalar, class B>
std::vector<label> predictions(const std::string& where, const basic_tensor<Scalar, B>& logits, const class_labels& labels) {
  const host_logits<Scalar> scores(where, logits, labels);
  std::vector<label> out(scores.rows());
  for (std::size_t r = 0; r < out.size(); ++r) out[r] = static_cast<label>(first_largest(scores.row(r)));
  return out;
}

/// Predictions as they were given, checked.
template <label_range Range>
std::vector<label> predictions(const std::string& where, const Range& given, const class_labels& labels) {
  require_rows(where, static_cast<index>(given.size()), labels);
  const class_labels checked(given, labels.classes());
  return {checked.values().begin(), checked.values().end()};
}

/// How often a row of class i was predicted to be of class j, at i * classes + j.
inline std::vector<index> count_pairs(std::span<const label> predicted, const class_labels& labels) {
  const auto classes = static_cast<std::size_t>(labels.classes());
  std::vector<index> out(classes * classes, 0);
  for (std::size_t r = 0; r < predicted.size(); ++r) {
    ++out[static_cast<std::size_t>(labels.values()[r]) * classes + static_cast<std::size_t>(predicted[r])];
  }
  return out;
}

}  // namespace fewclip::metrics::detail

namespace fewclip::metrics {

/// Rows whose labels a measure may read: a query_set, or a validation_set.
template <class Set>
concept measured_set = requires(const Set& rows) {
  detail::labels_of(rows);
};

/// What can be compared with labels: logits [n, classes] of any backend, or predicted labels [n] of the host.
template <class Scores>
concept scores_or_predictions = requires(const Scores& scores) {
  detail::predictions(std::string(), scores, class_labels());
};

}  // namespace fewclip::metrics
