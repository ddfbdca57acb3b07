#pragma once
/// \file
/// The channel selection of APE.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/refiners/detail/channel_scores.hpp"

namespace fewclip::refiners {

/// Whose rows enter the inter-class similarity of prior_channels.
namespace prior {
/// Text rows alone (ape_t).
struct text {};
/// Text rows together with the support rows of their class (ape).
struct text_and_images {};
}  // namespace prior

/// Keeps the channels that tell classes apart: low similarity between classes, high variance over them
/// (Zhu et al. 2023, arXiv 2304.01195, section 3.2).
///
/// \models refiner
/// \tparam Rows prior::text_and_images or prior::text
///
/// Per channel d, J_d = -w0 S_d + w1 V_d. S_d is the mean product of channel d over all pairs of rows of different classes, in closed form
/// ((sum_c g_cd)^2 - sum_c g_cd^2) / (M^2 - sum_c m_c^2) with g_c the sum and m_c the number of class c's rows (text row included) and
/// M = sum_c m_c; for equal shots this is the authors' quadruple loop. V_d is the unbiased variance over classes of the text rows. The
/// `channels` largest J are kept, ties to the lower index. `refine` gathers them and makes the rows unit rows again.
///
/// Deviations from the authors' code: rows are matched to classes by label, not by position, and the intra-class products of the first public
/// version are not reproduced. Cost of a fit: (rows + classes) * dim; sums in double precision.
template <class Rows = prior::text_and_images>
struct prior_channels {
  /// Settings.
  struct params {
    double channels = 0.75;                                                    ///< above 1 a count, else a share of dim
    double similarity_weight = std::is_same_v<Rows, prior::text> ? 0.2 : 0.7;  ///< w0
    double variance_weight = std::is_same_v<Rows, prior::text> ? 0.8 : 0.3;    ///< w1

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "channels",
                    .meaning = "feature channels kept: above 1 a count Q, up to 1 a share of dim, rounded; at least one is kept",
                    .origin = "ours: the authors keep 500 to 900 of 1024, per data set",
                    .lowest = 0,
                    .highest = 1e6},
            self.channels);
      visit(setting{.name = "similarity_weight",
                    .meaning = "weight w0 of the inter-class similarity in the channel score",
                    .origin = "APE authors' configuration: 0.7 for ape on ImageNet, 0.2 for ape_t everywhere",
                    .lowest = 0,
                    .highest = 1e3},
            self.similarity_weight);
      visit(setting{.name = "variance_weight",
                    .meaning = "weight w1 of the variance over classes in the channel score",
                    .origin = "APE authors' configuration: 0.3 for ape on ImageNet, 0.8 for ape_t everywhere",
                    .lowest = 0,
                    .highest = 1e3},
            self.variance_weight);
    }
  };

  static constexpr input_needs needs{.text = true, .support = std::is_same_v<Rows, prior::text_and_images>};

  /// The scores and the channels kept.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text text rows [classes, dim], at least two classes
    /// \param support support rows [rows, dim]
    /// \param settings see params
    /// \throws value_error for fewer than two classes, or where more channels are asked for than there are
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings) {
      constexpr bool with_images = std::is_same_v<Rows, prior::text_and_images>;
      const detail::channel_moments moments = detail::measure_channels<B>(text.rows(), with_images ? &support : nullptr);
      scores_.resize(moments.similarity.size());
      for (std::size_t d = 0; d < scores_.size(); ++d) {
        scores_[d] = settings.variance_weight * moments.variance[d] - settings.similarity_weight * moments.similarity[d];
      }
      const std::vector<label> kept = detail::largest(scores_, count(settings.channels, scores_.size()));
      channels_ = label_tensor<B>::from_host(kept.data(), shape{static_cast<index>(kept.size())});
    }

    /// Gathers the kept channels and normalises the rows again.
    /// \param x [n, dim]
    /// \returns [n, channels]
    template <operand X>
    auto refine(const X& x) const {
      return ops::normalise_rows(select(x));
    }

    /// Gathers the kept channels.
    /// \param x [n, dim]
    /// \returns [n, channels]
    template <operand X>
    auto select(const X& x) const {
      return ops::gather_columns(x, channels_);
    }

    /// The kept channels, ascending.
    const label_tensor<B>& channels() const { return channels_; }

    /// J of every channel, [dim].
    const std::vector<double>& scores() const { return scores_; }

   private:
    static std::size_t count(double wanted, std::size_t dim) {
      const double channels = wanted > 1 ? std::floor(wanted) : std::max(1.0, std::round(wanted * static_cast<double>(dim)));
      if (channels > static_cast<double>(dim)) {
        throw value_error(expected_got("fewclip::refiners::prior_channels", "channels",
                                       "at most " + std::to_string(dim) + " (the features' width)",
                                       std::to_string(static_cast<index>(channels))));
      }
      return static_cast<std::size_t>(channels);
    }

    std::vector<double> scores_;
    label_tensor<B> channels_;
  };
};

}  // namespace fewclip::refiners
