#pragma once
/// \file
/// Matrix products by Eigen: the default provider, always available.

#include <Eigen/Core>

#include "fewclip/config.hpp"
#include "fewclip/core/shape.hpp"

#if !EIGEN_VERSION_AT_LEAST(3, 4, 0)
#error "fewclip needs Eigen 3.4 or newer"
#endif

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
/// Single-threaded: the backend cuts a product into tiles and runs the tiles in parallel. Eigen's own threads, which it has where any unit of a
/// program is compiled with OpenMP, are left out, whatever Eigen::setNbThreads says: results would depend on their number.
struct eigen {
  static const char* name() { return "eigen"; }

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
  using extent = Eigen::Index;  // 32 bits where EIGEN_DEFAULT_DENSE_INDEX_TYPE says so
  using stride = Eigen::OuterStride<>;
  template <class Scalar, int Order = Eigen::RowMajor>
  using matrix_map = Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Order>, Eigen::Unaligned, stride>;
  template <class Scalar>
  using mutable_map = Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>, Eigen::Unaligned, stride>;

  /// out += alpha left right, on this thread.
  template <class Scalar, int LeftOrder, int RightOrder>
  static void add_product(mutable_map<Scalar>& out, Scalar alpha, const matrix_map<Scalar, LeftOrder>& left,
                          const matrix_map<Scalar, RightOrder>& right) {
    constexpr extent small = 20;  // below, and for a single row or column, Eigen has simpler loops, which use no threads
    if (out.rows() == 1 || out.cols() == 1 || out.rows() + out.cols() + left.cols() < small) {
      out.noalias() += alpha * (left * right);
      return;
    }
    if (out.size() == 0 || left.cols() == 0) return;
    namespace inner = Eigen::internal;
    using space = inner::gemm_blocking_space<Eigen::RowMajor, Scalar, Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::Dynamic>;
    using product = inner::general_matrix_matrix_product<extent, Scalar, LeftOrder, false, Scalar, RightOrder, false, Eigen::RowMajor, 1>;
    space blocking(out.rows(), out.cols(), left.cols(), 1, true);
    product::run(out.rows(), out.cols(), left.cols(), left.data(), left.outerStride(), right.data(), right.outerStride(), out.data(), 1,
                 out.outerStride(), alpha, blocking, nullptr);
  }

  template <class Scalar, int Order = Eigen::RowMajor>
  static matrix_map<Scalar, Order> map(const Scalar* data, index rows, index columns, index distance) {
    return {data, static_cast<extent>(rows), static_cast<extent>(columns), stride(static_cast<extent>(distance))};
  }

  template <class Scalar>
  static mutable_map<Scalar> map(Scalar* data, index rows, index columns, index distance) {
    return {data, static_cast<extent>(rows), static_cast<extent>(columns), stride(static_cast<extent>(distance))};
  }
};

// Not inline, so that backend/products/eigen_instances.hpp can keep units from compiling them.

template <class Scalar>
void eigen::multiply_packed(const Scalar* x, index rows, const packed<Scalar>& weights, index first, index last, Scalar* out) {
  const index columns = last - first;
  const Scalar* const w = weights.rows + first * weights.depth;
  if (rows == 1) {
    using vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    const Eigen::Map<const vector> row(x, static_cast<extent>(weights.depth));
    Eigen::Map<vector>(out, static_cast<extent>(columns)).noalias() = map(w, columns, weights.depth, weights.depth) * row;
    return;
  }
  mutable_map<Scalar> result = map(out, rows, columns, columns);
  result.setZero();
  add_product(result, Scalar(1), map(x, rows, weights.depth, weights.depth),
              map<Scalar, Eigen::ColMajor>(w, weights.depth, columns, weights.depth));
}

template <class Scalar>
void eigen::multiply(transposition op, product_extents size, Scalar alpha, const Scalar* a, index a_stride, const Scalar* b, index b_stride,
                     Scalar beta, Scalar* c, index c_stride) {
  mutable_map<Scalar> out = map(c, size.rows, size.columns, c_stride);
  if (beta == Scalar(0)) {
    out.setZero();
  } else if (beta != Scalar(1)) {
    out *= beta;
  }
  if (size.rows == 1 && !op.right) {
    detail::add_weighted_rows(alpha, a, op.left ? a_stride : 1, b, b_stride, size.depth, size.columns, c);
    return;
  }
  // A transposed row-major operand is the same numbers in column-major order.
  const auto with_right = [&](const auto& left) {
    if (op.right) {
      add_product(out, alpha, left, map<Scalar, Eigen::ColMajor>(b, size.depth, size.columns, b_stride));
    } else {
      add_product(out, alpha, left, map<Scalar, Eigen::RowMajor>(b, size.depth, size.columns, b_stride));
    }
  };
  if (op.left) {
    with_right(map<Scalar, Eigen::ColMajor>(a, size.rows, size.depth, a_stride));
  } else {
    with_right(map<Scalar, Eigen::RowMajor>(a, size.rows, size.depth, a_stride));
  }
}

}  // namespace fewclip::products
