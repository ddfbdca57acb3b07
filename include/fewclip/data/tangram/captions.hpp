#pragma once
/// \file
/// The grammar of KiloGram's captions: "a dog with a head, a body, and a tail".

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::data::tangram {

/// A description of a tangram: what it is, and the names of its parts.
struct phrases {
  std::string whole;               ///< "a bird", or without its article
  std::vector<std::string> parts;  ///< "head", "body"; none, or each once

  friend bool operator==(const phrases&, const phrases&) = default;  ///< same texts
};

/// Cuts the raw form "whole#part#part".
/// \throws value_error for an empty whole or part
inline phrases parse_phrases(std::string_view raw) {
  std::vector<std::string> pieces(1);
  for (const char each : raw) {
    if (each == '#')
      pieces.emplace_back();
    else
      pieces.back() += each;
  }
  for (const std::string& each : pieces) {
    if (each.empty()) {
      throw value_error(
          expected_got("fewclip::data::tangram::parse_phrases", "raw", "whole#part#part without an empty one", std::string(raw)));
    }
  }
  return {pieces.front(), {pieces.begin() + 1, pieces.end()}};
}

/// Whether a phrase is in the plural as far as spelling tells: its last word ends in "s" but not in "ss", "us" or "is", or is one of a few words
/// such as "feet", "people" and "men" (ours; the authors' code asks a word list for the same).
inline bool is_plural(std::string_view phrase) {
  const std::string_view word = phrase.substr(phrase.find_last_of(' ') + 1);
  for (const std::string_view each : {"feet", "teeth", "geese", "mice", "men", "women", "people", "children", "oxen"}) {
    if (word == each) return true;
  }
  if (word.size() < 3 || word.back() != 's') return false;
  const char before = word[word.size() - 2];
  return before != 's' && before != 'u' && before != 'i';
}

/// A phrase with its article: "an" before a, e, i, o and u, else "a"; none where the phrase is in the plural, nor, which is ours, where it is
/// empty or begins with an article, a possessive or a number.
inline std::string with_article(const std::string& phrase) {
  if (phrase.empty() || is_plural(phrase)) return phrase;
  const std::string first = phrase.substr(0, phrase.find(' '));
  for (const std::string_view each :
       {"a", "an", "the", "his", "her", "its", "their", "my", "your", "one", "two", "three", "four", "some"}) {
    if (first == each) return phrase;
  }
  const bool vowel = std::string_view("aeiouAEIOU").find(phrase.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + phrase;
}

/// "a dog with a head, a body, and a tail": articles where with_article sets them; ", " between parts and ", and " before the last; "a dog with a
/// head" for one part and "a dog" for none. Two parts are joined as more are, with a comma, so that the commas tell their number.
inline std::string caption(const phrases& of) {
  std::string out = with_article(of.whole);
  for (std::size_t i = 0; i < of.parts.size(); ++i) {
    out += i == 0 ? " with " : i + 1 == of.parts.size() ? ", and " : ", ";
    out += with_article(of.parts[i]);
  }
  return out;
}

/// The number of parts that a caption names: its commas and one.
inline index part_count(std::string_view text) { return static_cast<index>(std::count(text.begin(), text.end(), ',')) + 1; }

/// Every choice of parts, none included, each in the given order: what the augmented data set is made from. 2^parts descriptions.
/// \throws value_error for more than 7 parts, as there are 7 pieces
inline std::vector<phrases> part_subsets(const phrases& of) {
  if (of.parts.size() > 7) {
    throw value_error(expected_got("fewclip::data::tangram::part_subsets", "parts", "at most 7", std::to_string(of.parts.size())));
  }
  std::vector<phrases> out;
  for (std::size_t choice = 0; choice < (std::size_t{1} << of.parts.size()); ++choice) {
    phrases each{of.whole, {}};
    for (std::size_t i = 0; i < of.parts.size(); ++i) {
      if ((choice >> i) & 1U) each.parts.push_back(of.parts[i]);
    }
    out.push_back(std::move(each));
  }
  return out;
}

/// The plural of a part's name for captions: "wing" to "wings", "foot" to "feet", "branch" to "branches".
inline std::string plural(const std::string& noun) {
  if (noun == "foot") return "feet";
  const bool hisses = noun.ends_with("s") || noun.ends_with("x") || noun.ends_with("ch") || noun.ends_with("sh");
  return noun + (hisses ? "es" : "s");
}

}  // namespace fewclip::data::tangram
