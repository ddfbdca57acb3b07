#pragma once
/// \file
/// The residual bottleneck of CLIP-Adapter.

#include <cmath>
#include <vector>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/core/random.hpp"

namespace fewclip::layers {

/// Two thin linear maps with ReLU after both, mixed with their input (Gao et al. 2021, arXiv 2110.04544, eq. 1 to 4).
///
/// \models map
/// u = ratio * relu(relu(x W1^T) W2^T) + (1 - ratio) x, returned as unit rows; W1 [hidden, dim], W2 [dim, hidden], no biases. ReLU on the output
/// is the authors' code; it can only add non-negative coordinates. The result does not depend on positive scaling of a row of x, so raw and
/// unit rows give the same logits and the same gradients. Trainable: `first`, `second`, 2 * dim * hidden numbers, uniform in
/// +-1/sqrt(fan_in).
struct bottleneck {
  /// Settings.
  struct params {
    double ratio = 0.5;      ///< r
    double hidden = 0.25;    ///< width: above 1 a count, else a share of dim
    std::uint64_t seed = 1;  ///< of the initial weights

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "ratio",
                    .meaning = "share of the adapted feature in the mix",
                    .origin = "LP++'s re-implementation; CLIP-Adapter authors' code has 0.2",
                    .lowest = 0,
                    .highest = 1},
            self.ratio);
      visit(setting{.name = "hidden",
                    .meaning = "width of the bottleneck: above 1 a count, up to 1 a share of dim",
                    .origin = "CLIP-Adapter authors' code: a quarter of the width",
                    .lowest = 0,
                    .highest = 1e6},
            self.hidden);
      visit(setting{.name = "seed",
                    .meaning = "seed of initial weights and of the order of batches",
                    .origin = "ours",
                    .lowest = 0,
                    .highest = 9e15},
            self.seed);
    }
  };

  static constexpr input_needs needs{.support = true};

  /// The two weights.
  template <compute_backend B>
  class fitted {
   public:
    /// \param support only its width is used
    /// \param settings see params
    fitted(const class_text<B>&, const support_set<B>& support, const params& settings) : ratio_(settings.ratio) {
      const index dim = support.features().columns();
      const auto wanted = settings.hidden > 1 ? settings.hidden : std::round(settings.hidden * static_cast<double>(dim));
      const index hidden = std::max<index>(1, static_cast<index>(wanted));
      first_ = parameter<B>(uniform({hidden, dim}, random_stream(settings.seed, 1)));
      second_ = parameter<B>(uniform({dim, hidden}, random_stream(settings.seed, 2)));
    }

    /// \param x rows [n, dim]
    /// \returns unit rows [n, dim]
    template <operand X>
    auto map(const X& x) const {
      const auto adapted = ops::relu(ops::product_transposed(ops::relu(ops::product_transposed(x, first_)), second_));
      return ops::normalise_rows(ops::add_scaled(adapted, ratio_, x, 1 - ratio_));
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("first", first_);
      visit("second", second_);
    }

   private:
    static tensor<B> uniform(const shape& extents, const random_stream& random) {
      const double bound = 1 / std::sqrt(static_cast<double>(extents.columns()));
      std::vector<typename B::scalar> values(static_cast<std::size_t>(extents.size()));
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<typename B::scalar>(bound * (2 * random.uniform(i) - 1));
      }
      return tensor<B>::from_host(values.data(), extents);
    }

    double ratio_;
    parameter<B> first_;
    parameter<B> second_;
  };
};

}  // namespace fewclip::layers
