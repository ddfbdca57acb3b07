#pragma once
/// \file
/// Matrix products by Eigen: the default provider, always available.

#include <Eigen/Core>

#include "fewclip/config.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::products {

/// Which operand of a product is transposed.
struct transposition {
  bool left = false;
  bool right = false;
};

/// The extents of a product: [rows, depth] times [depth, columns].
struct product_extents {
  index rows = 0;
  index columns = 0;
  index depth = 0;
};

namespace detail {

/// out += alpha (w_0 row 0 + w_1 row 1 + ...): one row times a matrix. Eight rows are read side by side, since one core reads a single
/// stream of memory at about half the speed of several; Eigen walks over few columns of all rows at a time, which is as slow.
/// \param alpha a factor of all
/// \param w count factors, w_stride apart
/// \param rows count rows of `columns` numbers, row_stride apart
/// \param out `columns` numbers, apart from those that are read
template <class Scalar>
void add_weighted_rows(Scalar alpha, const Scalar* w, index w_stride, const Scalar* rows, index row_stride, index count, index columns,
                       Scalar* out) {
  constexpr index together = 8;
  index k = 0;
  for (; k + together <= count; k += together) {
    Scalar factor[together];
    for (index r = 0; r < together; ++r) factor[r] = alpha * w[(k + r) * w_stride];
    const Scalar* const from = rows + k * row_stride;
    FEWCLIP_INDEPENDENT_LOOP
    for (index c = 0; c < columns; ++c) {
      Scalar sum = out[c];
      for (index r = 0; r < together; ++r) sum += factor[r] * from[r * row_stride + c];
      out[c] = sum;
    }
  }
  for (; k < count; ++k) {
    const Scalar factor = alpha * w[k * w_stride];
    const Scalar* const from = rows + k * row_stride;
    FEWCLIP_INDEPENDENT_LOOP
    for (index c = 0; c < columns; ++c) out[c] += factor * from[c];
  }
}

}  // namespace detail

/// Eigen's matrix product.
///
/// \models matrix_product
/// Single-threaded: the backend cuts a product into tiles and runs the tiles in parallel.
struct eigen {
  static constexpr const char* name = "eigen";

  /// The right operand of many products, prepared once. Eigen packs panels inside each product, so this only remembers where the rows are.
  template <class Scalar>
  struct packed {
    const Scalar* rows = nullptr;
    index columns = 0;  ///< columns of the product, that is, rows of the operand
    index depth = 0;
    index tile_columns = 384;
  };

  /// \param weights [columns, depth], row-major; must outlive the result
  /// \param columns columns of the product
  /// \param depth length of the inner products
  template <class Scalar>
  static packed<Scalar> pack(const Scalar* weights, index columns, index depth) {
    return {weights, columns, depth};
  }

  /// out[i, j - first] = <x_i, w_j> for `rows` rows and columns first <= j < last; `last - first` is the distance between rows of out.
  template <class Scalar>
  static void multiply_packed(const Scalar* x, index rows, const packed<Scalar>& weights, index first, index last, Scalar* out);

  /// c = alpha op(a) op(b) + beta c on row-major tiles with row distances a_stride, b_stride, c_stride; c is not read where beta is 0.
  template <class Scalar>
  static void multiply(transposition op, product_extents size, Scalar alpha, const Scalar* a, index a_stride, const Scalar* b,
                       index b_stride, Scalar beta, Scalar* c, index c_stride);

 private:
  using stride = Eigen::OuterStride<>;
  template <class Scalar>
  using matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  template <class Scalar>
  using matrix_map = Eigen::Map<const matrix<Scalar>, Eigen::Unaligned, stride>;
  template <class Scalar>
  using mutable_map = Eigen::Map<matrix<Scalar>, Eigen::Unaligned, stride>;
};

// Not inline, so that backend/products/eigen_instances.hpp can keep units from compiling them.

template <class Scalar>
void eigen::multiply_packed(const Scalar* x, index rows, const packed<Scalar>& weights, index first, index last, Scalar* out) {
  const index columns = last - first;
  const matrix_map<Scalar> w(weights.rows + first * weights.depth, columns, weights.depth, stride(weights.depth));
  if (rows == 1) {
    const Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> row(x, weights.depth);
    Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(out, columns).noalias() = w * row;
    return;
  }
  const matrix_map<Scalar> left(x, rows, weights.depth, stride(weights.depth));
  mutable_map<Scalar>(out, rows, columns, stride(columns)).noalias() = left * w.transpose();
}

template <class Scalar>
void eigen::multiply(transposition op, product_extents size, Scalar alpha, const Scalar* a, index a_stride, const Scalar* b, index b_stride,
                     Scalar beta, Scalar* c, index c_stride) {
  mutable_map<Scalar> out(c, size.rows, size.columns, stride(c_stride));
  if (beta == Scalar(0)) {
    out.setZero();
  } else if (beta != Scalar(1)) {
    out *= beta;
  }
  if (size.rows == 1 && !op.right) {
    detail::add_weighted_rows(alpha, a, op.left ? a_stride : 1, b, b_stride, size.depth, size.columns, c);
    return;
  }
  const matrix_map<Scalar> left(a, op.left ? size.depth : size.rows, op.left ? size.rows : size.depth, stride(a_stride));
  const matrix_map<Scalar> right(b, op.right ? size.columns : size.depth, op.right ? size.depth : size.columns, stride(b_stride));
  if (op.left && op.right) {
    out.noalias() += alpha * (left.transpose() * right.transpose());
  } else if (op.left) {
    out.noalias() += alpha * (left.transpose() * right);
  } else if (op.right) {
    out.noalias() += alpha * (left * right.transpose());
  } else {
    out.noalias() += alpha * (left * right);
  }
}

}  // namespace fewclip::products
