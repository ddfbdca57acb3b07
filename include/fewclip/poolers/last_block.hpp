#pragma once
/// \file
/// The last transformer block of a vision transformer as a part of its pooler.

#include <string>
#include <vector>

#include "fewclip/layers/transformer.hpp"
#include "fewclip/poolers/class_token.hpp"

namespace fewclip::poolers {

/// One transformer block, then poolers::class_token: the pooler of safe on a vision transformer (ours; "one layer" of cross-modal adaptation,
/// Lin et al. 2023, arXiv 2301.06267, and of ProLIP's last-layer variant).
///
/// \models pooler
/// Stands on a trunk without that block: `params::trunk_below(architecture)`. On tensors, after prepare(), the block computes the class token
/// alone, keys and values of all tokens; on variables, and before prepare(), all tokens. Trainable: `transformer.resblocks.{block}.*`,
/// `ln_post.*`, `proj`: 7,482,624 numbers for ViT-B/32.
struct last_block {
  static constexpr tokens_read reads = tokens_read::all;

  /// Sizes; the defaults are those of ViT-B/32.
  struct params {
    index width = 768;                                            ///< channels of a token
    index places = 50;                                            ///< tokens of an image, the class token first
    index heads = 12;                                             ///< groups of channels
    index mlp_width = 3072;                                       ///< channels inside the block's mlp
    encoders::activation act = encoders::activation::quick_gelu;  ///< of the mlp
    double epsilon = 1e-5;                                        ///< of the layer norms
    index embed = 512;                                            ///< channels of the result
    index block = 11;                                             ///< its number in the checkpoint

    /// The sizes that go with a whole vision transformer.
    /// \throws value_error for fewer than two blocks
    static params of(const encoders::vision_transformer_architecture& whole) {
      require_two(whole);
      return {whole.width, whole.tokens(), whole.heads, whole.mlp_width, whole.act, whole.epsilon, whole.embed, whole.layers - 1};
    }

    /// The trunk without its last block.
    /// \throws value_error for fewer than two blocks
    static encoders::vision_transformer_architecture trunk_below(encoders::vision_transformer_architecture whole) {
      require_two(whole);
      whole.layers -= 1;
      return whole;
    }

   private:
    static void require_two(const encoders::vision_transformer_architecture& whole) {
      if (whole.layers >= 2) return;
      throw value_error(expected_got("fewclip::poolers::last_block", "layers", "at least 2", std::to_string(whole.layers)));
    }
  };

  /// The weights, zero (the gains: one) until they are set.
  template <compute_backend B>
  class fitted {
   public:
    explicit fitted(const params& sizes)
        : sizes_(sizes),
          block_({sizes.width, 1, sizes.heads, sizes.mlp_width, sizes.act, sizes.epsilon, false}),
          after_({sizes.width, sizes.embed, sizes.epsilon}) {}

    const params& sizes() const { return sizes_; }

    /// Packs the weights for inference; to be called again once they have changed.
    void prepare() {
      block_.prepare_few();
      after_.prepare();
    }

    /// \param x tokens before the block [n, places, width]
    /// \returns features [n, embed], not normalised
    /// \throws shape_error for other extents
    template <operand X>
    auto pool(const X& x) const {
      const index count = value_of(x).rows();
      require_shape("fewclip::poolers::last_block::pool", "tokens", {count, sizes_.places, sizes_.width}, value_of(x).extents());
      const auto rows = ops::reshape(x, {count * sizes_.places, sizes_.width});
      if constexpr (!is_variable<X>::value) {
        if (block_.prepared_for_few()) return after_.pool(first_tokens(rows, count));
      }
      return after_.pool(ops::reshape(block_.forward(rows, sizes_.places), {count, sizes_.places, sizes_.width}));
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      fewclip::visit_parameters(block_, "transformer.resblocks." + std::to_string(sizes_.block) + ".", visit);
      fewclip::visit_parameters(after_, visit);
    }

   private:
    tensor<B> first_tokens(const tensor<B>& rows, index count) const {
      std::vector<label> which(static_cast<std::size_t>(count));
      for (std::size_t i = 0; i < which.size(); ++i) which[i] = static_cast<label>(static_cast<index>(i) * sizes_.places);
      return block_.forward_few(rows, sizes_.places, label_tensor<B>::from_host(which.data(), {count}), label_tensor<B>({count}));
    }

    params sizes_;
    layers::transformer_block<B> block_;
    class_token::fitted<B> after_;
  };
};

}  // namespace fewclip::poolers
