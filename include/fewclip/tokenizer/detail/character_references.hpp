#pragma once
/// \file
/// Character references of HTML: numbers and the handful of names that captions contain.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/tokenizer/detail/code_points.hpp"

namespace fewclip::tokenizer::detail {

/// Whether references without a semicolon count, as HTML reads them.
enum class semicolon { required, optional };

/// Appends the character of a number, by the rules of HTML 5; nothing for a number that must not occur.
inline void append_numbered(std::string& out, char32_t number) {
  if (number == 0 || (number >= 0xD800 && number <= 0xDFFF) || number > 0x10FFFF) return append_point(out, replacement_character);
  if (number == 0x0D || (number >= 0x80 && number <= 0x9F)) return append_point(out, windows_1252(number));
  const bool forbidden = (number >= 0x1 && number <= 0x8) || number == 0xB || (number >= 0xE && number <= 0x1F) || number == 0x7F ||
                         (number >= 0xFDD0 && number <= 0xFDEF) || (number & 0xFFFEU) == 0xFFFEU;
  if (!forbidden) append_point(out, number);
}

/// Reads "#..." behind an ampersand. \returns the bytes read, 0 where it is no number
inline std::size_t read_numbered(std::string_view text, semicolon end, std::string& out) {
  const bool hexadecimal = text.size() > 1 && (text[1] == 'x' || text[1] == 'X');
  std::size_t at = hexadecimal ? 2 : 1;
  const std::size_t begin = at;
  char32_t number = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const char small = static_cast<char>(c | 0x20);
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (hexadecimal && small >= 'a' && small <= 'f') digit = static_cast<unsigned>(small - 'a') + 10;
    if (digit == 16) break;
    number = std::min<char32_t>(number * (hexadecimal ? 16 : 10) + digit, 0x110000);
  }
  const bool closed = at < text.size() && text[at] == ';';
  if (at == begin || (!closed && end == semicolon::required)) return 0;
  append_numbered(out, number);
  return at + (closed ? 1 : 0);
}

/// Reads a name behind an ampersand. \returns the bytes read, 0 where it is none of ours
inline std::size_t read_named(std::string_view text, semicolon end, std::string& out) {
  struct entry {
    std::string_view name;
    char32_t point;
  };
  static constexpr std::array<entry, 10> names{{{"amp", '&'},
                                                {"AMP", '&'},
                                                {"lt", '<'},
                                                {"LT", '<'},
                                                {"gt", '>'},
                                                {"GT", '>'},
                                                {"quot", '"'},
                                                {"QUOT", '"'},
                                                {"nbsp", 0xA0},
                                                {"apos", '\''}}};
  for (const entry& each : names) {
    if (text.substr(0, each.name.size()) != each.name) continue;
    const std::string_view rest = text.substr(each.name.size());
    if (!rest.empty() && rest[0] == ';') {
      append_point(out, each.point);
      return each.name.size() + 1;
    }
    if (end == semicolon::required || each.name == "apos") return 0;
    // "&lte;" and its like are other characters, whose table is not here.
    std::size_t letters = 0;
    while (letters < rest.size() && letters < 32 && class_of(static_cast<unsigned char>(rest[letters])) == point_class::letter) ++letters;
    if (letters > 0 && letters < rest.size() && rest[letters] == ';' && (each.point == '<' || each.point == '>')) return 0;
    append_point(out, each.point);
    return each.name.size();
  }
  return 0;
}

/// Replaces references once, from left to right. Names: amp, lt, gt, quot (also in capitals), nbsp and apos; the 2,200 others stay.
inline std::string replace_character_references(std::string_view text, semicolon end) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = std::min(text.find('&', at), text.size());
    out += text.substr(at, next - at);
    at = next;
    if (at == text.size()) break;
    const std::string_view rest = text.substr(at + 1);
    const std::size_t read = !rest.empty() && rest[0] == '#' ? read_numbered(rest, end, out) : read_named(rest, end, out);
    if (read == 0) out += '&';
    at += 1 + read;
  }
  return out;
}

}  // namespace fewclip::tokenizer::detail
