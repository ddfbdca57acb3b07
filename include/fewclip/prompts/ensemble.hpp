#pragma once
/// \file
/// From the embeddings of prompts to one row per class.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/core/tensor.hpp"
#include "fewclip/prompts/detail/class_means.hpp"

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
  return detail::class_means(where, embeddings, dim, counts, [&](std::span<const Scalar> row, std::size_t prompt) {
    return detail::inverse_length(row, where, "embedding of prompt " + std::to_string(prompt));
  });
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
