#pragma once
/// \file
/// The role of keys: what becomes of the support rows that a cache remembers.

#include <concepts>

#include "fewclip/autograd/operations/packed_product.hpp"

namespace fewclip {

/// The rows a cache compares queries with.
///
/// Required of `Keys`: a class template `Keys::fitted<B>`, constructed from a `tensor<B>` of rows [keys, dim] that are grouped by class, with
/// `rows() const`, the rows as a `tensor<B>` or, where they are trained, a `parameter<B>`; and `packed() const`, the same rows as packed by the
/// backend. Optional: `visit_parameters(visitor)`; `seal()` to pack once after training; `release()`, called after the fit where the kernel
/// reads packed keys alone, to let go of what only `rows()` needs.
///
/// Models: caches::frozen_keys, caches::learnable_keys.
template <class Keys, class B>
concept keys = std::constructible_from<typename Keys::template fitted<B>, tensor<B>> &&
    requires(const typename Keys::template fitted<B>& fitted) {
  { value_of(fitted.rows()) } -> std::convertible_to<tensor<B>>;
  { fitted.packed() } -> std::convertible_to<packed_operand<B>>;
};

}  // namespace fewclip
