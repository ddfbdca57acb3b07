#pragma once

// Five rows of three classes, small enough to check on paper.

#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/sets.hpp"

namespace few_rows {

using B = fewclip::backend::cpu<double>;
using fewclip::label;

/// Predictions: 0, 0 (a tie with class 2), 1, 1, 0.
inline const std::vector<double>& values() {
  static const std::vector<double> out{2, 1, 0, 3, 1, 3, 0, 5, 1, 1, 2, 1, 4, 0, 0};
  return out;
}

inline fewclip::tensor<B> logits() { return fewclip::tensor<B>::from_host(values().data(), {5, 3}); }

inline const std::vector<label> truth{0, 2, 1, 0, 0};
inline const std::vector<double> features(5, 1);

inline fewclip::query_set<B> queries() { return {fewclip::matrix_view<double>(features.data(), 5, 1), fewclip::class_labels(truth, 3)}; }
inline fewclip::validation_set<B> validation() {
  return {fewclip::matrix_view<double>(features.data(), 5, 1), fewclip::class_labels(truth, 3)};
}

/// The labels of class_labels(truth, 4): one class more, without rows.
inline fewclip::query_set<B> queries_with_an_empty_class() {
  return {fewclip::matrix_view<double>(features.data(), 5, 1), fewclip::class_labels(truth, 4)};
}

}  // namespace few_rows
