#pragma once
/// \file
/// Integer class labels and what follows from them.

#include <concepts>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// The integer type labels are stored in.
using label = std::int32_t;

/// Anything contiguous that holds integers: std::vector, an Eigen vector, a one-dimensional xtensor array, std::array, std::span.
template <class Range>
concept label_range = requires(const Range& range) {
  {range.data()};
  {range.size()};
}
&&std::integral<std::remove_cvref_t<decltype(*std::declval<const Range&>().data())>>;

/// Labels 0 .. classes-1 of a set of rows; shots per class may differ, and a class may have no row.
///
/// 32-bit integers are borrowed from the caller, who keeps them alive and unchanged; other integer types are converted into a copy.
class class_labels {
 public:
  class_labels() = default;

  /// \param values one label per row
  /// \param classes the number of classes; never inferred from the labels, since the largest label may be missing from a small set
  /// \throws value_error for a label outside 0 .. classes-1, naming its row
  template <label_range Range>
  class_labels(const Range& values, index classes) : classes_(classes) {
    using element = std::remove_cvref_t<decltype(*values.data())>;
    const auto count = static_cast<std::size_t>(values.size());
    check(values.data(), count);
    if constexpr (std::is_same_v<element, label>) {
      view_ = std::span<const label>(values.data(), count);
    } else {
      owned_.assign(values.data(), values.data() + count);
    }
  }

  /// Takes the labels over instead of borrowing them.
  /// \throws value_error for a label outside 0 .. classes-1, naming its row
  class_labels(std::vector<label>&& values, index classes) : owned_(std::move(values)), classes_(classes) {
    check(owned_.data(), owned_.size());
  }

  index size() const { return static_cast<index>(values().size()); }
  index classes() const { return classes_; }
  bool empty() const { return size() == 0; }
  std::span<const label> values() const { return owned_.empty() ? view_ : std::span<const label>(owned_); }
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
  void check(const Integer* values, std::size_t count) const {
    for (std::size_t row = 0; row < count; ++row) {
      if (std::cmp_less(values[row], 0) || std::cmp_greater_equal(values[row], classes_)) {
        throw value_error(expected_got("fewclip::class_labels", "label of row " + std::to_string(row),
                                       "a class in 0.." + std::to_string(classes_ - 1), std::to_string(values[row])));
      }
    }
  }

  std::vector<label> owned_;
  std::span<const label> view_;
  index classes_ = 0;
};

}  // namespace fewclip
