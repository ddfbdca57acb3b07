#pragma once
/// \file
/// The 256 printable characters that stand for bytes in a vocabulary's tokens (as in GPT-2).

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/tokenizer/detail/code_points.hpp"

namespace fewclip::tokenizer::detail {

constexpr std::string_view word_end = "</w>";

constexpr bool stands_for_itself(unsigned byte) { return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174; }

/// The character of each byte: its own code point where that is printable, else U+0100 and on in the order of the bytes.
inline constexpr std::array<char32_t, 256> byte_characters = [] {
  std::array<char32_t, 256> out{};
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) out[byte] = stands_for_itself(byte) ? byte : next++;
  return out;
}();

/// The bytes in the order of the vocabulary's first ids: the printable ones, then the rest.
inline std::array<unsigned, 256> bytes_in_vocabulary_order() {
  std::array<unsigned, 256> out{};
  std::size_t at = 0;
  for (const bool itself : {true, false}) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (stands_for_itself(byte) == itself) out[at++] = byte;
    }
  }
  return out;
}

/// The token of one byte, without the mark of a word's end.
inline std::string byte_token(unsigned byte) {
  std::string out;
  append_point(out, byte_characters[byte]);
  return out;
}

/// The bytes that a token's characters stand for; characters outside the alphabet are kept as they are.
inline std::string bytes_of_token(std::string_view token) {
  static constexpr std::array<int, 0x144> byte_of = [] {
    std::array<int, 0x144> out{};
    out.fill(-1);
    for (unsigned byte = 0; byte < 256; ++byte) out[byte_characters[byte]] = static_cast<int>(byte);
    return out;
  }();
  std::string out;
  for_each_point(token, [&](char32_t point) {
    if (point < byte_of.size() && byte_of[point] >= 0) {
      out += static_cast<char>(byte_of[point]);
    } else {
      append_point(out, point);
    }
  });
  return out;
}

}  // namespace fewclip::tokenizer::detail
