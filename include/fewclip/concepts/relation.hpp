#pragma once
/// \file
/// The role of a relation: class scores by way of other rows, and the two parts it is made of.

#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip {

/// A component that holds rows of texts that need not be classes.
///
/// Required of `Anchors`: what concept component asks, and `fitted::rows(x) const`, unit rows [anchors, dim] that depend on its parameters: a
/// tensor for a tensor x, a variable on the tape of x for a variable x (see beside()).
///
/// Models: relations::fixed_anchors, relations::feature_anchors, relations::token_anchors.
template <class Anchors, class B>
concept anchors = component<Anchors, B> && requires(const typename Anchors::template fitted<B>& fitted, const tensor<B>& x) {
  { value_of(fitted.rows(x)) } -> std::convertible_to<tensor<B>>;
};

/// A component that maps image rows to queries and anchors to keys.
///
/// Required of `QueryKey`: what concept component asks, `fitted::query(x) const` and `fitted::key(x) const`, rows [n, dim] to rows of one width,
/// templates over `tensor<B>` and `variable<B>`.
///
/// Models: relations::identity_query_key, relations::linear_query_key.
template <class QueryKey, class B>
concept query_key = component<QueryKey, B> && requires(const typename QueryKey::template fitted<B>& fitted, const tensor<B>& x) {
  { value_of(fitted.query(x)) } -> std::convertible_to<tensor<B>>;
  { value_of(fitted.key(x)) } -> std::convertible_to<tensor<B>>;
};

/// A component that scores images against classes by way of other rows.
///
/// Required of `Relation`: what concept component asks, `fitted::scores(x) const`, image rows x [n, dim] to [n, classes], a template over
/// `tensor<B>` and `variable<B>`, and `fitted::retune(params)`. Optional: `visit_parameters(visitor)`; `seal()`; `study(x)`, whose result has
/// `scores(params)`, for searches.
///
/// Models: relations::open_semantics.
template <class Relation, class B>
concept relation = component<Relation, B> &&
    requires(typename Relation::template fitted<B>& fitted, const tensor<B>& x, const typename Relation::params& settings) {
  { value_of(fitted.scores(x)) } -> std::convertible_to<tensor<B>>;
  fitted.retune(settings);
};

}  // namespace fewclip
