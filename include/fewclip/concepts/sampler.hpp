#pragma once
/// \file
/// The role of a sampler: which rows a training step sees.

#include <concepts>
#include <vector>

#include "fewclip/core/settings.hpp"

namespace fewclip {

/// The order of the training rows in each epoch, without memory.
///
/// Required of `Sampler`: `Sampler::params` with visit_settings, construction as `Sampler{params}`, and
/// - `sampler.batch_size(rows) const`: rows per step, at least 1; the last step of an epoch takes what is left;
/// - `sampler.order(rows, epoch) const`: row numbers in the order of that epoch; empty for 0, 1, 2, ... It may list fewer rows where
///   batch_size is `rows`: then an epoch is one step on those.
///
/// Models: samplers::shuffled, samplers::full_batch, samplers::cross_modal.
template <class Sampler>
concept sampler = has_settings<typename Sampler::params> &&
    requires(const typename Sampler::params& settings, const Sampler& self, index n) {
  Sampler{settings};
  { self.batch_size(n) } -> std::same_as<index>;
  { self.order(n, n) } -> std::same_as<std::vector<index>>;
};

}  // namespace fewclip
