#pragma once
/// \file
/// How many predictions are right, over all rows and class by class.

#include <string>
#include <vector>

#include "fewclip/metrics/detail/plain_rows.hpp"

namespace fewclip::metrics {

/// A count of right predictions.
struct hit_share {
  index hits = 0;  ///< rows predicted right
  index rows = 0;  ///< rows in all

  /// hits / rows, between 0 and 1; 0 where there are no rows.
  double share() const { return rows == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(rows); }
};

/// Top-1 accuracy over all rows, not balanced over classes: the figure of all few-shot tables.
/// \param scores logits [n, classes], of which the first maximum of a row counts, or predicted labels [n]
/// \param rows the n rows with their labels
/// \throws shape_error where the extents do not fit together, value_error for no rows or a prediction outside 0..classes-1
template <scores_or_predictions Scores, measured_set Set>
hit_share accuracy(const Scores& scores, const Set& rows) {
  const class_labels& labels = detail::labels_of(rows);
  const std::vector<label> predicted = detail::predictions("fewclip::metrics::accuracy", scores, labels);
  hit_share out{0, labels.size()};
  for (std::size_t r = 0; r < predicted.size(); ++r) out.hits += predicted[r] == labels.values()[r] ? 1 : 0;
  return out;
}

/// Mean of the accuracies of the classes that have rows (macro accuracy): the original measure of Caltech101, Oxford Pets and FGVC
/// Aircraft.
/// \param scores logits [n, classes], of which the first maximum of a row counts, or predicted labels [n]
/// \param rows the n rows with their labels
/// \returns a share between 0 and 1
/// \throws shape_error where the extents do not fit together, value_error for no rows or a prediction outside 0..classes-1
template <scores_or_predictions Scores, measured_set Set>
double mean_class_accuracy(const Scores& scores, const Set& rows) {
  const class_labels& labels = detail::labels_of(rows);
  const std::vector<label> predicted = detail::predictions("fewclip::metrics::mean_class_accuracy", scores, labels);
  const std::vector<index> all = labels.counts();
  std::vector<index> right(all.size(), 0);
  for (std::size_t r = 0; r < predicted.size(); ++r) {
    if (predicted[r] == labels.values()[r]) ++right[static_cast<std::size_t>(predicted[r])];
  }
  double sum = 0;
  index present = 0;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c] == 0) continue;
    sum += static_cast<double>(right[c]) / static_cast<double>(all[c]);
    ++present;
  }
  return sum / static_cast<double>(present);
}

}  // namespace fewclip::metrics
