#pragma once
/// \file
/// The table of tokens and merges that a tokenizer works with.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/tokenizer/detail/byte_alphabet.hpp"
#include "fewclip/tokenizer/detail/merge_word.hpp"
#include "fewclip/tokenizer/detail/word_cache.hpp"
#include "fewclip/tokenizer/scanner.hpp"

namespace fewclip::tokenizer {

/// The id of a token.
using token_id = std::int32_t;

/// Two tokens that become one.
using merge_pair = std::pair<std::string, std::string>;

/// A token that is found in a text before it is split, such as one that textual inversion learned.
struct added_token {
  std::string content;       ///< as it stands in a text
  bool single_word = false;  ///< whether it counts only where no word goes on at either end
  bool normalised = false;   ///< whether it is looked for in the cleaned text, else in the text as given
  bool special = false;      ///< for other programs; found all the same

  /// Same text and flags.
  friend bool operator==(const added_token&, const added_token&) = default;
};

/// What a vocabulary is made of. Tokens are written in the byte alphabet of GPT-2 and end in `</w>` at the end of a word.
struct vocabulary_parts {
  std::vector<std::string> tokens;  ///< the token of each id
  std::vector<merge_pair> merges;   ///< in the order of their rank
  special_names specials;           ///< both must be among the tokens
  std::string unknown;              ///< the token for bytes that have none; empty where every byte has one
  std::vector<added_token> added;   ///< looked for in texts; each among the tokens, start and end are none of them
};

/// The numbering of CLIP: 256 bytes, the same at the end of a word, the results of the merges, the start, the end.
/// \param merges in the order of their rank
inline vocabulary_parts clip_parts(std::vector<merge_pair> merges) {
  vocabulary_parts out;
  out.tokens.reserve(514 + merges.size());
  for (const std::string_view mark : {std::string_view(), detail::word_end}) {
    for (const unsigned byte : detail::bytes_in_vocabulary_order()) out.tokens.push_back(detail::byte_token(byte).append(mark));
  }
  for (const merge_pair& each : merges) out.tokens.push_back(each.first + each.second);
  out.tokens.push_back(out.specials.start);
  out.tokens.push_back(out.specials.end);
  out.merges = std::move(merges);
  return out;
}

/// An immutable, checked table of tokens and merges. Two are equal when their tokens, merges and special tokens are.
///
/// Memory: about 10 MB for CLIP's 49,408 tokens. Copies are deep; tokenizers share one.
class vocabulary {
 public:
  /// How many merges CLIP's own vocabulary has.
  static constexpr std::size_t clip_merges = 48894;

  /// A vocabulary numbered as CLIP's, of any size, such as a small one for tests and built-in models.
  /// \param merges lines "left right" in the order of their rank, tokens in the byte alphabet; may be empty
  /// \throws value_error for a line that is no pair, and what the other constructor throws
  static vocabulary from_merges(const std::vector<std::string>& merges) {
    std::vector<merge_pair> pairs;
    pairs.reserve(merges.size());
    for (std::size_t i = 0; i < merges.size(); ++i) {
      const auto pair = split_merge(merges[i]);
      if (!pair) {
        throw value_error(expected_got("fewclip::tokenizer::vocabulary", numbered_merge(i), "two tokens with one space between them",
                                       readable_name(merges[i])));
      }
      pairs.push_back(*pair);
    }
    return vocabulary(clip_parts(std::move(pairs)));
  }

  /// \param parts see vocabulary_parts
  /// \param where begins messages: a file, or by default this class
  /// \throws value_error for a token that occurs twice; a merge whose tokens or result have no id; a pair that occurs twice; a special
  ///         token, an unknown token or a byte without an id
  explicit vocabulary(vocabulary_parts parts, const std::string& where = "fewclip::tokenizer::vocabulary") : parts_(std::move(parts)) {
    ids_.reserve(parts_.tokens.size());
    for (std::size_t id = 0; id < parts_.tokens.size(); ++id) {
      const auto [at, is_new] = ids_.emplace(parts_.tokens[id], static_cast<token_id>(id));
      if (!is_new) {
        throw value_error(expected_got(where, "token " + readable_name(parts_.tokens[id]), "one id",
                                       std::to_string(at->second) + " and " + std::to_string(id)));
      }
    }
    start_ = required(where, "start token", parts_.specials.start);
    end_ = required(where, "end token", parts_.specials.end);
    for (const added_token& each : parts_.added) {
      if (each.content.empty()) throw value_error(expected_got(where, "added token", "a text", "an empty one"));
      required(where, "added token", each.content);
    }
    number_bytes(where);
    number_merges(where);
  }

