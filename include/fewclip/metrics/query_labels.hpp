#pragma once
/// \file
/// The one door to a query set's labels.

#include "fewclip/config.hpp"
#include "fewclip/core/sets.hpp"

namespace fewclip::metrics {

/// Reads the labels of a query set, for code in metrics/ that measures predictions.
struct query_labels {
  template <compute_backend B>
  static const class_labels& of(const query_set<B>& queries) {
    return queries.rows_.labels();
  }
};

}  // namespace fewclip::metrics
