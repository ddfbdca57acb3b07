#pragma once
/// \file
/// A pooler that is trained on the few shots, blended with what it was before.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/pooler.hpp"
#include "fewclip/core/shared_part.hpp"
#include "fewclip/poolers/blend_places.hpp"

namespace fewclip::poolers {

/// Tokens to unit features by a pooler whose parameters are trained; the original pooler is kept for the prediction (SAFE, Zhu et al. 2023,
/// arXiv 2311.04464, as its abstract describes it: "residual blending").
///
/// \models map
/// \tparam Pooler a pooler: poolers::attention, poolers::last_block, poolers::class_token
/// \tparam Blend where the two features meet: blend_unit_features, blend_raw_features
///
/// Rows are the tokens of one image, [n, places, width] or [n, places * width], so that the trunk runs once per view. While training, map() is
/// norm(f), f the tuned pooler's feature. After seal() it is the blend of f and the original's feature f0: alpha = 0 gives norm(f0) bit for bit
/// and pools once, alpha = 1 gives norm(f). Trainable: the parameters of the pooler, under its names. alpha takes effect at prediction: a search
/// over it needs no training, and pools once.
template <class Pooler, class Blend = blend_unit_features>
struct tuned {
  /// Settings, and the pooler to start from.
  struct params {
    double alpha = 0.5;            ///< share of the tuned feature
    shared_part<Pooler> original;  ///< the fitted pooler of the encoder; needed

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "alpha",
                    .meaning = "share of the tuned pooler's feature in the blend with the original's",
                    .origin = "ours; the paper's value is not known",
                    .lowest = 0,
                    .highest = 1,
                    .takes_effect = effect::prediction},
            self.alpha);
    }
  };

  static constexpr input_needs needs{.support = true, .own_width = true};

  /// Both poolers.
  template <compute_backend B>
  class fitted {
    static_assert(
        fewclip::pooler<Pooler, B>,
        "fewclip::poolers::tuned: Pooler needs 'params', 'reads', 'fitted(params)' and 'pool(tokens) const' [concept pooler], see "
        "docs/extend/pooler.md");

   public:
    using pooler_type = typename Pooler::template fitted<B>;

    /// \param settings see params
    /// \throws value_error where settings.original is empty, or of another backend
    fitted(const class_text<B>&, const support_set<B>&, const params& settings)
        : original_(settings.original.template get<B>("fewclip::poolers::tuned", "original")), tuned_(*original_), alpha_(settings.alpha) {}

    /// \param x tokens [n, places, width] or [n, places * width]
    /// \returns unit rows [n, embed]
    /// \throws shape_error for other extents
    template <operand X>
    auto map(const X& x) const {
      const auto tokens = shaped(x);
      if (!sealed_ || alpha_ == 1) return ops::normalise_rows(tuned_.pool(tokens));
      if (alpha_ == 0) return ops::normalise_rows(original_->pool(tokens));
      return Blend::blend(tuned_.pool(tokens), original_->pool(tokens), alpha_);
    }

    void retune(const params& settings) { alpha_ = settings.alpha; }

    /// Ends the training: from now on map() blends.
    void seal() {
      sealed_ = true;
      if constexpr (requires { tuned_.prepare(); }) tuned_.prepare();
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      fewclip::visit_parameters(tuned_, visit);
    }

    /// Calls `visit(name, parameter, start)`: where each parameter was before training, for losses::pull_to_start.
    template <class Visitor>
    void visit_starts(Visitor&& visit) {
      pooler_type start = *original_;
      std::vector<tensor<B>> values;
      fewclip::visit_parameters(start, [&values](std::string_view, const parameter<B>& each) { values.push_back(each.value()); });
      std::size_t next = 0;
      fewclip::visit_parameters(tuned_, [&](std::string_view name, parameter<B>& each) { visit(name, each, values[next++]); });
    }

    /// Both pooled features of some rows, for a search over alpha.
    class studied_rows {
     public:
      using tensor_type = tensor<B>;

      studied_rows(tensor<B> tuned_features, tensor<B> original_features)
          : tuned_(std::move(tuned_features)), original_(std::move(original_features)) {}

      /// Whether rows() was last called with these settings.
      bool same(const params& settings) const { return settings.alpha == alpha_; }

      /// The unit rows [n, embed] under some settings.
      tensor<B> rows(const params& settings) {
        alpha_ = settings.alpha;
        if (alpha_ == 1) return ops::normalise_rows(tuned_);
        if (alpha_ == 0) return ops::normalise_rows(original_);
        return Blend::blend(tuned_, original_, alpha_);
      }

     private:
      tensor<B> tuned_;
      tensor<B> original_;
      double alpha_ = -1;
    };

    /// \param x tokens as of map()
    studied_rows study(const tensor<B>& x) const {
      const tensor<B> tokens = shaped(x);
      return studied_rows(tuned_.pool(tokens), original_->pool(tokens));
    }

    /// Numbers a study holds per row: the tokens while it is made.
    index study_width() const {
      if constexpr (requires { original_->sizes().places; }) return original_->sizes().places * original_->sizes().width;
      return 4096;
    }

    const pooler_type& original() const { return *original_; }
    const pooler_type& pooler() const { return tuned_; }

   private:
    /// [n, places, width] where the pooler says what those are.
    template <class X>
    auto shaped(const X& x) const {
      if constexpr (requires { original_->sizes().places; }) {
        const auto& sizes = original_->sizes();
        const shape extents = value_of(x).extents();
        if (extents.columns() != sizes.places * sizes.width) {
          throw shape_error(expected_got("fewclip::poolers::tuned", "tokens",
                                         "rows of " + std::to_string(sizes.places) + " * " + std::to_string(sizes.width) + " numbers",
                                         extents.text()));
        }
        return ops::reshape(x, {extents.rows(), sizes.places, sizes.width});
      } else {
        return x;
      }
    }

    std::shared_ptr<const pooler_type> original_;
    pooler_type tuned_;
    double alpha_;
    bool sealed_ = false;
  };
};

}  // namespace fewclip::poolers
