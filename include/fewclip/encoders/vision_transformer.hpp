#pragma once
/// \file
/// CLIP's vision transformer.

#include <algorithm>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/autograd/operations/tokens.hpp"
#include "fewclip/encoders/architecture.hpp"
#include "fewclip/layers/transformer.hpp"

namespace fewclip::encoders {

/// Images to tokens: patches, a class token in front, positions, layer norm, transformer blocks (Dosovitskiy et al. 2021, arXiv 2010.11929, as
/// changed by Radford et al. 2021, arXiv 2103.00020, section 2.4: a layer norm before the first block).
///
/// \models trunk
/// What follows the last block (layer norm, projection) belongs to the pooler, poolers::class_token.
struct vision_transformer {
  using params = vision_transformer_architecture;

  /// The weights, zero (gains of the norms: one) until they are set through visit_parameters.
  ///
  /// On tensors, and after prepare(), bias, activation, residual and positions go with the products, the batch is cut into slices whose
  /// activations stay near the processor, and first_token() computes the last block for the class token alone. On variables the same
  /// operations are recorded one by one. Results of the two differ by rounding only.
  template <compute_backend B>
  class fitted {
   public:
    /// \throws value_error for sizes that do not fit, see vision_transformer_architecture::check
    explicit fitted(const params& sizes)
        : sizes_(checked(sizes)),
          patches_(3 * sizes.patch * sizes.patch, sizes.width),
          class_token_(tensor<B>({sizes.width})),
          positions_(tensor<B>({sizes.tokens(), sizes.width})),
          before_(sizes.width, sizes.epsilon),
          blocks_({sizes.width, sizes.layers, sizes.heads, sizes.mlp_width, sizes.act, sizes.epsilon, false}) {}

    const params& sizes() const { return sizes_; }

    /// Packs the weights for inference; to be called again once they have changed.
    /// \param after_each called with each part that was packed, for example to let go of its weights
    template <class AfterEach = layers::nothing>
    void prepare(const AfterEach& after_each = {}) {
      patches_.prepare();
      after_each(patches_);
      blocks_.prepare(after_each);
    }

    /// As layers::transformer::recompute_blocks.
    void recompute_blocks(bool recomputed) { blocks_.recompute_blocks(recomputed); }

    /// All tokens after the last block, the class token first.
    /// \param images pixels after preprocessing, [n, 3, resolution, resolution] or rows [n, 3 * resolution * resolution]
    /// \returns [n, tokens, width]
    /// \throws shape_error for images of another size
    template <operand X>
    auto tokens(const X& images) const {
      const index rows = sizes_.tokens();
      return sliced(images, [&](const auto& slice) {
        const index count = value_of(slice).rows();
        return ops::reshape(blocks_.forward(embedded(slice), rows), {count, rows, sizes_.width});
      });
    }

    /// The class token after the last block.
    /// \param images as of tokens()
    /// \returns [n, width]
    /// \throws shape_error for images of another size
    template <operand X>
    auto first_token(const X& images) const {
      return sliced(images, [&](const auto& slice) {
        const std::vector<label> first(static_cast<std::size_t>(value_of(slice).rows()), 0);
        return blocks_.forward_few(embedded(slice), sizes_.tokens(), first);
      });
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("conv1.weight", patches_.weight());
      visit("class_embedding", class_token_);
      visit("positional_embedding", positions_);
      fewclip::visit_parameters(before_, "ln_pre.", visit);
      fewclip::visit_parameters(blocks_, "transformer.", visit);
    }

   private:
    static const params& checked(const params& sizes) {
      sizes.check();
      return sizes;
    }

    /// The input of the first block, [n * tokens, width].
    template <class X>
    auto embedded(const X& images) const {
      const index rows = sizes_.tokens();
      const auto cells = ops::patches(images, sizes_.resolution, sizes_.patch);
      if constexpr (!is_variable<X>::value) {
        if (patches_.packed() != nullptr) return before_.forward(placed(cells));
      }
      return before_.forward(ops::add_positions(ops::prepend_token(patches_.forward(cells), class_token_, rows - 1), positions_, rows));
    }

    tensor<B> placed(const tensor<B>& cells) const {
      const index rows = sizes_.tokens();
      tensor<B> out = tensor<B>::uninitialised({cells.rows() / (rows - 1) * rows, sizes_.width});
      place(cells, *patches_.packed(), class_token_.value(), positions_.value(), out);
      return out;
    }

    /// Calls `encode` for some images at a time and puts the results together; variables in one piece.
    template <class X, class Encode>
    auto sliced(const X& images, const Encode& encode) const {
      if constexpr (is_variable<X>::value) {
        return encode(images);
      } else {
        const tensor<B>& all = value_of(images);
        const index step = std::max<index>(1, rows_of_a_slice / sizes_.tokens());
        if (all.rows() <= step) return encode(all);
        tensor<B> out;
        for (index begin = 0; begin < all.rows(); begin += step) {
          const tensor<B> part = encode(all.rows_slice(begin, std::min(step, all.rows() - begin)));
          if (begin == 0) out = tensor<B>::uninitialised(with_rows(part.extents(), all.rows()));
          B::memory::copy(out.mutable_data() + begin * part.columns(), part.data(), part.size());
        }
        return out;
      }
    }

    static shape with_rows(const shape& extents, index rows) {
      shape out{rows};
      for (index d = 1; d < extents.rank(); ++d) out.append(extents[d]);
      return out;
    }

   public:
    /// out [n * tokens, width]: the products of the cells with the patch weights and the class token, each plus its position.
    static void place(const tensor<B>& cells, const packed_operand<B>& weight, const tensor<B>& class_token, const tensor<B>& positions,
                      tensor<B>& out) {
      const index width = weight.columns();
      const index rows = positions.rows();
      auto* result = out.mutable_data();
      const auto* position = positions.data();
      const auto* token = class_token.data();
      B::product_tiles(cells, weight, [=] FEWCLIP_HOST_DEVICE(index row, index first, index last, typename B::scalar * values) {
        const index at = row % (rows - 1) + 1;
        auto* to = result + (row / (rows - 1) * rows + at) * width + first;
        const auto* added = position + at * width + first;
        FEWCLIP_INDEPENDENT_LOOP
        for (index j = 0; j < last - first; ++j) to[j] = values[j] + added[j];
      });
      B::for_each_row(out.rows() / rows, width, [=] FEWCLIP_HOST_DEVICE(index image) {
        for (index c = 0; c < width; ++c) result[image * rows * width + c] = token[c] + position[c];
      });
    }

   private:
    static constexpr index rows_of_a_slice = 1600;

    params sizes_;
    layers::projection<B> patches_;
    parameter<B> class_token_;
    parameter<B> positions_;
    layers::layer_norm<B> before_;
    layers::transformer<B> blocks_;
  };
};

}  // namespace fewclip::encoders
