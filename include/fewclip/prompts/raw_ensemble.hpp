#pragma once
/// \file
/// One row per class from the mean of raw embeddings.

#include <cstddef>
#include <span>
#include <vector>

#include "fewclip/core/shape.hpp"
#include "fewclip/prompts/detail/class_means.hpp"

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
  return detail::class_means("fewclip::prompts::class_rows_of_raw_means", embeddings, dim, counts,
                             [](std::span<const Scalar>, std::size_t) { return 1.0; });
}

}  // namespace fewclip::prompts
