#pragma once
/// \file
/// The kernel of Tip-Adapter.

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip::kernels {

/// exp(-beta (1 - cosine)): 1 for equal unit rows, falling the faster the larger beta (Zhang et al. 2022, arXiv 2207.09519, eq. 4).
///
/// \models kernel
struct exponential_affinity {
  /// Settings.
  struct params {
    double beta = 5.5;  ///< sharpness

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "beta",
                    .meaning = "sharpness of the affinity exp(-beta (1 - cosine))",
                    .origin = "Tip-Adapter paper, stated default 5.5",
                    .lowest = 0,
                    .highest = 1e4,
                    .takes_effect = effect::prediction},
            self.beta);
    }
  };

  /// The packed keys are all that class_sums reads, so a sealed cache may let go of the others.
  static constexpr bool packed_keys_suffice = true;

  /// Kernel values summed per class, [n, classes].
  /// \param settings see params
  /// \param x unit rows [n, dim]
  /// \param keys unit rows [rows, dim], grouped by class; they only take the gradient
  /// \param packed the keys, packed
  /// \param weights [rows], or empty for ones
  /// \param segments the classes of the keys
  template <operand X, operand Keys, operand Weights>
  static auto class_sums(const params& settings, const X& x, const Keys& keys, const packed_operand<typename backend_of<X>::type>& packed,
                         const Weights& weights, const class_segments<typename backend_of<X>::type>& segments) {
    return ops::class_affinity(x, keys, packed, weights, segments, settings.beta);
  }

  /// What class_sums would be with every cosine shifted by shift[b, c]: for this kernel a factor.
  /// \param settings see params
  /// \param sums [n, classes]
  /// \param shift [n, classes]
  template <operand Sums, operand Shift>
  static auto shifted(const params& settings, const Sums& sums, const Shift& shift) {
    return ops::exponential_gain(sums, shift, settings.beta);
  }
};

}  // namespace fewclip::kernels
