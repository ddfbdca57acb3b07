#pragma once
/// \file
/// Where text rows come from: the frozen text tower and the tokens of the prompts, for methods that learn parts of prompts.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/prompts/detail/encode_prompts.hpp"

namespace fewclip::prompts {

/// How many tokens are encoded at a time while prompts are learned. Neither number changes a result by more than rounding.
struct encoding_memory {
  index tokens_at_once =
      512;  ///< a batch of prompts has at most so many tokens, or one prompt; about 0.25 MB each for 12 layers of width 512
  index tokens_remembered = 2048;  ///< batches up to so many tokens are kept for the backward; the others are encoded once more
};

/// A frozen text tower, the tokens of the class prompts and of the template around the names.
///
/// A class_text carries one to the methods that need it (input_needs::text_source). Immutable; may be used from many threads.
template <compute_backend B>
class text_source {
 public:
  using tower = encoders::text_transformer::fitted<B>;

  /// \param text the tower; shared, and not to be changed afterwards
  /// \param prompts token ids of that tower's tokenizer
  /// \param memory bounds for learned prompts
  /// \throws value_error for no tower, no class, ids outside of the vocabulary, a prompt that does not hold start, end and its name, or
  /// bounds below 1 (0 for tokens_remembered); shape_error for a prompt longer than the context
  text_source(std::shared_ptr<const tower> text, tokenised_prompts prompts, const encoding_memory& memory = {})
      : text_(std::move(text)), prompts_(std::move(prompts)), memory_(memory) {
    if (!text_) throw value_error(expected_got(where, "text", "a text tower", "none"));
    if (prompts_.classes.empty()) throw value_error(expected_got(where, "classes", "at least one prompt", "none"));
    if (memory.tokens_at_once < 1 || memory.tokens_remembered < 0) {
      throw value_error(expected_got(where, "memory", "tokens_at_once >= 1 and tokens_remembered >= 0",
                                     std::to_string(memory.tokens_at_once) + " and " + std::to_string(memory.tokens_remembered)));
    }
    check(prompts_.frame, "the frame");
    for (std::size_t c = 0; c < prompts_.classes.size(); ++c) check(prompts_.classes[c], "class " + std::to_string(c));
    for (std::size_t i = 0; i < prompts_.anchor_words.size(); ++i) check_ids(prompts_.anchor_words[i], "anchor word " + std::to_string(i));
  }

  /// The tokens of the prompts.
  const tokenised_prompts& prompts() const { return prompts_; }

  /// The tower.
  const tower& text() const { return *text_; }

  index classes() const { return static_cast<index>(prompts_.classes.size()); }

  /// Width of a token's embedding.
  index width() const { return text_->sizes().width; }

  /// Width of a text row.
  index embed() const { return text_->sizes().embed; }

  /// The embeddings of tokens, without positions.
  /// \param ids of the vocabulary (not checked)
  /// \returns [ids, width]
  tensor<B> token_rows(const std::vector<std::int32_t>& ids) const {
    return text_->embed_tokens(detail::labels_of<B>(std::vector<label>(ids.begin(), ids.end())));
  }

  /// Prompts with learned tokens, checked and cut into batches; made once, encoded at every step.
  class plan {
   public:
    /// The number of prompts.
    index size() const { return prompts_; }

   private:
    friend class text_source;
    index prompts_ = 0;
    std::shared_ptr<const std::vector<detail::prompt_batch<B>>> batches_;
  };

  /// \param slots the prompts
  /// \param learned_rows number of rows of the learned embeddings
  /// \throws value_error for an id outside of the vocabulary or a learned row that does not exist; shape_error for a prompt longer than the
  /// context
  plan plan_for(const std::vector<prompt_slots>& slots, index learned_rows) const {
    for (std::size_t p = 0; p < slots.size(); ++p) {
      const std::string what = "prompt " + std::to_string(p);
      check_length(static_cast<index>(slots[p].size()), what);
      for (const auto entry : slots[p]) {
        if (entry >= -learned_rows && entry < text_->sizes().vocabulary) continue;
        throw value_error(expected_got(
            where, what,
            "ids below " + std::to_string(text_->sizes().vocabulary) + " and learned rows below " + std::to_string(learned_rows),
            entry < 0 ? "learned row " + std::to_string(-1 - entry) : "id " + std::to_string(entry)));
      }
    }
    plan out;
    out.prompts_ = static_cast<index>(slots.size());
    out.batches_ = std::make_shared<const std::vector<detail::prompt_batch<B>>>(detail::batches_of<B>(slots, memory_.tokens_at_once));
    return out;
  }

