#pragma once
/// \file
/// Batches of rows in an order that changes with every epoch.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "fewclip/concepts/sampler.hpp"
#include "fewclip/core/random.hpp"

namespace fewclip::samplers {

/// Batches of rows in a random order, a new one for every epoch; the last batch of an epoch may be smaller.
///
/// \models sampler
/// The order is a function of (seed, epoch) only, so training can stop after any step and go on.
struct shuffled {
  /// Hyper-parameters.
  struct params {
    index batch_size = 256;
    std::uint64_t seed = 1;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "batch_size", .meaning = "rows per step", .origin = "Tip-Adapter's code", .lowest = 1, .highest = 1e9},
              self.batch_size);
      visitor(setting{.name = "seed", .meaning = "of the random order", .origin = "ours", .lowest = 0, .highest = 9e15}, self.seed);
    }
  };
  params settings{};

  /// Rows per step.
  index batch_size(index rows) const { return std::max<index>(1, std::min(rows, settings.batch_size)); }

  /// The order of the rows in an epoch.
  /// \param rows number of rows
  /// \param epoch counted from 0
  std::vector<index> order(index rows, index epoch) const {
    return random_stream(settings.seed, static_cast<std::uint64_t>(epoch)).permutation(rows);
  }
};

}  // namespace fewclip::samplers
