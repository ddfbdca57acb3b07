#pragma once
/// \file
/// Unit rows from means over the prompts of each class.

#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::prompts::detail {

/// 1 / |row|.
/// \param where the calling function
/// \param what the row, for the message
/// \throws value_error where the row has length 0 or is not finite
template <class Row>
double inverse_length(const Row& row, const std::string& where, const std::string& what) {
  double squares = 0;
  for (const auto value : row) squares += static_cast<double>(value) * static_cast<double>(value);
  if (!(squares > 0) || !math::is_finite(squares)) {
    throw value_error(expected_got(where, what, "finite values, not all 0", "length " + std::to_string(std::sqrt(squares))));
  }
  return 1 / std::sqrt(squares);
}

/// row_c = norm(sum over the prompts p of class c of weight(e_p) e_p), in double precision, in the order of the prompts.
/// \param where the calling function
/// \param embeddings [prompts, dim], class after class
/// \param counts prompts of each class
/// \param weight called with an embedding and its position
/// \throws shape_error where the embeddings are not sum(counts) rows of dim; value_error for a count below 1, or a sum that is 0 or not
/// finite
template <class Scalar, class Weight>
std::vector<Scalar> class_means(const std::string& where, std::span<const Scalar> embeddings, index dim, std::span<const index> counts,
                                const Weight& weight) {
  const index prompts = std::accumulate(counts.begin(), counts.end(), index{0});
  if (dim < 1 || static_cast<index>(embeddings.size()) != prompts * dim) {
    throw shape_error(expected_got(where, "embeddings", std::to_string(prompts) + " rows of " + std::to_string(dim) + " values",
                                   std::to_string(embeddings.size()) + " values"));
  }
  const auto width = static_cast<std::size_t>(dim);
  std::vector<Scalar> out(counts.size() * width);
  std::vector<double> sum(width);
  std::size_t prompt = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] < 1) {
      throw value_error(expected_got(where, "prompts of class " + std::to_string(c), "at least 1", std::to_string(counts[c])));
    }
    sum.assign(width, 0);
    for (index p = 0; p < counts[c]; ++p, ++prompt) {
      const std::span<const Scalar> row = embeddings.subspan(prompt * width, width);
      const double share = weight(row, prompt);
      for (std::size_t j = 0; j < width; ++j) sum[j] += share * static_cast<double>(row[j]);
    }
    const double scale = inverse_length(sum, where, "mean of class " + std::to_string(c));
    for (std::size_t j = 0; j < width; ++j) out[c * width + j] = static_cast<Scalar>(scale * sum[j]);
  }
  return out;
}

}  // namespace fewclip::prompts::detail
