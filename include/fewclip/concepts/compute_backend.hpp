#pragma once
/// \file
/// All that an algorithm may ask of a backend, on one page.

#include <concepts>

#include "fewclip/config.hpp"
#include "fewclip/core/labels.hpp"
#include "fewclip/core/product_options.hpp"
#include "fewclip/core/tensor.hpp"

namespace fewclip {

namespace concepts::detail {
struct element_body {
  void operator()(index) const {}
};
struct row_epilogue {
  template <class Scalar>
  void operator()(index, index, index, Scalar*) const {}
};
}  // namespace concepts::detail

/// A place to compute: a scalar type, memory and eight primitives. Every operation of fewclip is written in these.
///
/// | primitive | meaning |
/// |---|---|
/// | `B::for_each(count, f)` | f(i) for 0 <= i < count, in any order, in parallel; for element-wise work |
/// | `B::for_each_row(rows, work, f)` | f(r) for 0 <= r < rows, in parallel; `work` estimates the operations of one row |
/// | `B::product(options, a, b, c)` | C = alpha op(A) op(B) + beta C for row-major matrices |
/// | `B::pack(w)` | the rows of w [columns, depth] prepared as the right operand of many products; keeps w alive |
/// | `B::product_rows(x, packed, f)` | x w^T with an epilogue: f(row, first, last, values) once the products of that row with columns first..last-1 are in `values`; for one row the calls come in ascending order from one thread, and `values` may be overwritten. Nothing of size rows x columns is stored. |
/// | `B::product_tiles(x, packed, f)` | the same, with the calls for one row in any order from any thread: for epilogues that only write their tile, and faster on few rows |
/// | `B::batched_product(options, batch, a, b, c)` | many small products of plain pointers, see product_batch |
/// | `B::memory` | allocate, fill, copy, from_host, to_host |
///
/// Bodies are called on the device where the backend has one, so they capture plain pointers and numbers by value and are marked
/// FEWCLIP_HOST_DEVICE.
///
/// Models: backend::cpu, backend::thrust (and with it backend::cuda).
template <class B>
concept compute_backend = std::floating_point<typename B::scalar> &&
    requires(index n, const tensor<B>& a, tensor<B>& c, typename B::scalar* p) {
  typename B::memory;
  { B::name() } -> std::convertible_to<std::string>;
  {B::for_each(n, concepts::detail::element_body{})};
  {B::for_each_row(n, n, concepts::detail::element_body{})};
  {B::product(product_options{}, a, a, c)};
  {B::product_rows(a, B::pack(a), concepts::detail::row_epilogue{})};
  {B::product_tiles(a, B::pack(a), concepts::detail::row_epilogue{})};
  {B::batched_product(product_options{}, product_batch{}, p, p, p)};
};

/// Labels in the memory of a backend, [rows].
template <class Backend>
using label_tensor = basic_tensor<label, Backend>;

}  // namespace fewclip
