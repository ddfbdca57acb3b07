#pragma once
/// \file
/// One row per class from the mean of raw embeddings.

#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::prompts {

/// row_c = norm(mean over the prompts p of class c of e_p), the embeddings as they are: a long one counts more (cross-modal adaptation, Lin et al.
/// 2023, arXiv 2301.06267, authors' code; the start of its linear head). With one prompt per class the same as prompts::class_rows.
/// \param embeddings [prompts, dim], row-major, class after class
/// \param dim width of a row, at least 1
/// \param counts prompts of each class, at least 1 each
/// \returns unit rows [classes, dim]
/// \throws shape_error where the embeddings are not sum(counts) rows of dim; value_error for a count below 1, or a mean that is 0 or not finite
template <class Scalar>
std::vector<Scalar> class_rows_of_raw_means(std::span<const Scalar> embeddings, index dim, std::span<const index> counts) {
  const std::string where = "fewclip::prompts::class_rows_of_raw_means";
  const index prompts = std::accumulate(counts.begin(), counts.end(), index{0});
  if (dim < 1 || static_cast<index>(embeddings.size()) != prompts * dim) {
    throw shape_error(expected_got(where, "embeddings", std::to_string(prompts) + " rows of " + std::to_string(dim) + " values",
                                   std::to_string(embeddings.size()) + " values"));
  }
  const auto width = static_cast<std::size_t>(dim);
  std::vector<Scalar> out(counts.size() * width);
  std::size_t prompt = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] < 1)
      throw value_error(expected_got(where, "prompts of class " + std::to_string(c), "at least 1", std::to_string(counts[c])));
    std::vector<double> sum(width, 0);
    for (index p = 0; p < counts[c]; ++p, ++prompt) {
      for (std::size_t j = 0; j < width; ++j) sum[j] += static_cast<double>(embeddings[prompt * width + j]);
    }
    double squares = 0;
    for (const double value : sum) squares += value * value;
    if (!(squares > 0) || !std::isfinite(squares)) {
      throw value_error(expected_got(where, "mean of class " + std::to_string(c), "finite values, not all 0",
                                     "length " + std::to_string(std::sqrt(squares))));
    }
    for (std::size_t j = 0; j < width; ++j) out[c * width + j] = static_cast<Scalar>(sum[j] / std::sqrt(squares));
  }
  return out;
}

}  // namespace fewclip::prompts
