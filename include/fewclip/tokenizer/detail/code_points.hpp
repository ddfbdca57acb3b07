#pragma once
/// \file
/// UTF-8 in and out, one code point at a time, and what the scanner and the cleaner ask about a code point.

#include <utf8proc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fewclip/config.hpp"

namespace fewclip::tokenizer::detail {

constexpr char32_t replacement_character = 0xFFFD;

/// One step of decoding.
struct decoded_point {
  char32_t point = 0;
  std::size_t length = 1;  ///< bytes that were read
  bool valid = true;       ///< false: the bytes are no UTF-8 and the point is U+FFFD
};

/// The code point at `at`, which lies inside the text. Ill-formed bytes give one U+FFFD for each longest start of a well-formed sequence, as
/// Unicode recommends and Python's decoder does.
inline decoded_point decode_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(at);
  if (first < 0x80) return {first, 1, true};
  if (first < 0xC2 || first > 0xF4) return {replacement_character, 1, false};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  // The second byte decides about overlong forms, surrogates and the upper end.
  unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  char32_t point = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high) return {replacement_character, i, false};
    point = (point << 6) | (byte(at + i) & 0x3FU);
    low = 0x80;
    high = 0xBF;
  }
  return {point, length, true};
}

/// Appends a code point that is a Unicode scalar value.
inline void append_point(std::string& out, char32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

/// Calls `each(point)` for every code point of the text.
template <class Call>
void for_each_point(std::string_view text, Call&& each) {
  for (std::size_t at = 0; at < text.size();) {
    const decoded_point next = decode_point(text, at);
    each(next.point);
    at += next.length;
  }
}

/// The Unicode property White_Space.
inline bool is_white_space(char32_t point) {
  if (point < 0x80) return point == 0x20 || (point >= 0x09 && point <= 0x0D);
  return point == 0x85 || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
         point == 0x202F || point == 0x205F || point == 0x3000;
}

/// What Python's str.strip() takes off the ends: white space and U+001C to U+001F.
inline bool is_stripped(char32_t point) { return is_white_space(point) || (point >= 0x1C && point <= 0x1F); }

/// The classes of the scanner.
enum class point_class : unsigned char { other, letter, number, space };

inline point_class class_of(char32_t point) {
  if (point < 0x80) {
    if ((point | 0x20U) >= 'a' && (point | 0x20U) <= 'z') return point_class::letter;
    if (point >= '0' && point <= '9') return point_class::number;
    return is_white_space(point) ? point_class::space : point_class::other;
  }
  if (is_white_space(point)) return point_class::space;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return point_class::letter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return point_class::number;
    default:
      return point_class::other;
  }
}

/// What a control character of U+0080 to U+009F was meant to be in Windows-1252; five of them mean nothing and stay.
inline char32_t windows_1252(char32_t point) {
  constexpr std::array<char16_t, 32> meant{0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                           0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                           0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  return point >= 0x80 && point <= 0x9F ? meant[point - 0x80] : point;
}

}  // namespace fewclip::tokenizer::detail
