#pragma once
/// \file
/// The role of values: what a key of a cache is worth for its class.

#include <concepts>

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

/// The weight of each key of a cache.
///
/// Required of `Values`: `Values::params` with visit_settings, and a class template `Values::fitted<B>`, constructed from the refined text
/// rows [classes, channels] (empty where there is no text), the refined keys [keys, channels] grouped by class, the `class_segments<B>` of the
/// keys and params; with `weights() const`, a `tensor<B>` or `parameter<B>` of [keys], or an empty tensor for ones. Optional:
/// `visit_parameters(visitor)`, and `retune(params)` where settings take effect at prediction.
///
/// Models: caches::labels, caches::divergence_weights, caches::learnable_weights.
template <class Values, class B>
concept values = has_settings<typename Values::params> && std::constructible_from < typename Values::template fitted<B>,
const tensor<B>&, const tensor<B>&, const class_segments<B>&,
    const typename Values::params& > &&requires(const typename Values::template fitted<B>& fitted) {
  { value_of(fitted.weights()) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
