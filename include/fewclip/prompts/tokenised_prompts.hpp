#pragma once
/// \file
/// Prompts as token ids, and prompts some of whose tokens are learned.

#include <cstdint>
#include <vector>

#include "fewclip/core/shape.hpp"

namespace fewclip::prompts {

/// The tokens of one prompt, start and end included, and where the class name stands among them.
struct tokenised_prompt {
  std::vector<std::int32_t> ids;
  index name_begin = 1;   ///< tokens in front of the name, the start included
  index name_length = 0;  ///< tokens of the name
};

/// The prompts of all classes under one template. tokenizer::tokenise_prompts makes them from names.
struct tokenised_prompts {
  tokenised_prompt frame;                               ///< the template without a name
  std::vector<tokenised_prompt> classes;                ///< in label order
  std::vector<std::vector<std::int32_t>> anchor_words;  ///< names that need not be classes, without start and end; may be empty
};

/// A prompt with places for learned tokens, start and end included. An entry from 0 on is a token id; learned_token(k) is row k of the learned
/// embeddings.
using prompt_slots = std::vector<std::int32_t>;

/// The entry of prompt_slots that stands for a row of the learned embeddings.
constexpr std::int32_t learned_token(index row) { return static_cast<std::int32_t>(-1 - row); }

}  // namespace fewclip::prompts
