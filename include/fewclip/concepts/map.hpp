#pragma once
/// \file
/// The role of a map: what changes features in front of an adapter.

#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip {

/// A component that maps feature rows to feature rows.
///
/// Required of `Map`: what concept component asks, and `fitted::map(x) const`, rows x [n, dim] to rows of the width and length that the
/// adapter behind it takes, a template over `tensor<B>` and `variable<B>`. Optional: `visit_parameters(visitor)`,
/// `retune(params)`, `study(x)`, `seal()`, see docs/extend/map.md.
///
/// Models: layers::bottleneck, poolers::tuned.
template <class Map, class B>
concept map = component<Map, B> && requires(const typename Map::template fitted<B>& fitted, const tensor<B>& x) {
  { value_of(fitted.map(x)) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
