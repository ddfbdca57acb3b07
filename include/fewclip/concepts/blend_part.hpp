#pragma once
/// \file
/// What an adapter needs to stand inside another one: in adapters::blend, and behind adapters::class_residual.

#include <concepts>

#include "fewclip/concepts/adapter.hpp"

namespace fewclip {

/// A part whose params have a place in the params of a blend.
///
/// Required of `Part`: `Part::role`, an aggregate with one member of type `Part::params`, named after the part's role (head, cache,
/// divergence), and visit_settings; and the static function `Part::params_of(role)`, which returns a reference to that member.
///
/// Models: heads::text, caches::key_value, caches::signature_divergence.
template <class Part>
concept blend_part = has_settings<typename Part::role> && requires(const typename Part::role& all) {
  { Part::params_of(all) } -> std::same_as<const typename Part::params&>;
};

/// An adapter whose fitted form can be given other settings that take effect at prediction.
///
/// Required of `Part`: `fitted::retune(params)`; the settings that take effect at the fit are not looked at.
///
/// Models: heads::text, heads::linear_from_text, caches::key_value, caches::signature_divergence, adapters::blend, adapters::mapped, adapters::class_residual.
template <class Part, class B>
concept retunable = requires(typename Part::template fitted<B>& fitted, const typename Part::params& settings) {
  fitted.retune(settings);
};

/// An adapter that can be told by how much the cosines of each query with each class are shifted.
///
/// Required of `Part`: `fitted::logits(x, shift) const` with rows x [n, dim] and shift [n, classes], tensors or variables.
///
/// Models: heads::text, caches::key_value with a shiftable_kernel, adapters::blend of such parts.
template <class Part, class B>
concept shiftable = requires(const typename Part::template fitted<B>& fitted, const tensor<B>& x) {
  { fitted.logits(x, x) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
