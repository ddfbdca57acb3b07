#pragma once
/// \file
/// How matrices of other libraries come in without a copy.

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "fewclip/core/shape.hpp"

namespace Eigen {
template <class PlainObject, int Options, class Stride>
class Ref;
}

namespace fewclip {

/// A matrix in the manner of Eigen: data(), rows(), cols() and a compile-time storage order.
template <class Matrix>
concept eigen_matrix = requires(const Matrix& m) {
  m.data();
  { m.rows() } -> std::convertible_to<index>;
  { m.cols() } -> std::convertible_to<index>;
  { Matrix::IsRowMajor } -> std::convertible_to<bool>;
};

/// An array in the manner of xtensor: data(), dimension(), shape(i) and strides(), and elements that have an address.
template <class Array>
concept xtensor_array = requires(const Array& a) {
  a.data();
  { a.dimension() } -> std::convertible_to<std::size_t>;
  { a.shape(std::size_t{0}) } -> std::convertible_to<std::size_t>;
  a.strides();
  requires std::is_lvalue_reference_v<decltype(a(std::size_t{0}, std::size_t{0}))>;
};

namespace detail {

/// Whether an Eigen matrix has its elements, rather than being a map or a part of another.
template <class Matrix>
inline constexpr bool is_whole_matrix = false;
template <eigen_matrix Matrix>
requires requires { typename Matrix::PlainObject; }
inline constexpr bool is_whole_matrix<Matrix> = std::is_base_of_v<typename Matrix::PlainObject, Matrix>;

/// Whether an Eigen matrix may have its elements: a reference to a constant expression evaluates it, and does not say whether it has.
template <class Matrix>
inline constexpr bool may_have_evaluated = false;
template <class PlainObject, int Options, class Stride>
inline constexpr bool may_have_evaluated<Eigen::Ref<const PlainObject, Options, Stride>> = true;

/// The address of the first element of a row-major xtensor array of two dimensions without gaps; null for an empty one.
///
/// The elements are asked where they lie, one of each row and one of each column: a view's data() is the start of the whole array, and its
/// strides() do not tell chosen rows.
/// \throws shape_error for other dimensions or another layout
template <xtensor_array Array>
const typename Array::value_type* first_of_rows(const Array& array) {
  if (array.dimension() != 2) {
    throw shape_error(expected_got("fewclip::matrix_view", "dimensions", "2", std::to_string(array.dimension())));
  }
  const auto rows = static_cast<std::size_t>(array.shape(0));
  const auto columns = static_cast<std::size_t>(array.shape(1));
  if (rows == 0 || columns == 0) return nullptr;
  const typename Array::value_type* const first = std::addressof(array(std::size_t{0}, std::size_t{0}));
  bool gaps = false;
  for (std::size_t r = 0; r < rows; ++r) gaps |= std::addressof(array(r, std::size_t{0})) != first + r * columns;
  for (std::size_t c = 0; c < columns; ++c) gaps |= std::addressof(array(rows - 1, c)) != first + (rows - 1) * columns + c;
  if (gaps) throw shape_error(expected_got("fewclip::matrix_view", "layout", "row-major without gaps", "other strides"));
  return first;
}

/// The elements of an xtensor array of any dimensions without gaps, in row-major order. (std::span takes xtensor views too, but begins at the
/// start of the whole array.)
/// \throws shape_error for another layout
template <class Array>
requires xtensor_array<std::remove_const_t<Array>>
auto elements_of(Array& array) {
  std::remove_reference_t<decltype(*array.begin())>* first = nullptr;
  std::size_t count = 0;
  for (auto& each : array) {
    if (count == 0) first = std::addressof(each);
    if (std::addressof(each) != first + count++) {
      throw shape_error(expected_got("fewclip: xtensor array", "layout", "row-major without gaps", "other strides"));
    }
  }
  return std::span(first, count);
}

}  // namespace detail

/// A read-only view of a dense row-major matrix, which somebody else owns unless it was handed over as a temporary.
///
/// Constructed implicitly from an Eigen row-major matrix, map or block, or from a row-major xtensor array or view of two dimensions. A part of
/// a larger matrix begins where it begins there; one with gaps between its rows or values is refused, not copied. The owner keeps the memory
/// alive and unchanged for as long as the view, or whatever was built on it, is used. A temporary or moved matrix is taken over instead, without a
/// copy, and lives as long as these do; a temporary Eigen::Ref to a constant is copied. Not seen is that a temporary map or block is of a matrix that
/// ends with it, as in `make().topRows(3)`.
template <class Scalar>
class matrix_view {
 public:
  matrix_view() = default;
  matrix_view(const matrix_view&) = default;
  matrix_view& operator=(const matrix_view&) = default;

