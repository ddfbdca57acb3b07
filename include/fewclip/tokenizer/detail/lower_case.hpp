#pragma once
/// \file
/// Lower case as Python's str.lower() makes it.

#include <utf8proc.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/tokenizer/detail/code_points.hpp"

namespace fewclip::tokenizer::detail {

/// Characters that the search for the end of a word passes over (Unicode: Case_Ignorable).
inline bool is_case_ignorable(char32_t point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
      return true;
    default:
      break;
  }
  switch (point) {  // the word-inner punctuation of Word_Break
    case 0x27:
    case 0x2E:
    case 0x3A:
    case 0xB7:
    case 0x387:
    case 0x55F:
    case 0x5F4:
    case 0x2018:
    case 0x2019:
    case 0x2024:
    case 0x2027:
    case 0xFE13:
    case 0xFE52:
    case 0xFE55:
    case 0xFF07:
    case 0xFF0E:
    case 0xFF1A:
      return true;
    default:
      return false;
  }
}

/// Characters that make what stands beside them a word with cases (Unicode: Cased).
inline bool is_cased(char32_t point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
      return true;
    default:
      break;
  }
  return point == 0xAA || point == 0xBA || (point >= 0x2160 && point <= 0x217F) || (point >= 0x24B6 && point <= 0x24E9) ||
         (point >= 0x1F130 && point <= 0x1F149) || (point >= 0x1F150 && point <= 0x1F169) || (point >= 0x1F170 && point <= 0x1F189);
}

/// Whether the capital sigma at position `at` ends a word.
inline bool sigma_ends_word(std::u32string_view text, std::size_t at) {
  std::size_t left = at;
  while (left > 0 && is_case_ignorable(text[left - 1])) --left;
  if (left == 0 || !is_cased(text[left - 1])) return false;
  std::size_t right = at + 1;
  while (right < text.size() && is_case_ignorable(text[right])) ++right;
  return right == text.size() || !is_cased(text[right]);
}

/// What becomes of a capital sigma.
enum class sigma {
  by_its_word,  ///< U+03C2 at the end of a word, else U+03C3: Python's str.lower()
  always_inner  ///< U+03C3: each character alone, as the package tokenizers
};

/// One code point to one, but for U+0130 (to i and U+0307) and the capital sigma (see sigma).
/// \param text valid UTF-8
inline std::string lower_case(std::string_view text, sigma rule = sigma::by_its_word) {
  std::string out;
  out.reserve(text.size());
  bool ascii = true;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      ascii = false;
      break;
    }
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  if (ascii) return out;
  out.clear();
  std::u32string points;
  for_each_point(text, [&](char32_t point) { points += point; });
  for (std::size_t i = 0; i < points.size(); ++i) {
    const char32_t point = points[i];
    if (point == 0x130) {
      append_point(out, 'i');
      append_point(out, 0x307);
    } else if (point == 0x3A3) {
      append_point(out, rule == sigma::by_its_word && sigma_ends_word(points, i) ? 0x3C2 : 0x3C3);
    } else {
      append_point(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point))));
    }
  }
  return out;
}

}  // namespace fewclip::tokenizer::detail
