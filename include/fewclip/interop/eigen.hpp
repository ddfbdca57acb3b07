#pragma once
/// \file
/// Tensors of the host as matrices of Eigen, without a copy. The other direction is matrix_view.

#include <Eigen/Core>

#include "fewclip/core/tensor.hpp"

namespace fewclip {

/// Eigen's row-major matrix of any extents.
template <class Scalar>
using eigen_row_major = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Views a tensor as a matrix of Eigen, [rows, columns]; dimensions after the first are joined into columns.
///
/// Valid as long as the tensor is neither written to nor destroyed. Nothing is copied.
template <class Scalar, class Backend>
requires(Backend::memory::host_accessible) Eigen::Map<const eigen_row_major<Scalar>> as_eigen(const basic_tensor<Scalar, Backend>& values) {
  return {values.data(), values.rows(), values.columns()};
}

/// Views a tensor as a matrix of Eigen that may be written to; storage that is shared or borrowed is copied first.
template <class Scalar, class Backend>
requires(Backend::memory::host_accessible) Eigen::Map<eigen_row_major<Scalar>> as_mutable_eigen(basic_tensor<Scalar, Backend>& values) {
  Scalar* data = values.mutable_data();
  return {data, values.rows(), values.columns()};
}

/// A view would outlive the tensor.
template <class Scalar, class Backend>
void as_eigen(const basic_tensor<Scalar, Backend>&&) = delete;

}  // namespace fewclip
