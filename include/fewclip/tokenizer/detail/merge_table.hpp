#pragma once
/// \file
/// From a pair of neighbouring tokens to its merge: an open-addressed table.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fewclip/config.hpp"

namespace fewclip::tokenizer::detail {

/// A pair of ids becomes one id; lower ranks come first.
struct ranked_merge {
  std::uint64_t pair = 0;
  std::int32_t rank = -1;  ///< -1: no such merge
  std::int32_t result = 0;
};

class merge_table {
 public:
  merge_table() = default;

  /// \param capacity how many merges will be inserted at most
  explicit merge_table(std::size_t capacity) : slots_(std::bit_ceil(2 * capacity + 2)) {}

  /// \returns whether the pair was new
  bool insert(std::int32_t left, std::int32_t right, std::int32_t rank, std::int32_t result) {
    ranked_merge& slot = slots_[place(key(left, right))];
    if (slot.rank >= 0) return false;
    slot = {key(left, right), rank, result};
    return true;
  }

  /// The merge of two neighbours; its rank is -1 where there is none.
  const ranked_merge& find(std::int32_t left, std::int32_t right) const { return slots_[place(key(left, right))]; }

 private:
  static std::uint64_t key(std::int32_t left, std::int32_t right) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
  }

  /// The slot of this pair, or the empty one where it would stand.
  std::size_t place(std::uint64_t pair) const {
    const std::size_t mask = slots_.size() - 1;
    std::uint64_t mixed = pair * 0x9E3779B97F4A7C15ULL;
    mixed ^= mixed >> 32;
    std::size_t at = static_cast<std::size_t>(mixed) & mask;
    while (slots_[at].rank >= 0 && slots_[at].pair != pair) at = (at + 1) & mask;
    return at;
  }

  std::vector<ranked_merge> slots_ = std::vector<ranked_merge>(2);
};

}  // namespace fewclip::tokenizer::detail
