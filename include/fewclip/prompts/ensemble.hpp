#pragma once
/// \file
/// From the embeddings of prompts to one row per class.

#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/core/tensor.hpp"

namespace fewclip::prompts {

/// The rows of a text classifier: row_c = norm(mean over the prompts p of class c of norm(e_p)), norm(a) = a / |a|
/// (Radford et al. 2021; CoOp, Tip-Adapter and APE, authors' code).
///
/// Every prompt counts the same, whether it is a filled template or a sentence: with sentences this is APE's flat mean. One prompt per class
/// gives its unit embedding. Sums are taken in double precision in the order of the prompts. Cost: one pass.
/// \param embeddings [prompts, dim], row-major, class after class as class_prompts::flat() lists them; of any length but 0
/// \param dim width of a row, at least 1
/// \param counts prompts of each class, at least 1 each; class_prompts::counts()
/// \returns unit rows [classes, dim]
/// \throws shape_error where the embeddings are not sum(counts) rows of dim
/// \throws value_error for a count below 1, an embedding that is not finite or has length 0, or a class whose prompts cancel out
template <class Scalar>
std::vector<Scalar> class_rows(std::span<const Scalar> embeddings, index dim, std::span<const index> counts) {
  const std::string where = "fewclip::prompts::class_rows";
  const index prompts = std::accumulate(counts.begin(), counts.end(), index{0});
  if (dim < 1 || static_cast<index>(embeddings.size()) != prompts * dim) {
    throw shape_error(expected_got(where, "embeddings", std::to_string(prompts) + " rows of " + std::to_string(dim) + " values",
                                   std::to_string(embeddings.size()) + " values"));
  }
  const auto width = static_cast<std::size_t>(dim);
  std::vector<Scalar> out(counts.size() * width);
  std::vector<double> mean(width);
  const auto inverse_length = [&](const auto& row, const std::string& what) {
    double squares = 0;
    for (const auto value : row) squares += static_cast<double>(value) * static_cast<double>(value);
    if (!(squares > 0) || !std::isfinite(squares)) {
      throw value_error(expected_got(where, what, "finite values, not all 0", "length " + std::to_string(std::sqrt(squares))));
    }
    return 1 / std::sqrt(squares);
  };
  std::size_t prompt = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] < 1) {
      throw value_error(expected_got(where, "prompts of class " + std::to_string(c), "at least 1", std::to_string(counts[c])));
    }
    mean.assign(width, 0);
    for (index p = 0; p < counts[c]; ++p, ++prompt) {
      const std::span<const Scalar> row = embeddings.subspan(prompt * width, width);
      const double scale = inverse_length(row, "embedding of prompt " + std::to_string(prompt));
      for (std::size_t j = 0; j < width; ++j) mean[j] += scale * static_cast<double>(row[j]);
    }
    const double scale = inverse_length(mean, "mean of class " + std::to_string(c));
    for (std::size_t j = 0; j < width; ++j) out[c * width + j] = static_cast<Scalar>(scale * mean[j]);
  }
  return out;
}

/// The same for a tensor of a backend; the rows pass through the host once.
/// \param embeddings [prompts, dim]
/// \param counts prompts of each class
/// \returns unit rows [classes, dim]
/// \throws what the other overload throws
template <class Scalar, compute_backend B>
basic_tensor<Scalar, B> class_rows(const basic_tensor<Scalar, B>& embeddings, std::span<const index> counts) {
  const std::vector<Scalar> host = embeddings.to_host();
  const auto rows = class_rows<Scalar>(std::span<const Scalar>(host), embeddings.columns(), counts);
  return basic_tensor<Scalar, B>::from_host(rows.data(), shape{static_cast<index>(counts.size()), embeddings.columns()});
}

}  // namespace fewclip::prompts
