#pragma once
/// \file
/// Where two pooled features are blended: as they come, or as unit rows.

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/rows.hpp"

namespace fewclip::poolers {
namespace detail {

template <class Left, class Right>
auto blended(const Left& tuned, const Right& original, double alpha) {
  return ops::normalise_rows(ops::add_scaled(tuned, alpha, original, 1 - alpha));
}

}  // namespace detail

/// norm(alpha f + (1 - alpha) f0): the raw features are blended and normalised once, so that the longer counts more than its share.
struct blend_raw_features {
  /// \param tuned f [n, embed]
  /// \param original f0 [n, embed]
  /// \param alpha in [0, 1]
  /// \returns unit rows [n, embed]
  template <operand Left, operand Right>
  static auto blend(const Left& tuned, const Right& original, double alpha) {
    return detail::blended(tuned, original, alpha);
  }
};

/// norm(alpha norm(f) + (1 - alpha) norm(f0)): each has its share, whatever its length. The default of safe (ours).
struct blend_unit_features {
  /// \param tuned f [n, embed]
  /// \param original f0 [n, embed]
  /// \param alpha in [0, 1]
  /// \returns unit rows [n, embed]
  template <operand Left, operand Right>
  static auto blend(const Left& tuned, const Right& original, double alpha) {
    return detail::blended(ops::normalise_rows(tuned), ops::normalise_rows(original), alpha);
  }
};

}  // namespace fewclip::poolers
