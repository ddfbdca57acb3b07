#pragma once
/// \file
/// Class names as texts: the form that is stored, and the form that is compared.

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "fewclip/config.hpp"

namespace fewclip::io {

namespace detail {

/// Calls `each(point, bytes)` for every code point of the text, with the bytes it is written in; ill-formed bytes come one by one, as -1.
template <class Call>
void for_each_point(std::string_view text, Call&& each) {
  while (!text.empty()) {
    utf8proc_int32_t point = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &point);
    const std::size_t read = length < 1 ? 1 : static_cast<std::size_t>(length);
    each(length < 1 ? -1 : point, text.substr(0, read));
    text.remove_prefix(read);
  }
}

/// The Unicode property White_Space, and "_", which prompts show as a space.
inline bool is_gap(utf8proc_int32_t point) {
  if (point == '_' || (point >= '\t' && point <= '\r') || point == 0x85) return true;
  const auto category = point < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/// Whether the text can be composed at little cost: no more than 64 combining marks in a row, whose ordering takes quadratic time.
inline bool has_short_runs_of_marks(std::string_view text) {
  std::size_t run = 0;
  std::size_t longest = 0;
  for_each_point(text, [&](utf8proc_int32_t point, std::string_view) {
    const bool mark = point >= 0x300 && utf8proc_get_property(point)->combining_class != 0;
    run = mark ? run + 1 : 0;
    longest = std::max(longest, run);
  });
  return longest <= 64;
}

}  // namespace detail

/// A name in Unicode's normalisation form C, in which an accented letter is one character where there is one.
///
/// Archives and file systems of macOS write "é" as the letter and its accent, others as one character; both look the same. Every reader of
/// classes brings names to this form first, so that both are one class.
/// \param name UTF-8; other bytes, and names with more than 64 combining marks in a row, come back as they are
inline std::string composed_name(std::string_view name) {
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii || !detail::has_short_runs_of_marks(name)) return std::string(name);
  utf8proc_uint8_t* raw = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()), &raw,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(raw, std::free);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  return length < 0 ? std::string(name) : std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

/// A class name for comparing: composed_name(), letters small, "_" and runs of white space are one space, none at the ends. Names that are equal
/// in this form are the same text to a CLIP, whose tokenizer sees neither case nor the kind and number of spaces.
///
/// Letters are made small one by one, so "ß" and "ss" stay two, as they do in the tokenizer; the two small forms of "Σ" are one.
/// \param name as composed_name() takes it
inline std::string comparable_name(std::string_view name) {
  std::string out;
  bool gap = false;
  detail::for_each_point(composed_name(name), [&](utf8proc_int32_t point, std::string_view bytes) {
    if (detail::is_gap(point)) {
      gap = !out.empty();
      return;
    }
    if (gap) out += ' ';
    gap = false;
    if (point < 0) {
      out += bytes;
      return;
    }
    constexpr utf8proc_int32_t final_sigma = 0x3C2;
    std::array<utf8proc_uint8_t, 4> encoded{};
    const utf8proc_int32_t small = point == final_sigma ? final_sigma + 1 : utf8proc_tolower(point);
    const auto length = utf8proc_encode_char(small, encoded.data());
    out.append(encoded.begin(), encoded.begin() + length);
  });
  return out;
}

}  // namespace fewclip::io
