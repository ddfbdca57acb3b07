#pragma once
/// \file
/// The role of a refiner: what is done to texts, keys and queries before a cache compares them.

#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip {

/// A component that maps rows to the rows a cache works on, the same way for texts, keys and queries.
///
/// Required of `Refiner`: what concept component asks, and `fitted::refine(x) const`, rows x [n, dim] to rows [n, channels], a template over
/// `tensor<B>` and `variable<B>`. Each row is refined by itself, so that a query alone and a query in a batch come out the same.
///
/// Models: refiners::all_channels, refiners::prior_channels.
template <class Refiner, class B>
concept refiner = component<Refiner, B> && requires(const typename Refiner::template fitted<B>& fitted, const tensor<B>& x) {
  { value_of(fitted.refine(x)) } -> std::convertible_to<tensor<B>>;
};

/// A refiner that also selects channels without changing them, for adapters::class_residual.
///
/// Required beside concept refiner: `fitted::select(x) const`, x [n, dim] to [n, channels], a template over `tensor<B>` and `variable<B>`, and
/// `fitted::channels() const`, the positions kept [channels].
///
/// Models: refiners::prior_channels.
template <class Refiner, class B>
concept channel_refiner = refiner<Refiner, B> && requires(const typename Refiner::template fitted<B>& fitted, const tensor<B>& x) {
  { value_of(fitted.select(x)) } -> std::convertible_to<tensor<B>>;
  { fitted.channels() } -> std::convertible_to<label_tensor<B>>;
};

}  // namespace fewclip
