#pragma once
/// \file
/// Foreign text in messages: names and paths that anybody may have written must not reach a terminal as they are.

#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/config.hpp"

namespace fewclip {

namespace detail {

/// The length of the well-formed UTF-8 sequence at the front of `text`, 0 where there is none: shortest forms only, no surrogates, nothing
/// above U+10FFFF. `text` is not empty.
inline std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  // The second byte alone decides about overlong forms, surrogates and the upper end.
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

/// Whether one well-formed sequence is a character that changes nothing but its own place: no control character (C0, DEL, C1), no separator
/// of lines or paragraphs (U+2028, U+2029), no mark or change of direction (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to
/// U+2069).
inline bool is_harmless(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0) >= 0x20 && byte(0) != 0x7F;
  if (sequence.size() == 2) return (byte(0) != 0xC2 || byte(1) >= 0xA0) && !(byte(0) == 0xD8 && byte(1) == 0x9C);
  if (sequence.size() != 3 || byte(0) != 0xE2) return true;
  const bool turns = byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  return !(byte(1) == 0x80 && turns) && !(byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

}  // namespace detail

/// The text as UTF-8 on one line, with "?" for each control character, separator of lines or paragraphs, change of direction (bidirectional
/// overrides and isolates), and for each byte that is no UTF-8. Every fewclip::error passes its message through this.
/// \param text of any bytes
/// \param most_bytes where the text is longer, it ends before the character that would exceed this, and "..." follows
inline std::string readable_text(std::string_view text, std::size_t most_bytes = std::string_view::npos) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = detail::utf8_sequence(text.substr(at));
    const std::size_t step = length == 0 ? 1 : length;
    if (step > most_bytes || at > most_bytes - step) return out + "...";
    const std::string_view one = text.substr(at, step);
    if (length != 0 && detail::is_harmless(one)) {
      out += one;
    } else {
      out += '?';
    }
    at += step;
  }
  return out;
}

/// The name between back quotes as readable_text shows it, at most 80 bytes of it.
/// \param name of any bytes
inline std::string readable_name(std::string_view name) { return "`" + readable_text(name, 80) + "`"; }

}  // namespace fewclip
