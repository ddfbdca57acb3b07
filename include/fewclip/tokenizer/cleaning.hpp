#pragma once
/// \file
/// What happens to a text before it is split: repairs, character references, white space, lower case.

#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/core/shape.hpp"
#include "fewclip/tokenizer/detail/character_references.hpp"
#include "fewclip/tokenizer/detail/lower_case.hpp"
#include "fewclip/tokenizer/detail/text_repair.hpp"

namespace fewclip::tokenizer {

/// What is repaired first. OpenAI's tokenizer and open_clip run the Python package ftfy at this place.
///
/// For texts in printable ASCII without "&" all choices, ftfy included, give the same result.
enum class cleaning {
  /// Nothing: OpenAI's tokenizer with ftfy replaced by the identity.
  none,
  /// The repairs of ftfy 6 that need no statistics: curly quotes straightened, full- and half-width forms to the usual ones, Latin ligatures
  /// spelled out, line breaks to \\n, U+0080 to U+009F read as Windows-1252, terminal escapes and control characters removed, normalisation
  /// form C. Not included: the repair of text that went through a wrong encoding ("Ã©"), and names of character references other than ours.
  basic
};

/// A cleaned text.
struct cleaned_text {
  std::string text;        ///< valid UTF-8, lower case, words separated by single spaces
  index replacements = 0;  ///< ill-formed sequences of bytes that became U+FFFD
};

/// Cleans a text in the order of OpenAI's tokenizer: repairs; character references of HTML, twice; white space at the ends removed, runs of it
/// made one space; lower case.
///
/// White space is Unicode's White_Space; U+001C to U+001F count at the ends only. Character references are numbers and amp, lt, gt, quot, apos
/// and nbsp. Lower case is Unicode's, with U+0130 becoming i and U+0307 and the capital sigma looking at its word. The locale plays no part.
/// Cost: linear in the text.
/// \param text any bytes; what is no UTF-8 becomes U+FFFD, one for each ill-formed sequence, and is counted
/// \param repairs see cleaning
inline cleaned_text clean(std::string_view text, cleaning repairs = cleaning::basic) {
  cleaned_text out;
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const detail::decoded_point next = detail::decode_point(text, at);
    if (next.valid) {
      valid += text.substr(at, next.length);
    } else {
      detail::append_point(valid, next.point);
      ++out.replacements;
    }
    at += next.length;
  }
  if (repairs == cleaning::basic) valid = detail::repaired(valid);
  for (int time = 0; time < 2 && valid.find('&') != std::string::npos; ++time) {
    valid = detail::replace_character_references(valid, detail::semicolon::optional);
  }
  std::string spaced;
  spaced.reserve(valid.size());
  std::size_t end = 0;  // behind the last character that stays
  bool space = false;
  detail::for_each_point(valid, [&](char32_t point) {
    if (detail::is_white_space(point) || (spaced.empty() && detail::is_stripped(point))) {
      space = !spaced.empty();
      return;
    }
    if (space) spaced += ' ';
    space = false;
    detail::append_point(spaced, point);
    if (!detail::is_stripped(point)) end = spaced.size();
  });
  spaced.resize(end);
  out.text = detail::lower_case(spaced);
  return out;
}

}  // namespace fewclip::tokenizer
