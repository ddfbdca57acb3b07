#pragma once
/// \file
/// The symmetric loss of image-text matching.

#include "fewclip/autograd/operations/paired_cross_entropy.hpp"
#include "fewclip/concepts/loss.hpp"

namespace fewclip::losses {

/// (CE(S) + CE(S^T)) / 2 with S the similarities of the images (rows) and the texts (columns) of one batch, where pair i is (row i, column i)
/// (Radford et al. 2021, arXiv 2103.00020, figure 3).
///
/// \models loss, pair_loss
/// Other texts of the batch are the only negatives. ln n where all similarities are equal. Sums are taken in double precision; deterministic.
struct contrastive {
  using params = no_settings;
  params settings{};

  /// The loss, a tensor or variable of one element.
  /// \param similarities [n, n], scale included
  /// \throws shape_error unless they are square
  template <operand Similarities>
  auto operator()(const Similarities& similarities) const {
    return ops::paired_cross_entropy(similarities);
  }

  /// The same, as trainers with labels call it; the labels are not looked at.
  template <class Model, operand Similarities>
  auto operator()(Model&, const Similarities& similarities, const label_tensor<typename backend_of<Similarities>::type>&) const {
    return ops::paired_cross_entropy(similarities);
  }
};

}  // namespace fewclip::losses
