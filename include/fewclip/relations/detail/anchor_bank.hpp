#pragma once
/// \file
/// Where anchors come from, and which of them are taken.

#include <algorithm>
#include <limits>
#include <vector>

#include "fewclip/concepts/adapter.hpp"
#include "fewclip/prompts/text_source.hpp"

namespace fewclip::relations::detail {

/// The anchors given with the text; else those named by its source; else the classes themselves.
template <compute_backend B>
tensor<B> anchor_bank(const class_text<B>& text) {
  if (!text.anchors().empty()) return text.anchors();
  if (text.source() && !text.source()->prompts().anchor_words.empty()) {
    return text.source()->word_rows(text.source()->prompts().anchor_words);
  }
  return text.rows();
}

/// Some rows, each as far as can be from those before it; the first row first, and the lowest number among equals. All of them in their order
/// where they are no more than asked for.
/// \param rows unit rows [n, dim]
/// \param count how many, >= 1
template <compute_backend B>
std::vector<label> farthest_points(const tensor<B>& rows, index count) {
  const auto n = static_cast<std::size_t>(rows.rows());
  std::vector<label> out;
  if (static_cast<index>(n) <= count) {
    for (std::size_t i = 0; i < n; ++i) out.push_back(static_cast<label>(i));
    return out;
  }
  const auto values = rows.to_host();
  const auto columns = static_cast<std::size_t>(rows.columns());
  std::vector<double> nearest(n, -std::numeric_limits<double>::infinity());  // largest cosine with a chosen row
  std::size_t next = 0;
  while (static_cast<index>(out.size()) < count) {
    out.push_back(static_cast<label>(next));
    nearest[next] = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < n; ++i) {
      double cosine = 0;
      for (std::size_t d = 0; d < columns; ++d) {
        cosine += static_cast<double>(values[i * columns + d]) * static_cast<double>(values[next * columns + d]);
      }
      nearest[i] = std::max(nearest[i], cosine);
    }
    next = static_cast<std::size_t>(std::min_element(nearest.begin(), nearest.end()) - nearest.begin());
  }
  return out;
}

/// The setting that says how many anchors there are.
template <class Visitor, class Member>
void visit_anchor_count(Visitor&& visit, Member& count) {
  visit(setting{.name = "anchor_count",
                .meaning = "anchors at most; farthest-point choice where more are known",
                .origin = "ours; the paper's number is unknown",
                .lowest = 1,
                .highest = 1e6},
        count);
}

}  // namespace fewclip::relations::detail
