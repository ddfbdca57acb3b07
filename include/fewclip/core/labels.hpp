#pragma once
/// \file
/// Integer class labels and what follows from them.

#include <concepts>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// The integer type labels are stored in.
using label = std::int32_t;

/// Integers in the memory of the host: std::vector, std::array, std::span, an Eigen vector or a part of one, an xtensor array or view.
template <class Range>
concept label_range = requires(const Range& range) {
  {range.data()};
  {range.size()};
}
&&std::integral<std::remove_cvref_t<decltype(*std::declval<const Range&>().data())>> &&
    (
        !requires { Range::backend::memory::host_accessible; } || requires { requires Range::backend::memory::host_accessible; });

namespace detail {

/// How many labels there are.
/// \throws shape_error for a matrix, or an array of another dimension than 1
template <label_range Range>
index label_count(const Range& values) {
  const auto refuse = [](const std::string& got) {
    throw shape_error(expected_got("fewclip::class_labels", "labels", "one dimension, one label per row", got));
  };
  if constexpr (eigen_matrix<Range>) {
    if (values.rows() != 1 && values.cols() != 1) {
      refuse("a matrix of " + std::to_string(values.rows()) + " x " + std::to_string(values.cols()));
    }
  } else if constexpr (xtensor_array<Range>) {
    if (values.dimension() != 1) refuse(std::to_string(values.dimension()) + " dimensions");
  }
  return static_cast<index>(values.size());
}

/// The address of label `row`, which need not follow that of the label before: data() alone does not tell where a part of a larger array
/// begins and which elements it leaves out.
template <label_range Range>
const auto* label_at(const Range& values, index row) {
  if constexpr (eigen_matrix<Range>) {
    return values.data() + row * static_cast<index>((values.rows() == 1) == static_cast<bool>(Range::IsRowMajor) ? values.innerStride()
                                                                                                                 : values.outerStride());
  } else if constexpr (xtensor_array<Range>) {
    return std::addressof(values(static_cast<std::size_t>(row)));
  } else {
    return values.data() + row;
  }
}

}  // namespace detail

/// Labels 0 .. classes-1 of a set of rows; shots per class may differ, and a class may have no row.
///
/// 32-bit integers that follow each other are borrowed from the caller, who keeps them alive and unchanged; temporaries, other integer types,
/// and parts of arrays with gaps between their elements are copied.
class class_labels {
 public:
  class_labels() = default;

  /// \param values one label per row
  /// \param classes the number of classes; never inferred from the labels, since the largest label may be missing from a small set
  /// \throws value_error for a label outside 0 .. classes-1, naming its row; shape_error for a matrix
  template <class Range>
  requires label_range<std::remove_cvref_t<Range>> class_labels(Range&& values, index classes) : classes_(classes) {
    const index count = detail::label_count(values);
    if (count == 0) return;
    const auto* const first = detail::label_at(values, 0);
    if (first == nullptr) {
      throw value_error(expected_got("fewclip::class_labels", "labels", "a pointer to " + std::to_string(count) + " labels", "null"));
    }
    bool gaps = false;
    for (index row = 0; row < count; ++row) {
      const auto* const value = detail::label_at(values, row);
      check(*value, row);
      gaps |= value != first + row;
    }
    using range = std::remove_cvref_t<Range>;
    constexpr bool stays = std::is_lvalue_reference_v<Range> || std::ranges::enable_borrowed_range<range>;
    if constexpr (stays && std::is_same_v<std::remove_cvref_t<decltype(*first)>, label>) {
      if (!gaps) {
        view_ = std::span<const label>(first, static_cast<std::size_t>(count));
        return;
      }
    }
    owned_.reserve(static_cast<std::size_t>(count));
    for (index row = 0; row < count; ++row) owned_.push_back(static_cast<label>(*detail::label_at(values, row)));
  }

  /// Takes the labels over instead of borrowing them.
  /// \throws value_error for a label outside 0 .. classes-1, naming its row
  class_labels(std::vector<label>&& values, index classes) : owned_(std::move(values)), classes_(classes) {
    for (index row = 0; row < size(); ++row) check((*this)[row], row);
  }

  index size() const { return static_cast<index>(values().size()); }
  index classes() const { return classes_; }
  bool empty() const { return size() == 0; }
  std::span<const label> values() const& { return owned_.empty() ? view_ : std::span<const label>(owned_); }
  std::span<const label> values() && = delete;  // they would end with this object
  label operator[](index row) const { return values()[static_cast<std::size_t>(row)]; }

  /// The number of rows of each class, [classes].
  std::vector<index> counts() const {
    std::vector<index> out(static_cast<std::size_t>(classes_), 0);
    for (const label y : values()) ++out[static_cast<std::size_t>(y)];
    return out;
  }

  /// Row numbers ordered by class, and by position within a class (a stable sort by label), [size].
  std::vector<index> order_by_class() const {
    const std::vector<index> offsets = class_offsets();
    std::vector<index> next(offsets.begin(), offsets.end() - 1);
    std::vector<index> out(static_cast<std::size_t>(size()));
    for (index row = 0; row < size(); ++row) out[static_cast<std::size_t>(next[static_cast<std::size_t>((*this)[row])]++)] = row;
    return out;
  }

  /// Where each class begins in order_by_class(), [classes + 1].
  std::vector<index> class_offsets() const {
    const std::vector<index> per_class = counts();
    std::vector<index> out(per_class.size() + 1, 0);
    std::partial_sum(per_class.begin(), per_class.end(), out.begin() + 1);
    return out;
  }

 private:
  template <class Integer>
  void check(Integer value, index row) const {
    if (std::cmp_less(value, 0) || std::cmp_greater_equal(value, classes_)) {
      throw value_error(expected_got("fewclip::class_labels", "label of row " + std::to_string(row),
                                     "a class in 0.." + std::to_string(classes_ - 1), std::to_string(value)));
    }
  }

  std::vector<label> owned_;
  std::span<const label> view_;
  index classes_ = 0;
};

}  // namespace fewclip
