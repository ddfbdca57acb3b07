#pragma once
/// \file
/// Byte pair encoding of one word: the plain form for short words, a queue for long ones.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "fewclip/tokenizer/detail/merge_table.hpp"

namespace fewclip::tokenizer::detail {

/// Merges all occurrences of the pair with the lowest rank, left to right, until no pair is in the table. Quadratic in the word.
inline void merge_by_scanning(const merge_table& table, std::vector<std::int32_t>& word) {
  while (word.size() > 1) {
    const ranked_merge* best = nullptr;
    for (std::size_t i = 0; i + 1 < word.size(); ++i) {
      const ranked_merge& found = table.find(word[i], word[i + 1]);
      if (found.rank >= 0 && (best == nullptr || found.rank < best->rank)) best = &found;
    }
    if (best == nullptr) return;
    const auto left = static_cast<std::int32_t>(best->pair >> 32);
    const auto right = static_cast<std::int32_t>(best->pair & 0xFFFFFFFFU);
    std::size_t to = 0;
    for (std::size_t from = 0; from < word.size(); ++from, ++to) {
      const bool pair = from + 1 < word.size() && word[from] == left && word[from + 1] == right;
      word[to] = pair ? best->result : word[from];
      if (pair) ++from;
    }
    word.resize(to);
  }
}

/// The same result with a queue of pairs and a linked list of what is left: n log n.
class queued_merging {
 public:
  queued_merging(const merge_table& table, std::vector<std::int32_t>& word)
      : table_(table), word_(word), next_(word.size()), previous_(word.size()) {
    for (std::size_t i = 0; i < word.size(); ++i) {
      next_[i] = i + 1;
      previous_[i] = i == 0 ? word.size() : i - 1;
    }
  }

  void run() {
    for (std::size_t i = 0; i + 1 < word_.size(); ++i) propose(i);
    std::vector<std::size_t> starts;
    while (!queue_.empty()) {
      // All pairs of one rank are taken before pairs that their merging makes.
      const std::int32_t rank = std::get<0>(queue_.top());
      starts.clear();
      for (; !queue_.empty() && std::get<0>(queue_.top()) == rank; queue_.pop()) starts.push_back(std::get<1>(queue_.top()));
      for (const std::size_t at : starts) merge(at, rank);
    }
    std::size_t to = 0;
    for (std::size_t at = 0; at < next_.size(); at = next_[at]) word_[to++] = word_[at];
    word_.resize(to);
  }

 private:
  using entry = std::tuple<std::int32_t, std::size_t>;  // rank, where the pair begins

  void propose(std::size_t at) {
    if (next_[at] >= word_.size()) return;
    const ranked_merge& found = table_.find(word_[at], word_[next_[at]]);
    if (found.rank >= 0) queue_.emplace(found.rank, at);
  }

  void merge(std::size_t at, std::int32_t rank) {
    if (word_[at] < 0 || next_[at] >= word_.size()) return;
    const std::size_t gone = next_[at];
    const ranked_merge& found = table_.find(word_[at], word_[gone]);
    if (found.rank != rank) return;  // a neighbour has been merged since
    word_[at] = found.result;
    word_[gone] = -1;
    next_[at] = next_[gone];
    if (next_[at] < word_.size()) previous_[next_[at]] = at;
    propose(at);
    if (previous_[at] < word_.size()) propose(previous_[at]);
  }

  const merge_table& table_;
  std::vector<std::int32_t>& word_;
  std::vector<std::size_t> next_, previous_;
  std::priority_queue<entry, std::vector<entry>, std::greater<>> queue_;
};

/// Merges the symbols of a word in place.
inline void merge_word(const merge_table& table, std::vector<std::int32_t>& word) {
  constexpr std::size_t short_word = 64;
  if (word.size() <= short_word) return merge_by_scanning(table, word);
  queued_merging(table, word).run();
}

}  // namespace fewclip::tokenizer::detail
