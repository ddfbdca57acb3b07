#pragma once
/// \file
/// The systems of Thrust that fewclip can compute on, and what the backend needs of each.

#include "fewclip/config.hpp"
#include "fewclip/core/product_options.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::systems {

/// Thrust's serial host system; header fewclip/backend/thrust.hpp.
struct cpp {};

/// Thrust's OpenMP system; header fewclip/backend/thrust.hpp, compiled with -fopenmp.
struct omp {};

/// Thrust's CUDA system; header fewclip/backend/cuda.cuh, compiled by nvcc.
struct cuda {};

}  // namespace fewclip::systems

namespace fewclip::backend::detail {

/// One product out = alpha op(left) op(right) + beta out of row-major matrices; the distance between rows of out is `columns`.
template <class Scalar>
struct thrust_product {
  bool transpose_left = false;
  bool transpose_right = false;
  Scalar alpha = 1;
  Scalar beta = 0;  ///< out is not read where this is 0
  index rows = 0;
  index columns = 0;
  index depth = 0;
  const Scalar* left = nullptr;
  index left_stride = 0;
  const Scalar* right = nullptr;
  index right_stride = 0;
  Scalar* out = nullptr;
};

/// Many products of equal extents, see product_batch.
template <class Scalar>
struct thrust_product_batch {
  bool transpose_left = false;
  bool transpose_right = false;
  Scalar alpha = 1;
  Scalar beta = 0;  ///< c is not read where this is 0
  product_batch extents{};
  const Scalar* a = nullptr;
  const Scalar* b = nullptr;
  Scalar* c = nullptr;
};

/// What a specialisation for a system tag provides, all static:
/// - `name`, for reports, and `host_accessible`, whether the host may read its memory through a plain pointer;
/// - `execution()`, the execution policy that algorithms are called with;
/// - `guarded(f)`: runs f and turns the system's exceptions into device_error;
/// - `allocate(bytes)` and `release(pointer)`; `from_host(out, in, bytes)` and `to_host(out, in, bytes)`;
/// - `multiply(product)` for a thrust_product with rows, columns and depth > 0, and for a thrust_product_batch with rows and columns > 0.
template <class System>
struct thrust_system;

/// A product of inner extent 0, since not every library takes that for a product.
template <class Scalar>
struct scaled_element {
  Scalar* out;
  Scalar factor;
  FEWCLIP_HOST_DEVICE void operator()(index i) const { out[i] = factor == Scalar(0) ? Scalar(0) : factor * out[i]; }
};

/// Hands one row of a buffer of products to an epilogue.
template <class Scalar, class Epilogue>
struct row_of_products {
  Epilogue epilogue;
  Scalar* buffer;
  index first_row;
  index columns;
  FEWCLIP_HOST_DEVICE void operator()(index row) const { epilogue(first_row + row, index{0}, columns, buffer + row * columns); }
};

}  // namespace fewclip::backend::detail
