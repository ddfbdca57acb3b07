#pragma once
/// \file
/// How often an image finds its text, and a text its image.

#include <cstddef>

#include "fewclip/concepts/pair_source.hpp"

namespace fewclip::metrics {

/// Shares of pairs that were found, in both directions.
struct pair_accuracy {
  double image_to_text = 0;  ///< acc_i of the tangram literature
  double text_to_image = 0;  ///< acc_t: the direction of a reference game
  index pairs = 0;           ///< how many were looked at
};

/// Which pairs of a batch are asked for.
enum class asked_pairs {
  all,   ///< every pair of the batch
  first  ///< pair 0 alone, the others are distractors: a reference game
};

/// The accuracy within one batch; ties go to the first, so that equal similarities find pair 0.
/// \param similarities [n, n], row i belongs to column i
/// \param asked which pairs count
/// \throws shape_error unless they are square and not empty
template <compute_backend B>
pair_accuracy pairs_found(const tensor<B>& similarities, asked_pairs asked = asked_pairs::all) {
  if (similarities.rank() != 2 || similarities.rows() != similarities.columns() || similarities.rows() < 1) {
    throw shape_error(expected_got("fewclip::metrics::pairs_found", "similarities", "a square matrix", similarities.extents().text()));
  }
  const auto s = similarities.to_host();
  const auto count = static_cast<std::size_t>(similarities.rows());
  const std::size_t last = asked == asked_pairs::all ? count : 1;
  pair_accuracy out;
  for (std::size_t i = 0; i < last; ++i) {
    std::size_t row_best = 0;
    std::size_t column_best = 0;
    for (std::size_t j = 1; j < count; ++j) {
      if (s[i * count + j] > s[i * count + row_best]) row_best = j;
      if (s[j * count + i] > s[column_best * count + i]) column_best = j;
    }
    out.image_to_text += row_best == i ? 1 : 0;
    out.text_to_image += column_best == i ? 1 : 0;
  }
  out.image_to_text /= static_cast<double>(last);
  out.text_to_image /= static_cast<double>(last);
  out.pairs = static_cast<index>(last);
  return out;
}

/// The accuracy over all batches of epoch 0 of a source, each pair with the same weight.
/// \param model a pair_model
/// \param source a pair_source
/// \param asked which pairs of a batch count
/// \throws value_error where there are no batches
template <compute_backend B, class Model, class Source>
pair_accuracy pairs_found(Model& model, const Source& source, asked_pairs asked = asked_pairs::all) {
  static_assert(pair_source<Source, B>,
                "fewclip::metrics::pairs_found: Source needs 'batches(epoch) const' and 'batch(epoch, i) const' [concept pair_source], see "
                "docs/extend/pair_source.md");
  pair_accuracy out;
  for (index i = 0; i < source.batches(0); ++i) {
    const auto& batch = source.batch(0, i);
    const pair_accuracy each = pairs_found<B>(model.similarities(batch.images, batch.token_ids()), asked);
    out.image_to_text += each.image_to_text * static_cast<double>(each.pairs);
    out.text_to_image += each.text_to_image * static_cast<double>(each.pairs);
    out.pairs += each.pairs;
  }
  if (out.pairs == 0) throw value_error(expected_got("fewclip::metrics::pairs_found", "source", "at least one batch", "none"));
  out.image_to_text /= static_cast<double>(out.pairs);
  out.text_to_image /= static_cast<double>(out.pairs);
  return out;
}

}  // namespace fewclip::metrics
