#pragma once
/// \file
/// From texts to rows of token ids.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/tokenizer/cleaning.hpp"
#include "fewclip/tokenizer/detail/added_tokens.hpp"
#include "fewclip/tokenizer/detail/word_cache.hpp"
#include "fewclip/tokenizer/scanner.hpp"
#include "fewclip/tokenizer/vocabulary.hpp"

namespace fewclip::tokenizer {

/// What happens to a text that is too long for a row.
enum class over_length {
  error,    ///< refused, with its number of tokens and the limit; OpenAI's default, right for class names
  truncate  ///< cut, the last id replaced by the end; open_clip's rule, right for lists of sentences
};

/// What fills a row behind the end. A causal text tower read at the first end gives the same embedding for both.
enum class padding {
  zero,  ///< id 0, as OpenAI and open_clip do; it is also the token of "!" inside a word
  end    ///< the id of the end, as transformers does
};

/// How rows are made.
struct row_options {
  over_length length = over_length::error;  ///< what happens to long texts
  padding fill = padding::zero;             ///< what stands behind the end
};

/// Rows of ids for a text tower.
struct token_rows {
  std::vector<token_id> ids;  ///< [count, context], row-major
  index count = 0;            ///< number of texts
  index context = 0;          ///< length of a row
  std::vector<index> ends;    ///< [count]: the first position of the end id, where the text tower is read (its pooling)
  index truncated = 0;        ///< texts that were cut
  index replacements = 0;     ///< ill-formed sequences of bytes that became U+FFFD

  /// The ids of one text, [context].
  std::span<const token_id> row(index i) const {
    return std::span(ids).subspan(static_cast<std::size_t>(i * context), static_cast<std::size_t>(context));
  }
};

}  // namespace fewclip::tokenizer

namespace fewclip {

/// CLIP's tokenizer: byte pair encoding of cleaned, lower-cased text (Radford et al. 2021, arXiv 2103.00020; Sennrich et al. 2016).
///
/// clean() → scan() → bytes → merges. Ids are those of OpenAI's tokenizer, open_clip and transformers; what differs is listed in
/// docs/tokenizer.md. Deviation: names of special tokens inside a text are ordinary text unless `specials::parse` is chosen, so a class name
/// cannot end a prompt. Tokens that were added to the vocabulary are found in a text first. Const members may be called from many threads at once; copies share the vocabulary and the cache of words.
/// Cost: linear in the text but for long words (n log n); frequent words come from a bounded cache.
class bpe_tokenizer {
 public:
  /// Settings.
  struct params {
    index context = 77;                                           ///< length of a row; CLIP: 77
    tokenizer::cleaning repairs = tokenizer::cleaning::basic;     ///< how a text is cleaned before it is split
    tokenizer::specials specials = tokenizer::specials::as_text;  ///< what names of special tokens mean inside a text
    std::size_t cached_words = std::size_t{1} << 16;              ///< about how many words the cache keeps (up to 64 bytes each); 0: none
  };

  /// \param words the vocabulary, shared by copies of the tokenizer
  /// \throws value_error for a context below 2, which holds no more than start and end
  explicit bpe_tokenizer(tokenizer::vocabulary words, const params& settings)
      : words_(std::make_shared<const tokenizer::vocabulary>(std::move(words))),
        cache_(std::make_shared<tokenizer::detail::word_cache>(settings.cached_words)),
        settings_(settings) {
    if (settings.context < 2) {
      throw value_error(expected_got("fewclip::bpe_tokenizer", "context", "at least 2", std::to_string(settings.context)));
    }
    for (const tokenizer::added_token& each : words_->parts().added) {
      const std::string text = each.normalised ? tokenizer::clean(each.content, settings.repairs).text : each.content;
      if (!text.empty()) (each.normalised ? cleaned_ : raw_).push_back({text, *words_->id_of(each.content), each.single_word});
    }
  }

  /// With the default settings.
  explicit bpe_tokenizer(tokenizer::vocabulary words) : bpe_tokenizer(std::move(words), params()) {}

  /// The vocabulary.
  const tokenizer::vocabulary& words() const { return *words_; }

  /// The settings.
  const params& settings() const { return settings_; }

  /// The ids of a text, without start and end. \param text any bytes \returns ids of the vocabulary; none for an empty text
  std::vector<tokenizer::token_id> encode(std::string_view text) const {
    std::vector<tokenizer::token_id> out;
    append(text, out);
    return out;
  }

