#pragma once
/// \file
/// The role of a pooler: tokens to one feature row per image.

#include <concepts>

#include "fewclip/autograd/variable.hpp"

namespace fewclip {

/// Which of a trunk's tokens a pooler looks at.
enum class tokens_read {
  first,  ///< the first only, so a trunk may leave out the others
  all
};

/// The part of an image encoder above its trunk.
///
/// Required of `Pooler`: `Pooler::params`, the sizes; a constant `Pooler::reads`; a class template `Pooler::fitted<B>`, constructed from params,
/// with `pool(x) const`, tokens [n, places, width] to raw features [n, embed], a template over `tensor<B>` and `variable<B>`, and
/// `visit_parameters(visitor)`, the names of a checkpoint without "visual.". A pooler that reads tokens_read::first also takes [n, width].
///
/// Optional member of `fitted`: `prepare()`, to pack weights for inference.
///
/// Models: poolers::class_token, poolers::attention, poolers::last_block.
template <class Pooler, class B>
concept pooler = requires {
  typename Pooler::params;
  { Pooler::reads } -> std::convertible_to<tokens_read>;
  requires std::constructible_from < typename Pooler::template fitted<B>,
  const typename Pooler::params& > ;
}
&&requires(const typename Pooler::template fitted<B>& fitted, const tensor<B>& tokens) {
  { value_of(fitted.pool(tokens)) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