  /// The number of tokens; ids are 0 .. size()-1.
  index size() const { return static_cast<index>(parts_.tokens.size()); }

  /// The token of an id, in the byte alphabet. \throws value_error for an id outside 0 .. size()-1
  const std::string& token(token_id id) const {
    if (id < 0 || id >= size()) {
      throw value_error(
          expected_got("fewclip::tokenizer::vocabulary::token", "id", "0 to " + std::to_string(size() - 1), std::to_string(id)));
    }
    return parts_.tokens[static_cast<std::size_t>(id)];
  }

  /// The id of a token, if it has one.
  std::optional<token_id> id_of(std::string_view token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }

  /// The id that begins a row.
  token_id start() const { return start_; }

  /// The id that ends a text; its first position in a row is where the text tower is read.
  token_id end() const { return end_; }

  /// Whether no id is larger than end(), so that the first largest id of a row (OpenAI's rule for where to read) is the first end().
  bool end_is_largest() const { return end_ == size() - 1; }

  /// The id of a byte. \param byte 0 .. 255 \param last whether it ends its word
  token_id id_of_byte(unsigned char byte, bool last) const { return bytes_[byte + (last ? 256U : 0U)]; }

  /// What it was made of. `unknown` is empty where every byte has an id.
  const vocabulary_parts& parts() const { return parts_; }

  /// Merges the symbols of one word in place, the lowest rank first. Cost: n log n for long words.
  /// \param word ids of this vocabulary
  void merge(std::vector<token_id>& word) const { detail::merge_word(table_, word); }

  /// Same tokens, merges and specials.
  friend bool operator==(const vocabulary& a, const vocabulary& b) {
    return a.parts_.tokens == b.parts_.tokens && a.parts_.merges == b.parts_.merges && a.start_ == b.start_ && a.end_ == b.end_ &&
           a.parts_.unknown == b.parts_.unknown && a.parts_.added == b.parts_.added;
  }

  /// "left right" as a pair; nothing for any other text.
  static std::optional<merge_pair> split_merge(std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == line.size() ||
        line.find_first_of(" \r\n", space + 1) != std::string_view::npos) {
      return std::nullopt;
    }
    return merge_pair(line.substr(0, space), line.substr(space + 1));
  }

 private:
  static std::string numbered_merge(std::size_t i) { return "merge " + std::to_string(i + 1); }

  token_id required(const std::string& where, const std::string& what, std::string_view token) const {
    const auto id = id_of(token);
    if (!id) throw value_error(expected_got(where, what, "a token with an id", readable_name(token)));
    return *id;
  }

  void number_bytes(const std::string& where) {
    bool complete = true;
    const auto unknown = parts_.unknown.empty() ? std::nullopt : std::optional(required(where, "unknown token", parts_.unknown));
    for (unsigned byte = 0; byte < 512; ++byte) {
      const std::string token = detail::byte_token(byte % 256) + (byte < 256 ? "" : "</w>");
      const auto id = id_of(token);
      if (!id && !unknown)
        throw value_error(expected_got(where, "byte token " + readable_name(token), "an id, or a token for unknown bytes", "neither"));
      complete = complete && id;
      bytes_[byte] = id ? *id : *unknown;
    }
    if (complete) parts_.unknown.clear();
  }

  void number_merges(const std::string& where) {
    table_ = detail::merge_table(parts_.merges.size());
    for (std::size_t i = 0; i < parts_.merges.size(); ++i) {
      const auto& [left, right] = parts_.merges[i];
      const auto left_id = id_of(left);
      const auto right_id = id_of(right);
      const auto result = id_of(left + right);
      if (!left_id || !right_id || !result) {
        const std::string missing = !left_id ? left : !right_id ? right : left + right;
        throw value_error(expected_got(where, numbered_merge(i) + " " + readable_name(left + " " + right), "tokens with an id",
                                       readable_name(missing) + " without one"));
      }
      if (!table_.insert(*left_id, *right_id, static_cast<std::int32_t>(i), *result)) {
        throw value_error(expected_got(where, numbered_merge(i), "a pair that has not occurred before", readable_name(left + " " + right)));
      }
    }
  }

  vocabulary_parts parts_;
  detail::text_map<token_id> ids_;
  std::array<token_id, 512> bytes_{};
  detail::merge_table table_;
  token_id start_ = 0;
  token_id end_ = 0;
};

}  // namespace fewclip::tokenizer
