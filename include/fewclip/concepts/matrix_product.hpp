#pragma once
/// \file
/// The role of a matrix-product provider.

#include <concepts>

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// A provider of single-threaded products on tiles; the backend owns the loop over tiles and the epilogue.
///
/// Required of `Provider`, for a scalar type S:
/// - `Provider::name()`, a string for reports;
/// - `Provider::pack(const S* weights, index columns, index depth)`: prepares weights [columns, depth] once; the result has the members
///   `columns`, `depth` and `tile_columns` (how many columns to ask for at a time) and may be used from many threads;
/// - `Provider::multiply_packed(x, rows, packed, first, last, out)`: out [rows, last - first] = x weights^T for columns first..last-1, where
///   first is a multiple of tile_columns and last is the next multiple or the end.
///
/// Optional, where the packed form does not refer to the weights: `Provider::unpack(packed, out)`, which writes them to out [columns, depth];
/// with it `Provider::can_unpack(packed)`, where that differs from one packed form to another.
///
/// Models: products::eigen, products::onednn, products::any_of.
template <class Provider, class Scalar>
concept matrix_product = requires(const Scalar* in, Scalar* out, index n) {
  { Provider::name() } -> std::convertible_to<const char*>;
  { Provider::pack(in, n, n).tile_columns } -> std::convertible_to<index>;
  {Provider::multiply_packed(in, n, Provider::pack(in, n, n), n, n, out)};
};

}  // namespace fewclip
