#pragma once
/// \file
/// Splits a cleaned text into pre-tokens, the words that byte pair encoding works on.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/tokenizer/detail/code_points.hpp"

namespace fewclip::tokenizer {

/// What the names of the special tokens mean inside a text.
enum class specials {
  as_text,  ///< ordinary characters, so that no class name or caption can end a prompt early
  parse     ///< the special token, where a pre-token would begin; what OpenAI's tokenizer does
};

/// The names of the two special tokens.
struct special_names {
  std::string start = "<|startoftext|>";  ///< open_clip's configuration files also say start_of_text in angle brackets
  std::string end = "<|endoftext|>";      ///< also end_of_text in angle brackets
};

/// What a pre-token is.
enum class pre_token_kind { word, start, end };

/// A piece of the text.
struct pre_token {
  std::string_view text;  ///< points into the scanned text
  pre_token_kind kind = pre_token_kind::word;
};

/// The bytes of the contraction at the front of the text ('s 't 're 've 'm 'll 'd), 0 where there is none. Case does not count, as in OpenAI's
/// expression; it does not matter for lower-case texts.
inline std::size_t contraction(std::string_view text) {
  static constexpr std::array<std::string_view, 7> all{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
  if (text.empty() || text[0] != '\'') return 0;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  for (const std::string_view each : all) {
    const std::string_view front = text.substr(0, each.size());
    if (std::equal(front.begin(), front.end(), each.begin(), each.end(), [&](char a, char b) { return lower(a) == b; })) return each.size();
  }
  return 0;
}

/// Calls `each(pre_token)` from left to right.
///
/// At each position the first of these wins: a special token (if parsed); a contraction; white space, which is skipped; a run of letters
/// (Unicode category L); one number character (category N); a run of anything else. Equal to the regular expression of OpenAI's tokenizer but
/// for U+017F behind an apostrophe. Cost: linear; no memory.
/// \param text cleaned, valid UTF-8
/// \param mode what the names of special tokens mean
/// \param names the names that `specials::parse` looks for
/// \param each is called with every pre_token
template <class Call>
void scan(std::string_view text, specials mode, const special_names& names, Call&& each) {
  using detail::point_class;
  const auto begins_with = [&](std::size_t at, const std::string& name) { return !name.empty() && text.substr(at, name.size()) == name; };
  for (std::size_t at = 0; at < text.size();) {
    if (mode == specials::parse && (begins_with(at, names.start) || begins_with(at, names.end))) {
      const bool start = begins_with(at, names.start);
      const std::size_t length = start ? names.start.size() : names.end.size();
      each(pre_token{text.substr(at, length), start ? pre_token_kind::start : pre_token_kind::end});
      at += length;
      continue;
    }
    if (const std::size_t length = contraction(text.substr(at)); length > 0) {
      each(pre_token{text.substr(at, length)});
      at += length;
      continue;
    }
    detail::decoded_point next = detail::decode_point(text, at);
    const point_class kind = detail::class_of(next.point);
    std::size_t end = at + next.length;
    if (kind == point_class::letter || kind == point_class::other) {
      while (end < text.size()) {
        next = detail::decode_point(text, end);
        if (detail::class_of(next.point) != kind) break;
        end += next.length;
      }
    }
    if (kind != point_class::space) each(pre_token{text.substr(at, end - at)});
    at = end;
  }
}

/// All pre-tokens of a text; see scan().
/// \returns views into `text`, which the caller keeps
inline std::vector<pre_token> pre_tokens(std::string_view text, specials mode = specials::as_text, const special_names& names = {}) {
  std::vector<pre_token> out;
  scan(text, mode, names, [&](const pre_token& next) { out.push_back(next); });
  return out;
}

}  // namespace fewclip::tokenizer
