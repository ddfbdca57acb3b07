#pragma once
/// \file
/// Finds added tokens in a text, as the package tokenizers does.

#include <utf8proc.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/tokenizer/detail/code_points.hpp"

namespace fewclip::tokenizer::detail {

/// Whether a code point belongs to a word (the \w of regular expressions in Unicode): letters, marks, digits, connectors and the joiners.
inline bool is_word(char32_t point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      break;
  }
  return class_of(point) == point_class::letter || point == 0x200C || point == 0x200D || (point >= 0x24B6 && point <= 0x24E9);
}

/// Whether a text, which may be empty, ends in a word.
inline bool ends_with_word(std::string_view text) {
  std::size_t at = text.size();
  if (at == 0) return false;
  for (--at; at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U && text.size() - at < 4;) --at;
  return is_word(decode_point(text, at).point);
}

/// What to look for.
struct sought_token {
  std::string text;          ///< not empty
  std::int32_t id = 0;       ///< what it stands for
  bool single_word = false;  ///< whether it counts only where no word goes on at either end
};

/// Splits a text at tokens: from the left, of those that begin at one place the longest. Whether a token takes the white space beside it plays no
/// part, since white space is no part of any of CLIP's tokens. Cost: the text times the number of tokens.
/// \param text any bytes
/// \param tokens what to look for
/// \param piece is called with each part between tokens that is not empty
/// \param found is called with the id of each token
template <class Piece, class Found>
void split_at_tokens(std::string_view text, const std::vector<sought_token>& tokens, Piece&& piece, Found&& found) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const sought_token* longest = nullptr;
    for (const sought_token& each : tokens) {
      if (text.substr(at, each.text.size()) == each.text && (longest == nullptr || each.text.size() > longest->text.size()))
        longest = &each;
    }
    if (longest == nullptr) {
      ++at;
      continue;
    }
    const std::size_t end = at + longest->text.size();
    const bool inside =
        longest->single_word && (ends_with_word(text.substr(0, at)) || (end < text.size() && is_word(decode_point(text, end).point)));
    if (!inside) {
      if (at > begin) piece(text.substr(begin, at - begin));
      found(longest->id);
      begin = end;
    }
    at = end;
  }
  if (begin < text.size()) piece(text.substr(begin));
}

}  // namespace fewclip::tokenizer::detail