  /// Prompts through the tower, as unit rows.
  ///
  /// Each batch is cut behind its longest end, which is exact because the mask is causal. Recorded on a tape, the batches beyond
  /// encoding_memory::tokens_remembered are encoded once more in the backward, so memory does not grow with their number.
  /// \param learned embeddings of the learned tokens without positions, [m, width]; tensor or variable. The tower gets no gradient.
  /// \param prompts of this source
  /// \returns [prompts, embed]
  template <operand Learned>
  auto encode(const Learned& learned, const plan& prompts) const {
    detail::encode_prompts_operation<B> operation;
    operation.text = text_.get();
    operation.batches = prompts.batches_.get();
    operation.owner = std::make_shared<const std::pair<std::shared_ptr<const tower>, plan>>(text_, prompts);
    operation.prompts = prompts.size();
    operation.kept_tokens = memory_.tokens_remembered;
    operation.recording = is_variable<Learned>::value;
    return ops::normalise_rows(apply(std::move(operation), learned));
  }

  /// The rows of the prompts as they are: the zero-shot classifier of this template.
  /// \returns unit rows [classes, embed]
  tensor<B> class_rows() const {
    std::vector<prompt_slots> slots;
    for (const tokenised_prompt& each : prompts_.classes) slots.push_back(each.ids);
    return encode(tensor<B>({0, width()}), plan_for(slots, 0));
  }

  /// Names alone in the template's frame.
  /// \param words token ids of each name
  /// \returns unit rows [words, embed]
  /// \throws shape_error where one is too long for the context
  tensor<B> word_rows(const std::vector<std::vector<std::int32_t>>& words) const {
    std::vector<prompt_slots> slots;
    for (const auto& word : words) slots.push_back(framed(word));
    return encode(tensor<B>({0, width()}), plan_for(slots, 0));
  }

  /// Some tokens where the class name stands in the template.
  prompt_slots framed(const std::vector<std::int32_t>& name) const {
    prompt_slots out = prompts_.frame.ids;
    out.insert(out.begin() + prompts_.frame.name_begin, name.begin(), name.end());
    return out;
  }

 private:
  static constexpr const char* where = "fewclip::prompts::text_source";

  void check_length(index length, const std::string& what) const {
    if (length >= 2 && length <= text_->sizes().context) return;
    throw shape_error(expected_got(where, what, "2 to " + std::to_string(text_->sizes().context) + " tokens", std::to_string(length)));
  }

  void check_ids(const std::vector<std::int32_t>& ids, const std::string& what) const {
    for (const auto id : ids) {
      if (id >= 0 && id < text_->sizes().vocabulary) continue;
      throw value_error(expected_got(where, what, "ids below " + std::to_string(text_->sizes().vocabulary), std::to_string(id)));
    }
    if (ids.empty()) throw value_error(expected_got(where, what, "at least one token", "none"));
  }

  void check(const tokenised_prompt& prompt, const std::string& what) const {
    check_ids(prompt.ids, what);
    const auto length = static_cast<index>(prompt.ids.size());
    check_length(length, what);
    if (prompt.name_begin >= 1 && prompt.name_length >= 0 && prompt.name_begin + prompt.name_length < length) return;
    throw value_error(
        expected_got(where, what, "a name between start and end, in tokens 1 to " + std::to_string(length - 2),
                     "tokens " + std::to_string(prompt.name_begin) + " to " + std::to_string(prompt.name_begin + prompt.name_length - 1)));
  }

  std::shared_ptr<const tower> text_;
  tokenised_prompts prompts_;
  encoding_memory memory_;
};

/// Text rows with their source: what classifiers that learn prompts are given.
/// \param source the tower and the prompts
/// \param anchors unit rows of other texts, [anchors, embed]; may be empty
template <compute_backend B>
class_text<B> class_text_of(std::shared_ptr<const text_source<B>> source, tensor<B> anchors = {}) {
  tensor<B> rows = source->class_rows();
  return {std::move(rows), std::move(source), std::move(anchors)};
}

}  // namespace fewclip::prompts
