#pragma once
/// \file
/// The pooler of CLIP's vision transformers.

#include <algorithm>
#include <vector>

#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/concepts/pooler.hpp"
#include "fewclip/encoders/architecture.hpp"
#include "fewclip/layers/layer_norm.hpp"
#include "fewclip/layers/projection.hpp"

namespace fewclip::poolers {

/// The first token, through a layer norm and a projection (Radford et al. 2021, arXiv 2103.00020, section 2.4).
///
/// \models pooler
/// Trainable: `ln_post.weight`, `ln_post.bias` [width] and `proj` [embed, width], the transpose of what OpenAI's files hold.
struct class_token {
  static constexpr tokens_read reads = tokens_read::first;

  /// Sizes; the defaults are those of ViT-B/32.
  struct params {
    index width = 768;      ///< channels of a token
    index embed = 512;      ///< channels of the result
    double epsilon = 1e-5;  ///< of the layer norm

    /// The sizes that go with a trunk.
    static params of(const encoders::vision_transformer_architecture& trunk) { return {trunk.width, trunk.embed, trunk.epsilon}; }
  };

  /// The weights, zero (the gain: one) until they are set.
  template <compute_backend B>
  class fitted {
   public:
    explicit fitted(const params& sizes) : norm_(sizes.width, sizes.epsilon), projection_(sizes.width, sizes.embed) {}

    /// Packs the projection for inference.
    void prepare() { projection_.prepare(); }

    /// As layers::projection::keep_packed_only.
    void keep_packed_only() { projection_.keep_packed_only(); }

    /// \param x tokens [n, tokens, width], or the first tokens alone [n, width]
    /// \returns features [n, embed], not normalised
    /// \throws shape_error for another width
    template <operand X>
    auto pool(const X& x) const {
      return projection_.forward(norm_.forward(first(x)));
    }

    /// Every token through norm and projection: dense features.
    /// \param x tokens [n, tokens, width]
    /// \returns [n, tokens, embed]
    template <operand X>
    auto pool_each(const X& x) const {
      const shape extents = value_of(x).extents();
      const auto rows = ops::reshape(x, {extents.size() / extents[2], extents[2]});
      return ops::reshape(projection_.forward(norm_.forward(rows)), {extents[0], extents[1], projection_.out()});
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      fewclip::visit_parameters(norm_, "ln_post.", visit);
      visit("proj", projection_.weight());
    }

   private:
    /// [n, width]; rows of one token are taken as they are.
    template <class X>
    auto first(const X& x) const {
      const shape extents = value_of(x).extents();
      const index width = projection_.in();
      const index each = extents.rank() < 3 ? 1 : extents[1];
      std::vector<label> which(static_cast<std::size_t>(extents.rows()));
      for (std::size_t i = 0; i < which.size(); ++i) which[i] = static_cast<label>(static_cast<index>(i) * each);
      const auto rows = ops::reshape(x, {extents.rows() * each, width});
      return ops::gather_rows(rows, label_tensor<B>::from_host(which.data(), {extents.rows()}));
    }

    layers::layer_norm<B> norm_;
    layers::projection<B> projection_;
  };
};

}  // namespace fewclip::poolers
