#pragma once
/// \file
/// What a key is worth for its class: 1, a weight from the divergence between text and label, or a trained weight.

#include <utility>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/caches/detail/divergence.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip::caches {

/// Every key counts 1 for its class (one-hot values).
///
/// \models values
struct labels {
  using params = no_settings;

  /// No weights.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const tensor<B>&, const tensor<B>&, const class_segments<B>&, const params&) {}
    const tensor<B>& weights() const { return none_; }

   private:
    tensor<B> none_;
  };
};

/// A key counts exp(gamma k) for its class, k being the divergence between its label and what the texts say of it
/// (Zhu et al. 2023, arXiv 2304.01195, eq. 9).
///
/// \models values
/// k_i = log2((1 + 1e-6) / (P_i,label + 1e-6)) with P_i the softmax of the cosines with the texts, without a logit scale; of the authors' sum
/// over classes only the label's own term is not zero. Keys on which text and label disagree count more. k is computed once, in a pass that
/// stores no matrix of keys times classes; gamma may change at prediction.
struct divergence_weights {
  /// Settings.
  struct params {
    double gamma = 0.1;  ///< 0 makes all weights 1

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "gamma",
                    .meaning = "strength of the divergence weights exp(gamma k)",
                    .origin = "APE authors' initial value on every data set",
                    .lowest = 0,
                    .highest = 100,
                    .takes_effect = effect::prediction},
            self.gamma);
    }
  };

  /// The divergences and the weights that follow.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text refined text rows [classes, channels]
    /// \param keys refined keys [rows, channels], grouped by class
    /// \param segments the classes of the keys
    /// \param settings see params
    fitted(const tensor<B>& text, const tensor<B>& keys, const class_segments<B>& segments, const params& settings)
        : divergence_(detail::label_divergence<B>(text, keys, segments)) {
      retune(settings);
    }

    const tensor<B>& weights() const { return weights_; }

    /// k of every key, [rows], grouped by class.
    const tensor<B>& divergence() const { return divergence_; }

    void retune(const params& settings) {
      weights_ = tensor<B>::uninitialised(divergence_.extents());
      const auto* k = divergence_.data();
      auto* out = weights_.mutable_data();
      const auto gamma = static_cast<typename B::scalar>(settings.gamma);
      B::for_each(weights_.size(), [=] FEWCLIP_HOST_DEVICE(index i) { out[i] = math::exp(gamma * k[i]); });
    }

   private:
    tensor<B> divergence_;
    tensor<B> weights_;
  };
};

/// A key counts a trained weight for its class, 1 at the start (ape_t).
///
/// \models values
struct learnable_weights {
  using params = no_settings;

  /// The weights as a parameter.
  template <compute_backend B>
  class fitted {
   public:
    /// \param keys only their number is used
    fitted(const tensor<B>&, const tensor<B>& keys, const class_segments<B>&, const params&)
        : weights_(tensor<B>({keys.rows()}, typename B::scalar(1))) {}

    const parameter<B>& weights() const { return weights_; }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("weights", weights_);
    }

   private:
    parameter<B> weights_;
  };
};

}  // namespace fewclip::caches