  /// Leaves an empty view.
  matrix_view(matrix_view&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        rows_(std::exchange(other.rows_, 0)),
        columns_(std::exchange(other.columns_, 0)),
        owner_(std::move(other.owner_)) {}
  matrix_view& operator=(matrix_view&& other) noexcept {
    matrix_view taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(rows_, taken.rows_);
    std::swap(columns_, taken.columns_);
    std::swap(owner_, taken.owner_);
    return *this;
  }

  /// \param data `rows * columns` elements, row after row
  /// \param rows number of samples
  /// \param columns number of values per sample
  /// \throws value_error for a null pointer to more than no elements
  matrix_view(const Scalar* data, index rows, index columns) : data_(data), rows_(rows), columns_(columns) {
    if (data == nullptr && rows > 0 && columns > 0) {
      throw value_error(expected_got("fewclip::matrix_view", "data",
                                     "a pointer to " + std::to_string(rows) + " x " + std::to_string(columns) + " numbers", "null"));
    }
  }

  /// Views an Eigen matrix or a map of one.
  /// \throws shape_error where the map has gaps between rows or values
  template <eigen_matrix Matrix>
  requires std::same_as<typename Matrix::Scalar, Scalar> matrix_view(const Matrix& matrix) { look_at_eigen(matrix); }

  /// Takes a temporary Eigen matrix over, or looks where a temporary map does.
  /// \throws shape_error where the map has gaps between rows or values
  template <class Matrix>
  requires(std::is_rvalue_reference_v<Matrix&&>&& eigen_matrix<std::remove_const_t<Matrix>>&& std::same_as<typename Matrix::Scalar, Scalar>)
      matrix_view(Matrix&& matrix) {
    if constexpr (detail::is_whole_matrix<std::remove_const_t<Matrix>>) {
      look_at_eigen(keep(std::forward<Matrix>(matrix)));
    } else if constexpr (detail::may_have_evaluated<std::remove_const_t<Matrix>>) {
      look_at_eigen(keep(typename Matrix::PlainObject(matrix)));
    } else {
      look_at_eigen(matrix);
    }
  }

  /// Views an xtensor array.
  /// \throws shape_error unless it has two dimensions and contiguous rows
  template <xtensor_array Array>
  requires(std::same_as<typename Array::value_type, Scalar> && !eigen_matrix<Array>) matrix_view(const Array& array) {
    look_at_xtensor(array);
  }

  /// Takes a temporary xtensor array over, and whatever a temporary view owns.
  /// \throws shape_error unless it has two dimensions and contiguous rows
  template <class Array>
  requires(std::is_rvalue_reference_v<Array&&>&& xtensor_array<std::remove_const_t<Array>> && !eigen_matrix<std::remove_const_t<Array>> &&
           std::same_as<typename Array::value_type, Scalar>) matrix_view(Array&& array) {
    look_at_xtensor(keep(std::forward<Array>(array)));
  }

  const Scalar* data() const { return data_; }
  index rows() const { return rows_; }
  index columns() const { return columns_; }
  bool empty() const { return rows_ == 0; }

  /// What was taken over; null where nothing was. It keeps the elements alive, unless it refers to memory of the caller's itself, as a temporary
  /// xtensor view or adaptor may.
  std::shared_ptr<const Scalar> owner() const { return owner_ ? std::shared_ptr<const Scalar>(owner_, data_) : nullptr; }

 private:
  template <class Matrix>
  const std::remove_const_t<Matrix>& keep(Matrix&& matrix) {
    const auto kept = std::make_shared<const std::remove_const_t<Matrix>>(std::forward<Matrix>(matrix));
    owner_ = kept;
    return *kept;
  }

  template <class Matrix>
  void look_at_eigen(const Matrix& matrix) {
    *this = matrix_view(matrix.data(), matrix.rows(), matrix.cols(), std::move(owner_));
    static_assert(Matrix::IsRowMajor || Matrix::RowsAtCompileTime == 1,
                  "fewclip::matrix_view: features are rows, so the Eigen matrix must be row-major "
                  "(Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>), see docs/data.md");
    if (matrix.innerStride() != 1 && matrix.cols() > 1) {
      throw shape_error(expected_got("fewclip::matrix_view", "distance between values", "1 element", std::to_string(matrix.innerStride())));
    }
    if (matrix.outerStride() != matrix.cols() && matrix.rows() > 1) {
      throw shape_error(expected_got("fewclip::matrix_view", "distance between rows", std::to_string(matrix.cols()) + " elements",
                                     std::to_string(matrix.outerStride())));
    }
  }

  template <class Array>
  void look_at_xtensor(const Array& array) {
    const Scalar* const first = detail::first_of_rows(array);
    *this = matrix_view(first, static_cast<index>(array.shape(0)), static_cast<index>(array.shape(1)), std::move(owner_));
  }

  matrix_view(const Scalar* data, index rows, index columns, std::shared_ptr<const void> owner) : matrix_view(data, rows, columns) {
    owner_ = std::move(owner);
  }

  const Scalar* data_ = nullptr;
  index rows_ = 0;
  index columns_ = 0;
  std::shared_ptr<const void> owner_;
};

}  // namespace fewclip
