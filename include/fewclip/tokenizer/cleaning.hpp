#pragma once
/// \file
/// What happens to a text before it is split: repairs, character references, white space, lower case.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fewclip/core/shape.hpp"
#include "fewclip/tokenizer/detail/character_references.hpp"
#include "fewclip/tokenizer/detail/lower_case.hpp"
#include "fewclip/tokenizer/detail/text_repair.hpp"

namespace fewclip::tokenizer {

/// What happens to a text before it is split. OpenAI's tokenizer and open_clip run the Python package ftfy first, transformers does not.
///
/// For texts in printable ASCII without "&" the first two and `transformers` give the same result.
enum class cleaning {
  /// OpenAI's tokenizer with ftfy replaced by the identity.
  none,
  /// OpenAI's, with the repairs of ftfy 6 that need no statistics: curly quotes straightened, full- and half-width forms to the usual ones, Latin
  /// ligatures spelled out, line breaks to \\n, U+0080 to U+009F read as Windows-1252, terminal escapes and control characters removed,
  /// normalisation form C. Not included: the repair of text that went through a wrong encoding ("Ã©"), and names of character references other
  /// than ours.
  basic,
  /// What the fast tokenizer of transformers does: normalisation form C, white space, lower case of each character alone. No repairs, no
  /// character references.
  transformers,
  /// open_clip's "whitespace": as basic, but capitals stay.
  whitespace,
  /// open_clip's "canonicalize", as SigLIP's: as basic, with "_" made a space and the other punctuation of ASCII removed.
  canonicalize
};

/// The names of the program and of files: "none", "openai", "transformers", "whitespace", "canonicalize".
inline std::string_view name_of(cleaning rule) {
  switch (rule) {
    case cleaning::none:
      return "none";
    case cleaning::transformers:
      return "transformers";
    case cleaning::whitespace:
      return "whitespace";
    case cleaning::canonicalize:
      return "canonicalize";
    default:
      return "openai";
  }
}

/// The rule of that name, see name_of; nothing for another text.
inline std::optional<cleaning> cleaning_named(std::string_view name) {
  for (const cleaning each : {cleaning::none, cleaning::basic, cleaning::transformers, cleaning::whitespace, cleaning::canonicalize}) {
    if (name_of(each) == name) return each;
  }
  return std::nullopt;
}

/// A cleaned text.
struct cleaned_text {
  std::string text;        ///< valid UTF-8, words separated by single spaces; lower case but for cleaning::whitespace
  index replacements = 0;  ///< ill-formed sequences of bytes that became U+FFFD
};

namespace detail {

/// The text with U+FFFD for each ill-formed sequence.
inline cleaned_text validated(std::string_view text) {
  cleaned_text out;
  out.text.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const decoded_point next = decode_point(text, at);
    if (next.valid) {
      out.text += text.substr(at, next.length);
    } else {
      append_point(out.text, next.point);
      ++out.replacements;
    }
    at += next.length;
  }
  return out;
}

/// White space removed at the ends and made one space between words. \param strips_controls whether U+001C to U+001F go at the ends, too
inline std::string single_spaced(std::string_view text, bool strips_controls) {
  std::string out;
  out.reserve(text.size());
  std::size_t end = 0;  // behind the last character that stays
  bool space = false;
  for_each_point(text, [&](char32_t point) {
    const bool strips = strips_controls ? is_stripped(point) : is_white_space(point);
    if (is_white_space(point) || (out.empty() && strips)) {
      space = !out.empty();
      return;
    }
    if (space) out += ' ';
    space = false;
    append_point(out, point);
    if (!strips) end = out.size();
  });
  out.resize(end);
  return out;
}

/// "_" made a space, the other punctuation of ASCII (Python's string.punctuation) removed.
inline std::string without_punctuation(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool sign = (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
    if (c == '_') {
      out += ' ';
    } else if (!sign) {
      out += c;
    }
  }
  return out;
}

}  // namespace detail

/// Cleans a text. In the order of OpenAI's tokenizer: repairs; character references of HTML, twice; white space at the ends removed, runs of it
/// made one space; lower case. The other rules leave steps out or add one, see cleaning.
///
/// White space is Unicode's White_Space; U+001C to U+001F count at the ends only. Character references are numbers and amp, lt, gt, quot, apos
/// and nbsp. Lower case is Unicode's, with U+0130 becoming i and U+0307 and the capital sigma looking at its word (but for transformers). The
/// locale plays no part. Cost: linear in the text.
/// \param text any bytes; what is no UTF-8 becomes U+FFFD, one for each ill-formed sequence, and is counted
/// \param rule see cleaning
inline cleaned_text clean(std::string_view text, cleaning rule = cleaning::basic) {
  cleaned_text out = detail::validated(text);
  if (rule == cleaning::transformers) {
    out.text = detail::lower_case(detail::single_spaced(detail::composed(std::move(out.text)), false), detail::sigma::always_inner);
    return out;
  }
  if (rule != cleaning::none) out.text = detail::repaired(out.text);
  for (int time = 0; time < 2 && out.text.find('&') != std::string::npos; ++time) {
    out.text = detail::replace_character_references(out.text, detail::semicolon::optional);
  }
  if (rule == cleaning::canonicalize) out.text = detail::without_punctuation(out.text);
  out.text = detail::single_spaced(out.text, true);
  if (rule != cleaning::whitespace) out.text = detail::lower_case(out.text);
  return out;
}

}  // namespace fewclip::tokenizer
