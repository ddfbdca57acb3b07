#pragma once
/// \file
/// Images with one text each, as training on pairs takes them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/matrix_view.hpp"

namespace fewclip {

/// Images and their texts: image i belongs to text i.
template <compute_backend B>
struct pair_batch {
  tensor<B> images;               ///< pixels after preprocessing, [n, 3, side, side]
  std::vector<std::int32_t> ids;  ///< token ids on the host, [n, columns], row-major

  index size() const { return images.rows(); }

  /// The ids, [n, columns].
  /// \throws shape_error where they are not n rows
  matrix_view<std::int32_t> token_ids() && = delete;  // they would end with this object
  matrix_view<std::int32_t> token_ids() const& {
    const index count = images.rows();
    const auto all = static_cast<index>(ids.size());
    if (count < 1 || all % count != 0) {
      throw shape_error(
          expected_got("fewclip::pair_batch", "ids", "as many rows as images, " + std::to_string(count), std::to_string(all) + " numbers"));
    }
    return {ids.data(), count, all / count};
  }
};

/// A fixed list of batches, the same in every epoch. Models pair_source.
template <compute_backend B>
class fixed_pairs {
 public:
  explicit fixed_pairs(std::vector<pair_batch<B>> batches) : batches_(std::move(batches)) {}

  index batches(index) const { return static_cast<index>(batches_.size()); }
  const pair_batch<B>& batch(index, index i) const { return batches_.at(static_cast<std::size_t>(i)); }

 private:
  std::vector<pair_batch<B>> batches_;
};

}  // namespace fewclip
