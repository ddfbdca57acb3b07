#pragma once
/// \file
/// Words that have been encoded before, for many threads at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fewclip/config.hpp"

namespace fewclip::tokenizer::detail {

/// Hash of texts that finds a std::string by a view.
struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <class Value>
using text_map = std::unordered_map<std::string, Value, text_hash, std::equal_to<>>;

/// A bounded map from words to their ids. A part that is full is emptied, so that a stream of new words costs no memory. Nobody waits for a part that
/// another thread uses: the word is then encoded, which is quick, and a child of fork() may have parts that no thread of it will ever give back.
class word_cache {
 public:
  /// \param words about how many are kept; 0 keeps none
  explicit word_cache(std::size_t words) : words_of_part_((words + parts - 1) / parts) {}

  /// Appends the ids of a known word. \returns whether it was known, and its part free
  bool find(std::string_view word, std::vector<std::int32_t>& out) {
    if (!keeps(word)) return false;
    part& home = part_of(word);
    const std::unique_lock lock(home.guard, std::try_to_lock);
    if (!lock.owns_lock()) return false;
    const auto found = home.ids_of->find(word);
    if (found == home.ids_of->end()) return false;
    out.insert(out.end(), found->second.begin(), found->second.end());
    return true;
  }

  void insert(std::string_view word, const std::vector<std::int32_t>& ids) {
    if (!keeps(word)) return;
    part& home = part_of(word);
    const std::unique_lock lock(home.guard, std::try_to_lock);
    if (!lock.owns_lock()) return;
    if (home.ids_of->size() >= words_of_part_) home.ids_of->clear();
    home.ids_of->emplace(word, ids);
  }

 private:
  static constexpr std::size_t parts = 16;
  static constexpr std::size_t longest_word = 64;

  using known_words = text_map<std::vector<std::int32_t>>;

  struct part {
    part() = default;
    part(const part&) = delete;
    part& operator=(const part&) = delete;
    ~part() {
      if (guard.try_lock()) {
        guard.unlock();
      } else {
        static_cast<void>(ids_of.release());  // half changed by a thread that is not in this process
      }
    }

    std::mutex guard;
    std::unique_ptr<known_words> ids_of = std::make_unique<known_words>();
  };

  bool keeps(std::string_view word) const { return words_of_part_ > 0 && word.size() <= longest_word; }
  part& part_of(std::string_view word) { return parts_[(text_hash()(word) >> 7) % parts]; }

  std::size_t words_of_part_;
  std::array<part, parts> parts_;
};

}  // namespace fewclip::tokenizer::detail
