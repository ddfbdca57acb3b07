#pragma once
/// \file
/// The role of a kernel: how near a query is to the keys of each class.

#include <concepts>

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

/// An affinity between queries and keys, summed over the keys of each class.
///
/// Required of `Kernel`: `Kernel::params` with visit_settings, all of which take effect at prediction, and the static function
/// `Kernel::class_sums(params, x, keys, packed, weights, segments)`: out[b, c] = sum over keys i of class c of w_i K(x_b, key_i), [n, classes].
/// x [n, dim] and keys [rows, dim] are tensors, variables or parameters; `packed` is the same keys as the backend packs them; weights [rows]
/// are a tensor or a parameter, empty for ones; `segments` are the classes of the keys. Optional: `Kernel::packed_keys_suffice` = true where
/// `keys` is not read; after the fit it may then be empty.
///
/// Models: kernels::exponential_affinity.
template <class Kernel, class B>
concept kernel = has_settings<typename Kernel::params> && requires(const typename Kernel::params& settings, const tensor<B>& x,
                                                                   const packed_operand<B>& packed, const class_segments<B>& segments) {
  { Kernel::class_sums(settings, x, x, packed, x, segments) } -> std::convertible_to<tensor<B>>;
};

/// A kernel that knows what a class-wise shift of all cosines does to its sums, for caches inside adapters::class_residual.
///
/// Required beside concept kernel: `Kernel::shifted(params, sums, shift)`, what class_sums would be with every cosine of query b and a key of
/// class c shifted by shift[b, c]; sums and shift are [n, classes], tensors or variables.
///
/// Models: kernels::exponential_affinity.
template <class Kernel, class B>
concept shiftable_kernel = kernel<Kernel, B> && requires(const typename Kernel::params& settings, const tensor<B>& sums) {
  { Kernel::shifted(settings, sums, sums) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
