#pragma once
/// \file
/// The tokens of class prompts, for methods that learn parts of them.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/prompts/templates.hpp"
#include "fewclip/prompts/tokenised_prompts.hpp"
#include "fewclip/tokenizer/bpe_tokenizer.hpp"

namespace fewclip::tokenizer {
namespace detail {

constexpr const char* tokenise_where = "fewclip::tokenizer::tokenise_prompts";

/// Start, the ids of a text, end.
inline std::vector<token_id> closed(const bpe_tokenizer& words, std::string_view text) {
  std::vector<token_id> out{words.words().start()};
  const std::vector<token_id> ids = words.encode(text);
  out.insert(out.end(), ids.begin(), ids.end());
  out.push_back(words.words().end());
  return out;
}

/// \throws value_error where the name has no tokens, does not follow the words in front of it, or the prompt is too long
inline prompts::tokenised_prompt tokenised(const bpe_tokenizer& words, const std::string& text, const std::vector<token_id>& before,
                                           const std::string& name) {
  prompts::tokenised_prompt out{closed(words, text), 1 + static_cast<index>(before.size()),
                                static_cast<index>(words.encode(prompts::prompt_name(name)).size())};
  if (static_cast<index>(out.ids.size()) > words.settings().context) {
    throw value_error(expected_got(tokenise_where, readable_name(text), "at most " + std::to_string(words.settings().context) + " tokens",
                                   std::to_string(out.ids.size())));
  }
  const bool follows = out.ids.size() > before.size() + 2 && std::equal(before.begin(), before.end(), out.ids.begin() + 1);
  if (!follows || out.name_length < 1 || out.name_begin + out.name_length >= static_cast<index>(out.ids.size())) {
    throw value_error(expected_got(tokenise_where, readable_name(text), "a name with tokens of its own between the words of the template",
                                   "tokens that belong to both, or none"));
  }
  return out;
}

}  // namespace detail

/// The prompts of classes under one template, as token ids.
///
/// The whole prompt is tokenised, so ids are those of the filled template. A sign of the template that joins the end of a name ("(dog)." ends in
/// one token for ")." ) counts as the name's, as in CoOp's code.
/// \param words the tokenizer of the text tower
/// \param class_names in label order; "_" stands for a space
/// \param text one template with one `{}`; CoOp's "a photo of a {}."
/// \param anchor_words names that need not be classes
/// \throws value_error for no class, not exactly one `{}`, a name without tokens or one that melts with the word in front of it, or a prompt
/// longer than the tokenizer's context
inline prompts::tokenised_prompts tokenise_prompts(const bpe_tokenizer& words, const std::vector<std::string>& class_names,
                                                   const std::string& text = "a photo of a {}.",
                                                   const std::vector<std::string>& anchor_words = {}) {
  if (class_names.empty()) throw value_error(expected_got(detail::tokenise_where, "class_names", "at least one", "none"));
  const prompts::template_list filled({text});
  const std::size_t gap = text.find("{}");
  const std::vector<token_id> before = words.encode(std::string_view(text).substr(0, gap));
  const std::vector<token_id> after = words.encode(std::string_view(text).substr(gap + 2));
  prompts::tokenised_prompts out;
  out.frame = {{words.words().start()}, 1 + static_cast<index>(before.size()), 0};
  out.frame.ids.insert(out.frame.ids.end(), before.begin(), before.end());
  out.frame.ids.insert(out.frame.ids.end(), after.begin(), after.end());
  out.frame.ids.push_back(words.words().end());
  for (const std::string& name : class_names) out.classes.push_back(detail::tokenised(words, filled.fill(name)[0], before, name));
  for (const std::string& name : anchor_words) {
    out.anchor_words.push_back(words.encode(prompts::prompt_name(name)));
    if (out.anchor_words.back().empty()) {
      throw value_error(expected_got(detail::tokenise_where, "anchor word `" + name + "`", "a name with tokens", "none"));
    }
  }
  return out;
}

}  // namespace fewclip::tokenizer
