#pragma once
/// \file
/// Where texts end, and which of them are encoded together.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "fewclip/core/labels.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::encoders::detail {

/// \throws shape_error for no column or more than the context; value_error for an id outside of the vocabulary
inline void require_ids(const matrix_view<std::int32_t>& ids, const text_architecture& sizes) {
  constexpr const char* where = "fewclip::encoders::text_transformer";
  if (ids.columns() < 1 || ids.columns() > sizes.context) {
    throw shape_error(
        expected_got(where, "columns of the token ids", "1 to " + std::to_string(sizes.context), std::to_string(ids.columns())));
  }
  for (index i = 0; i < ids.rows() * ids.columns(); ++i) {
    if (ids.data()[i] >= 0 && ids.data()[i] < sizes.vocabulary) continue;
    throw value_error(expected_got(where, "token " + std::to_string(i % ids.columns()) + " of text " + std::to_string(i / ids.columns()),
                                   "an id below " + std::to_string(sizes.vocabulary), std::to_string(ids.data()[i])));
  }
}

/// The row of each text that is its result.
/// \throws shape_error, value_error as of require_ids; value_error for a text without its end
inline std::vector<label> text_ends(const matrix_view<std::int32_t>& ids, const text_architecture& sizes) {
  require_ids(ids, sizes);
  std::vector<label> ends(static_cast<std::size_t>(ids.rows()));
  for (index text = 0; text < ids.rows(); ++text) {
    const std::int32_t* begin = ids.data() + text * ids.columns();
    const std::int32_t* end = begin + ids.columns();
    const std::int32_t* found = sizes.pooling == text_pooling::argmax ? std::max_element(begin, end) : std::find(begin, end, sizes.end_id);
    if (found == end) {
      throw value_error(expected_got("fewclip::encoders::text_transformer", "text " + std::to_string(text),
                                     "the token that ends a text, " + std::to_string(sizes.end_id), "none"));
    }
    ends[static_cast<std::size_t>(text)] = static_cast<label>(found - begin);
  }
  return ends;
}

/// Texts that are encoded together, cut to `length` tokens.
struct text_bucket {
  std::vector<index> texts;
  index length = 0;
};

/// Sorts texts by length into buckets in which at most an eighth of the tokens are beyond the ends of their texts, or 64, and which have
/// at most 2048 tokens, or one text. Depends on the ends only.
inline std::vector<text_bucket> text_buckets(const std::vector<label>& ends) {
  constexpr index most_tokens = 2048;
  constexpr index spare_tokens = 64;
  std::vector<index> order(ends.size());
  std::iota(order.begin(), order.end(), index{0});
  const auto length_of = [&](index text) { return static_cast<index>(ends[static_cast<std::size_t>(text)]) + 1; };
  std::stable_sort(order.begin(), order.end(), [&](index a, index b) { return length_of(a) < length_of(b); });
  std::vector<text_bucket> buckets;
  index needed = 0;  // tokens up to the ends, of the last bucket
  for (const index text : order) {
    const index length = length_of(text);
    const index members = buckets.empty() ? 0 : static_cast<index>(buckets.back().texts.size());
    const index padded = (members + 1) * length;
    const index wasted = padded - needed - length;
    if (members == 0 || padded > most_tokens || wasted > std::max(spare_tokens, padded / 8)) {
      buckets.emplace_back();
      needed = 0;
    }
    buckets.back().texts.push_back(text);
    buckets.back().length = length;
    needed += length;
  }
  return buckets;
}

/// The first `length` ids of some texts, one after the other.
inline std::vector<label> truncated(const matrix_view<std::int32_t>& ids, const std::vector<index>& texts, index length) {
  std::vector<label> out;
  out.reserve(texts.size() * static_cast<std::size_t>(length));
  for (const index text : texts) {
    const std::int32_t* begin = ids.data() + text * ids.columns();
    out.insert(out.end(), begin, begin + length);
  }
  return out;
}

/// The tokens of each of some texts with these ends, of which `rows` come in all.
/// \throws shape_error where the texts do not divide the rows or are longer than the context; value_error for an end outside of its text
inline index length_of_each(index rows, const std::vector<label>& ends, index context) {
  constexpr const char* where = "fewclip::encoders::text_transformer::encode_embeddings";
  const auto texts = static_cast<index>(ends.size());
  if (texts == 0 || rows % texts != 0 || rows / texts > context) {
    throw shape_error(expected_got(where, "rows of x",
                                   "a multiple of the " + std::to_string(texts) + " texts, at most " + std::to_string(context) + " each",
                                   std::to_string(rows)));
  }
  const index length = rows / texts;
  for (const label end : ends) {
    if (end >= 0 && end < length) continue;
    throw value_error(expected_got(where, "end", "a row below " + std::to_string(length), std::to_string(end)));
  }
  return length;
}

}  // namespace fewclip::encoders::detail