  /// One row for each text: start, ids, end, padding.
  /// \param texts any bytes; an empty text gives start and end
  /// \param options see row_options
  /// \throws value_error under over_length::error, naming the first text with more than context - 2 tokens
  tokenizer::token_rows rows(std::span<const std::string> texts, const tokenizer::row_options& options = {}) const {
    tokenizer::token_rows out;
    out.count = static_cast<index>(texts.size());
    out.context = settings_.context;
    const auto context = static_cast<std::size_t>(settings_.context);
    out.ids.assign(texts.size() * context, options.fill == tokenizer::padding::zero ? 0 : words_->end());
    std::vector<tokenizer::token_id> ids;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ids.assign(1, words_->start());
      out.replacements += append(texts[i], ids);
      ids.push_back(words_->end());
      if (ids.size() > context) {
        if (options.length == tokenizer::over_length::error) throw too_long(i, texts[i], ids.size() - 2);
        ++out.truncated;
        ids.resize(context);
        ids.back() = words_->end();
      }
      std::copy(ids.begin(), ids.end(), out.ids.begin() + static_cast<std::ptrdiff_t>(i * context));
      out.ends.push_back(static_cast<index>(std::find(ids.begin(), ids.end(), words_->end()) - ids.begin()));
    }
    return out;
  }

  /// The text of ids, for looking at: tokens put together, a space behind each word, special tokens by name, U+FFFD for half characters.
  /// \throws value_error for an id outside the vocabulary
  std::string decode(std::span<const tokenizer::token_id> ids) const {
    namespace detail = tokenizer::detail;
    std::string bytes;
    for (const tokenizer::token_id id : ids) {
      const std::string& token = words_->token(id);
      if (id == words_->start() || id == words_->end() || is_added(id)) {
        bytes += token;
      } else if (token.ends_with(detail::word_end)) {
        bytes += detail::bytes_of_token(std::string_view(token).substr(0, token.size() - detail::word_end.size())) + " ";
      } else {
        bytes += detail::bytes_of_token(token);
      }
    }
    std::string out;
    detail::for_each_point(bytes, [&](char32_t point) { detail::append_point(out, point); });
    return out;
  }

 private:
  bool is_added(tokenizer::token_id id) const {
    const auto has = [&](const auto& tokens) {
      return std::any_of(tokens.begin(), tokens.end(), [&](const auto& t) { return t.id == id; });
    };
    return has(raw_) || has(cleaned_);
  }

  /// Appends the ids of a text. \returns the number of ill-formed sequences
  index append(std::string_view text, std::vector<tokenizer::token_id>& out) const {
    index replacements = 0;
    const auto found = [&](tokenizer::token_id id) { out.push_back(id); };
    tokenizer::detail::split_at_tokens(
        text, raw_,
        [&](std::string_view piece) {
          const tokenizer::cleaned_text cleaned = tokenizer::clean(piece, settings_.repairs);
          replacements += cleaned.replacements;
          tokenizer::detail::split_at_tokens(
              cleaned.text, cleaned_, [&](std::string_view part) { encode_cleaned(part, out); }, found);
        },
        found);
    return replacements;
  }

  void encode_cleaned(std::string_view text, std::vector<tokenizer::token_id>& out) const {
    std::vector<tokenizer::token_id> word;
    tokenizer::scan(text, settings_.specials, words_->parts().specials, [&](const tokenizer::pre_token& next) {
      if (next.kind != tokenizer::pre_token_kind::word) {
        out.push_back(next.kind == tokenizer::pre_token_kind::start ? words_->start() : words_->end());
        return;
      }
      if (cache_->find(next.text, out)) return;
      word.resize(next.text.size());
      for (std::size_t i = 0; i < word.size(); ++i) {
        word[i] = words_->id_of_byte(static_cast<unsigned char>(next.text[i]), i + 1 == word.size());
      }
      words_->merge(word);
      cache_->insert(next.text, word);
      out.insert(out.end(), word.begin(), word.end());
    });
  }

  value_error too_long(std::size_t i, const std::string& text, std::size_t tokens) const {
    const std::string shown = text.size() > 60 ? tokenizer::clean(text.substr(0, 60), tokenizer::cleaning::none).text + "..." : text;
    return value_error(expected_got("text " + std::to_string(i + 1) + " `" + shown + "`", "length",
                                    "at most " + std::to_string(settings_.context - 2) + " tokens", std::to_string(tokens)));
  }

  std::shared_ptr<const tokenizer::vocabulary> words_;
  std::shared_ptr<tokenizer::detail::word_cache> cache_;
  params settings_;
  std::vector<tokenizer::detail::sought_token> raw_;      // added tokens that are looked for in the text as given
  std::vector<tokenizer::detail::sought_token> cleaned_;  // and in the cleaned text
};

}  // namespace fewclip
