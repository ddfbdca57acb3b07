#pragma once
/// \file
/// A trunk and a pooler: images to features.

#include <utility>

#include "fewclip/concepts/pooler.hpp"
#include "fewclip/concepts/trunk.hpp"

namespace fewclip::encoders {

/// The image tower of a CLIP.
///
/// \tparam Trunk a trunk: encoders::vision_transformer
/// \tparam Pooler a pooler: poolers::class_token
template <class Trunk, class Pooler>
struct image_encoder {
  /// The sizes of both parts.
  struct params {
    typename Trunk::params trunk{};
    typename Pooler::params pooler{};
  };

  /// The weights.
  template <compute_backend B>
  class fitted {
    static_assert(
        fewclip::trunk<Trunk, B>,
        "fewclip::encoders::image_encoder: Trunk needs 'params', 'fitted(params)' and 'tokens(images) const' [concept trunk], see "
        "docs/extend/trunk.md");
    static_assert(
        fewclip::pooler<Pooler, B>,
        "fewclip::encoders::image_encoder: Pooler needs 'params', 'reads', 'fitted(params)' and 'pool(tokens) const' [concept pooler], "
        "see docs/extend/pooler.md");

   public:
    using trunk_type = typename Trunk::template fitted<B>;
    using pooler_type = typename Pooler::template fitted<B>;

    explicit fitted(const params& sizes) : trunk_(sizes.trunk), pooler_(sizes.pooler) {}

    /// From parts that are there already.
    fitted(trunk_type trunk, pooler_type pooler) : trunk_(std::move(trunk)), pooler_(std::move(pooler)) {}

    /// Packs the weights for inference; to be called again once they have changed.
    void prepare() {
      prepare([](auto&) {});
    }

    /// The same part by part.
    /// \param after_each called with each part that was packed, such as a transformer block, for example to let go of its weights
    template <class AfterEach>
    void prepare(const AfterEach& after_each) {
      if constexpr (requires { trunk_.prepare(after_each); }) {
        trunk_.prepare(after_each);
      } else if constexpr (requires { trunk_.prepare(); }) {
        trunk_.prepare();
        after_each(trunk_);
      }
      if constexpr (requires { pooler_.prepare(); }) {
        pooler_.prepare();
        after_each(pooler_);
      }
    }

    /// \param images pixels after preprocessing, [n, 3, side, side]
    /// \returns features [n, embed], not normalised
    /// \throws shape_error for images of another size
    template <operand X>
    auto embed(const X& images) const {
      if constexpr (Pooler::reads == tokens_read::first && requires { trunk_.first_token(images); }) {
        return pooler_.pool(trunk_.first_token(images));
      } else {
        return pooler_.pool(trunk_.tokens(images));
      }
    }

    const trunk_type& trunk() const { return trunk_; }
    trunk_type& trunk() { return trunk_; }
    const pooler_type& pooler() const { return pooler_; }
    pooler_type& pooler() { return pooler_; }

    /// The names of a checkpoint: those of the parts after "visual.".
    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      fewclip::visit_parameters(trunk_, "visual.", visit);
      fewclip::visit_parameters(pooler_, "visual.", visit);
    }

   private:
    trunk_type trunk_;
    pooler_type pooler_;
  };
};

}  // namespace fewclip::encoders
