#pragma once
/// \file
/// How a matrix product is meant.

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// Which operand of a product is transposed, and the factors of C = alpha op(A) op(B) + beta C.
struct product_options {
  bool transpose_left = false;
  bool transpose_right = false;
  double alpha = 1;
  double beta = 0;  ///< C is not read where this is 0
};

/// Where the matrices of one operand of a batch lie, in elements.
struct batch_strides {
  index outer = 0;  ///< from one group of products to the next
  index inner = 0;  ///< from one product of a group to the next
  index row = 0;    ///< from one row of a matrix to the next
};

/// `outer` x `inner` products of equal extents, each [rows, depth] times [depth, columns] after transposition.
///
/// Product (o, i) works on the matrices that begin at o * strides.outer + i * strides.inner of each operand. An attention over n sequences with h
/// heads is outer = n, inner = h, with the heads lying side by side in a row.
struct product_batch {
  index outer = 1;
  index inner = 1;
  index rows = 0;
  index columns = 0;
  index depth = 0;
  batch_strides a{};
  batch_strides b{};
  batch_strides c{};
};

}  // namespace fewclip
