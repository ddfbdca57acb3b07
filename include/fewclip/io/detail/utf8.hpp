#pragma once
/// \file
/// UTF-8 as Unicode defines it: shortest forms only, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <string_view>

#include "fewclip/config.hpp"
#include "fewclip/core/readable_text.hpp"

namespace fewclip::io::detail {

using fewclip::detail::utf8_sequence;

/// The position of the first byte that is no UTF-8, or npos.
inline std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_sequence(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace fewclip::io::detail
