#pragma once
/// \file
/// Extents of a dense, row-major, n-dimensional array.

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>

#include "fewclip/core/error.hpp"

namespace fewclip {

/// Signed size and position type used for every extent, row and column.
using index = std::ptrdiff_t;

/// The extents of a tensor: up to eight non-negative numbers, outermost first.
class shape {
 public:
  static constexpr index max_rank = 8;

  shape() = default;

  /// \throws shape_error for a negative extent or more than max_rank extents
  shape(std::initializer_list<index> extents) {
    for (const index extent : extents) append(extent);
  }

  /// Adds an innermost extent.
  /// \throws shape_error for a negative extent or a ninth one
  void append(index extent) {
    if (extent < 0) throw shape_error(expected_got("fewclip::shape", "extent", "a number >= 0", std::to_string(extent)));
    if (rank_ == max_rank) throw shape_error(expected_got("fewclip::shape", "rank", "at most 8", "9 or more"));
    extents_[static_cast<std::size_t>(rank_++)] = extent;
  }

  index rank() const { return rank_; }

  /// The extent of dimension `d`, counted from the outermost, 0 <= d < rank(); not checked.
  index operator[](index d) const { return extents_[static_cast<std::size_t>(d)]; }

  /// The number of elements; 1 for rank 0.
  index size() const {
    index product = 1;
    for (index d = 0; d < rank_; ++d) product *= (*this)[d];
    return product;
  }

  /// The outermost extent; 1 for rank 0.
  index rows() const { return rank_ == 0 ? 1 : (*this)[0]; }

  /// The number of elements in one row, that is, the product of all extents but the outermost.
  index columns() const {
    index product = 1;
    for (index d = 1; d < rank_; ++d) product *= (*this)[d];
    return product;
  }

  friend bool operator==(const shape& a, const shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (index d = 0; d < a.rank_; ++d) {
      if (a[d] != b[d]) return false;
    }
    return true;
  }

  /// For messages: "[3, 512]".
  std::string text() const {
    std::string out = "[";
    for (index d = 0; d < rank_; ++d) out += (d == 0 ? "" : ", ") + std::to_string((*this)[d]);
    return out + "]";
  }

 private:
  std::array<index, static_cast<std::size_t>(max_rank)> extents_{};
  index rank_ = 0;
};

/// Throws shape_error unless `got` equals `expected`.
/// \param where the calling function, for the message
/// \param what the argument, for the message
/// \param expected the required extents
/// \param got the extents that were passed
inline void require_shape(const char* where, const char* what, const shape& expected, const shape& got) {
  if (!(expected == got)) throw shape_error(expected_got(where, what, "shape " + expected.text(), got.text()));
}

}  // namespace fewclip
