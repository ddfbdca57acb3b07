#pragma once
/// \file
/// The part of ftfy's repairs that needs no statistics: what cleaning::basic does.

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "fewclip/tokenizer/detail/character_references.hpp"

namespace fewclip::tokenizer::detail {

/// The letters of a Latin ligature or digraph; empty for other characters. U+FB05 gives a long s, as in ftfy.
inline std::u32string_view ligature(char32_t point) {
  switch (point) {
    case 0x132:
      return U"IJ";
    case 0x133:
      return U"ij";
    case 0x149:
      return U"\u02BCn";
    case 0x1C4:
      return U"D\u017D";
    case 0x1C5:
      return U"D\u017E";
    case 0x1C6:
      return U"d\u017E";
    case 0x1C7:
      return U"LJ";
    case 0x1C8:
      return U"Lj";
    case 0x1C9:
      return U"lj";
    case 0x1CA:
      return U"NJ";
    case 0x1CB:
      return U"Nj";
    case 0x1CC:
      return U"nj";
    case 0x1F1:
      return U"DZ";
    case 0x1F2:
      return U"Dz";
    case 0x1F3:
      return U"dz";
    case 0xFB00:
      return U"ff";
    case 0xFB01:
      return U"fi";
    case 0xFB02:
      return U"fl";
    case 0xFB03:
      return U"ffi";
    case 0xFB04:
      return U"ffl";
    case 0xFB05:
      return U"\u017Ft";
    case 0xFB06:
      return U"st";
    default:
      return {};
  }
}

/// Control characters that no caption means.
inline bool is_dropped(char32_t point) {
  return point < 0x09 || point == 0x0B || (point >= 0x0E && point < 0x20) || point == 0x7F || (point >= 0x206A && point <= 0x206F) ||
         point == 0xFEFF || (point >= 0xFFF9 && point <= 0xFFFC);
}

/// Full- and half-width forms to the usual ones (normalisation form KC, one to four characters); others unchanged.
inline std::u32string usual_width(char32_t point) {
  if (point == 0x3000) return U" ";
  if (point < 0xFF01 || point >= 0xFFF0) return {point};
  std::array<utf8proc_int32_t, 8> parts{};
  int last_class = 0;
  const auto count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(point), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
                              static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STABLE), &last_class);
  if (count < 1 || count > static_cast<utf8proc_ssize_t>(parts.size())) return {point};
  std::u32string out;
  for (utf8proc_ssize_t i = 0; i < count; ++i) out += static_cast<char32_t>(parts[static_cast<std::size_t>(i)]);
  return out;
}

/// Curly quotes and the line breaks of other systems to plain ones.
inline char32_t straightened(char32_t point) {
  if (point == 0x2BC || (point >= 0x2018 && point <= 0x201B)) return '\'';
  if (point >= 0x201C && point <= 0x201F) return '"';
  if (point == '\r' || point == 0x2028 || point == 0x2029) return '\n';
  return point;
}

inline void append_repaired(std::string& out, char32_t original) {
  const char32_t point = windows_1252(original);
  const std::u32string_view letters = ligature(point);
  const std::u32string parts = letters.empty() ? usual_width(point) : std::u32string(letters);
  for (const char32_t each : parts) {
    if (!is_dropped(each)) append_point(out, straightened(each));
  }
}

/// The length of a terminal's escape sequence, such as ESC [ 3 1 m, at the front of the text; 0 where there is none.
inline std::size_t terminal_escape(std::string_view text) {
  if (text.size() < 3 || text[0] != '\x1B' || text[1] != '[') return 0;
  std::size_t at = 2;
  while (at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == ';')) ++at;
  return at < text.size() && class_of(static_cast<unsigned char>(text[at])) == point_class::letter ? at + 1 : 0;
}

/// Normalisation form C. A text with more than 64 combining marks in a row is returned as it is: ordering them would take quadratic time.
inline std::string composed(std::string text) {
  std::size_t marks = 0;
  std::size_t most = 0;
  bool ascii = true;
  for_each_point(text, [&](char32_t point) {
    ascii = ascii && point < 0x80;
    const bool mark = point >= 0x300 && utf8proc_get_property(static_cast<utf8proc_int32_t>(point))->combining_class != 0;
    marks = mark ? marks + 1 : 0;
    most = std::max(most, marks);
  });
  if (ascii || most > 64) return text;
  utf8proc_uint8_t* raw = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(raw, std::free);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  return length < 0 ? text : std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

/// Repeats the repairs until nothing changes, at most eight times. \param text valid UTF-8
inline std::string repaired_part(std::string text, bool references) {
  for (int pass = 0; pass < 8; ++pass) {
    const std::string before = text;
    if (references) text = replace_character_references(text, semicolon::required);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
      if (const std::size_t escape = terminal_escape(std::string_view(text).substr(at)); escape > 0) {
        at += escape;
        continue;
      }
      const decoded_point next = decode_point(text, at);
      append_repaired(out, next.point);
      at += next.length;
    }
    text = composed(std::move(out));
    if (text == before) break;
  }
  return text;
}

/// All repairs. From the first line with a "<" on, the text may be markup whose references mean themselves, so they are left to the
/// later, unconditional step. \param text valid UTF-8
inline std::string repaired(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c < 0x7F && c != '&') || c == '\n' || c == '\t'; });
  if (plain) return std::string(text);
  const std::size_t angle = text.find('<');
  if (angle == std::string_view::npos) return repaired_part(std::string(text), true);
  const std::size_t line_end = text.rfind('\n', angle);
  const std::size_t line = line_end == std::string_view::npos ? 0 : line_end + 1;
  return repaired_part(std::string(text.substr(0, line)), true) + repaired_part(std::string(text.substr(line)), false);
}

}  // namespace fewclip::tokenizer::detail
