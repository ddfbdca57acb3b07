#pragma once
/// \file
/// The role of a source of keys: which features of its support rows a second stage remembers.

#include <concepts>

#include "fewclip/core/tensor.hpp"

namespace fewclip {

/// What makes the keys of a second stage out of the fitted first one.
///
/// Required of `Source`: `Source::of(first, x)`, static, support rows x of the first stage to rows [n, dim] of the width and length that
/// `first.features(x)` has; see docs/extend/key_source.md.
///
/// Models: keys_like_queries, poolers::keys_of_blend, poolers::keys_of_original, poolers::keys_of_tuned.
template <class Source, class First, class B>
concept key_source = requires(const First& first, const tensor<B>& x) {
  { Source::of(first, x) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
