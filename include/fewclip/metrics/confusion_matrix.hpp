#pragma once
/// \file
/// Which classes are taken for which.

#include <utility>
#include <vector>

#include "fewclip/metrics/detail/plain_rows.hpp"

namespace fewclip::metrics {

/// Counts of pairs (label, prediction).
class confusion_counts {
 public:
  /// \param counts [classes * classes], row by row, one row per true class
  /// \param classes the number of classes
  confusion_counts(std::vector<index> counts, index classes) : counts_(std::move(counts)), classes_(classes) {}

  index classes() const { return classes_; }

  /// Rows of class `truth` that were predicted to be of class `predicted`; not checked.
  index operator()(label truth, label predicted) const {
    return counts_[static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_) + static_cast<std::size_t>(predicted)];
  }

  /// All counts, row by row, one row per true class.
  const std::vector<index>& counts() const { return counts_; }

  /// The counts divided by the number of rows of the true class; zeros for a class without rows. [classes * classes]
  std::vector<double> row_shares() const {
    const auto classes = static_cast<std::size_t>(classes_);
    std::vector<double> out(counts_.size(), 0);
    for (std::size_t c = 0; c < classes; ++c) {
      index rows = 0;
      for (std::size_t j = 0; j < classes; ++j) rows += counts_[c * classes + j];
      if (rows == 0) continue;
      for (std::size_t j = 0; j < classes; ++j)
        out[c * classes + j] = static_cast<double>(counts_[c * classes + j]) / static_cast<double>(rows);
    }
    return out;
  }

 private:
  std::vector<index> counts_;
  index classes_;
};

/// How often a row of one class was predicted to be of another.
/// \param scores logits [n, classes], of which the first maximum of a row counts, or predicted labels [n]
/// \param rows the n rows with their labels
/// \throws shape_error where the extents do not fit together, value_error for no rows or a prediction outside 0..classes-1
template <scores_or_predictions Scores, measured_set Set>
confusion_counts confusion_matrix(const Scores& scores, const Set& rows) {
  const class_labels& labels = detail::labels_of(rows);
  return {detail::count_pairs(detail::predictions("fewclip::metrics::confusion_matrix", scores, labels), labels), labels.classes()};
}

}  // namespace fewclip::metrics
