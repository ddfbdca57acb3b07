#pragma once
/// \file
/// Which pooler makes the keys of a cache behind a tuned one: the blend, the original, the tuned.

#include <concepts>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/stages.hpp"

namespace fewclip::poolers {
namespace detail {

/// What a first stage on mapped<tuned<Pooler, Blend>, Inner> has: a share of the tuned feature.
template <class First>
concept blending = requires(const First& first) {
  first.adapter();
  { first.settings().adapter.map.alpha } -> std::convertible_to<double>;
};

/// What a classifier on mapped<tuned<Pooler, Blend>, Inner> would make of rows with another share of the tuned feature.
template <blending First, compute_backend B>
tensor<B> features_blended_at(double alpha, const First& first, const tensor<B>& x) {
  auto adapter = first.adapter();
  auto settings = first.settings().adapter;
  settings.map.alpha = alpha;
  adapter.retune(settings);
  return adapter.map(x);
}

}  // namespace detail

/// Keys as queries are: norm of the blend. The default of safe_a (ours).
using keys_of_blend = keys_like_queries;

/// Keys norm(f0) of the original pooler.
///
/// \models key_source
struct keys_of_original {
  /// \param first a fitted safe
  /// \param x rows of tokens
  /// \returns unit rows [n, embed]
  template <detail::blending First, compute_backend B>
  static tensor<B> of(const First& first, const tensor<B>& x) {
    return detail::features_blended_at(0, first, x);
  }
};

/// Keys norm(f) of the tuned pooler.
///
/// \models key_source
struct keys_of_tuned {
  /// \param first a fitted safe
  /// \param x rows of tokens
  /// \returns unit rows [n, embed]
  template <detail::blending First, compute_backend B>
  static tensor<B> of(const First& first, const tensor<B>& x) {
    return detail::features_blended_at(1, first, x);
  }
};

}  // namespace fewclip::poolers
