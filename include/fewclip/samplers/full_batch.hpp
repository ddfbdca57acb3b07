#pragma once
/// \file
/// All rows in every step.

#include <vector>

#include "fewclip/concepts/sampler.hpp"

namespace fewclip::samplers {

/// All rows in every step, in their own order; an epoch is one step.
///
/// \models sampler
struct full_batch {
  using params = no_settings;
  params settings{};

  /// Rows per step.
  index batch_size(index rows) const { return rows; }

  /// The order of the rows: empty, since they stay as they are.
  std::vector<index> order(index, index) const { return {}; }
};

}  // namespace fewclip::samplers
