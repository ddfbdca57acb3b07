#pragma once
/// \file
/// Texts of others, such as names of files and classes, on a terminal.

#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/io/detail/utf8.hpp"

namespace fewclip::io {

namespace detail {

/// Whether a terminal would do something else with a well-formed sequence than show it: controls of ASCII and of U+0080..9F, separators of lines
/// (U+2028, U+2029), and marks that turn the direction of writing (U+200E, U+200F, U+202A..202E, U+2066..2069).
inline bool steers_terminal(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (sequence.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (sequence.size() != 3 || byte(0) != 0xE2) return false;
  const unsigned last = byte(2);
  if (byte(1) == 0x80) return last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
  return byte(1) == 0x81 && last >= 0xA6 && last <= 0xA9;
}

}  // namespace detail

/// The text as a terminal can show it: "?" for every byte that is no UTF-8, and for every character that would steer the terminal: controls (ends of
/// lines and tabs among them), separators of lines and marks that turn the direction of writing.
/// \param text any bytes
inline std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = detail::utf8_sequence(text.substr(at));
    if (length == 0 || detail::steers_terminal(text.substr(at, length))) {
      out += '?';
    } else {
      out += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return out;
}

}  // namespace fewclip::io
