#pragma once
/// \file
/// Both towers of a CLIP and the scale between them.

#include <cstdint>
#include <utility>

#include "fewclip/autograd/operations/paired_cross_entropy.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/core/matrix_view.hpp"

namespace fewclip::encoders {

/// A whole CLIP: S = exp(logit_scale) norm(images) norm(texts)^T (Radford et al. 2021, arXiv 2103.00020, figure 3).
///
/// \tparam Image an image encoder, encoders::image_encoder
/// \tparam Text a text encoder, encoders::text_transformer
template <class Image, class Text>
struct dual_encoder {
  /// The sizes of both towers and the logarithm of the scale.
  struct params {
    typename Image::params image{};
    typename Text::params text{};
    double logit_scale = 2.6592600369327779;  ///< ln(1 / 0.07), where training from scratch starts
  };

  /// The weights.
  template <compute_backend B>
  class fitted {
   public:
    using image_type = typename Image::template fitted<B>;
    using text_type = typename Text::template fitted<B>;
    using backend = B;

    explicit fitted(const params& sizes) : fitted(image_type(sizes.image), text_type(sizes.text), sizes.logit_scale) {}

    /// From towers that are there already.
    fitted(image_type image, text_type text, double logit_scale = params{}.logit_scale)
        : image_(std::move(image)), text_(std::move(text)), scale_(tensor<B>({1}, static_cast<typename B::scalar>(logit_scale))) {}

    /// Packs the weights for inference; to be called again once they have changed.
    void prepare() {
      image_.prepare();
      text_.prepare();
    }

    /// As layers::transformer::recompute_blocks, for both towers; a trunk that is no transformer is left alone.
    void recompute_blocks(bool recomputed) {
      if constexpr (requires { image_.trunk().recompute_blocks(recomputed); }) image_.trunk().recompute_blocks(recomputed);
      text_.recompute_blocks(recomputed);
    }

    /// \param images pixels after preprocessing [n, 3, side, side]
    /// \param ids token ids of m texts
    /// \returns [n, m]
    /// \throws what the towers throw
    tensor<B> similarities(const tensor<B>& images, const matrix_view<std::int32_t>& ids) const {
      return scaled(image_.embed(images), text_.encode(ids));
    }

    /// The same on a tape, for gradients of the parameters that are bound to it.
    variable<B> similarities(tape<B>& record, const tensor<B>& images, const matrix_view<std::int32_t>& ids) const {
      return scaled(image_.embed(record.constant(images)), text_.encode(record, ids));
    }

    const image_type& image() const { return image_; }
    image_type& image() { return image_; }
    const text_type& text() const { return text_; }
    text_type& text() { return text_; }

    /// The names of a checkpoint, "logit_scale" [1] last.
    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      fewclip::visit_parameters(image_, visit);
      fewclip::visit_parameters(text_, visit);
      visit("logit_scale", scale_);
    }

   private:
    template <class X>
    X scaled(const X& images, const X& texts) const {
      return ops::scale_by_exponential(ops::product_transposed(ops::normalise_rows(images), ops::normalise_rows(texts)), scale_);
    }

    image_type image_;
    text_type text_;
    parameter<B> scale_;
  };
};

}  // namespace fewclip::encoders
