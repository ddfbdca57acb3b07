#pragma once
/// \file
/// The parts of a CLIP that methods read from and train through.

#include <cmath>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/checkpoints/load_parameters.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/config.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/made_once.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/core/shared_part.hpp"
#include "fewclip/core/spatial_rows.hpp"
#include "fewclip/encoders/architecture.hpp"
#include "fewclip/encoders/dual_encoder.hpp"
#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/encoders/modified_resnet.hpp"
#include "fewclip/encoders/text_transformer.hpp"
#include "fewclip/encoders/vision_transformer.hpp"
#include "fewclip/poolers/attention.hpp"
#include "fewclip/poolers/class_token.hpp"
#include "fewclip/poolers/last_block.hpp"
#include "fewclip/prompts/text_source.hpp"
#include "fewclip/runtime/clip.hpp"
#include "fewclip/runtime/row_kind.hpp"
#include "fewclip/tokenizer/tokenise_prompts.hpp"

namespace fewclip::runtime {
namespace detail {

/// Brings the first numbers of each row to length 1.
/// \param rows [n, columns]
/// \param count how many numbers of a row
template <compute_backend B>
void normalise_leading(tensor<B>& rows, index count) {
  const index columns = rows.columns();
  auto* const numbers = rows.mutable_data();
  B::for_each_row(rows.rows(), count, [=] FEWCLIP_HOST_DEVICE(index r) {
    typename B::scalar squares = 0;
    for (index c = 0; c < count; ++c) squares += numbers[r * columns + c] * numbers[r * columns + c];
    const auto length = static_cast<typename B::scalar>(::sqrt(squares));
    for (index c = 0; c < count; ++c) numbers[r * columns + c] /= length;
  });
}

}  // namespace detail

/// Rows of every kind from pixels, and parts whose weights are there for gradients. runtime::clip keeps packed weights only; a part that training
/// goes through is loaded once more when it is first asked for, from the same mapped file. May be used from several threads.
template <compute_backend B>
class clip_parts {
 public:
  using vit_parts = encoders::image_encoder<encoders::vision_transformer, poolers::class_token>;
  using resnet_parts = encoders::image_encoder<encoders::modified_resnet, poolers::attention>;
  using vit_clip = encoders::dual_encoder<vit_parts, encoders::text_transformer>;        ///< both towers, with a vision transformer
  using resnet_clip = encoders::dual_encoder<resnet_parts, encoders::text_transformer>;  ///< both towers, with a ResNet
  using text_tower = encoders::text_transformer::fitted<B>;

  /// \param model shared; has an image tower
  /// \throws value_error where it has none
  explicit clip_parts(std::shared_ptr<const clip<B>> model) : model_(std::move(model)) {
    if (!model_ || !model_->has_image()) throw value_error(expected_got(where, "model", "a CLIP with an image tower", "none"));
  }

  const clip<B>& model() const { return *model_; }
  const std::shared_ptr<const clip<B>>& shared_model() const { return model_; }

  /// Whether the image tower is a ResNet with attention pooling, and not a vision transformer.
  bool is_resnet() const { return std::holds_alternative<typename clip<B>::resnet_encoder>(model_->image()); }

  /// Numbers of one row of a kind.
  /// \throws value_error for row_kind::tokens of a vision transformer with one block
  index width(row_kind kind) const {
    const index side = model_->preprocessing().size;
    if (kind == row_kind::pixels) return 3 * side * side;
    if (kind == row_kind::features) return model_->embed();
    const index spatial = kind == row_kind::spatial ? 1 : 0;
    if (is_resnet()) {
      const auto sizes = poolers::attention::params::of(resnet_sizes());
      return spatial == 1 ? (1 + sizes.places) * sizes.embed : sizes.places * sizes.width;
    }
    if (spatial == 1) return vit_sizes().tokens() * vit_sizes().embed;
    const auto sizes = poolers::last_block::params::of(vit_sizes());
    return sizes.places * sizes.width;
  }

  /// \param pixels after preprocessing, [n, 3, side, side]
  /// \param kind what to make of them
  /// \returns [n, width(kind)]
  /// \throws shape_error for other extents
  tensor<B> rows(const tensor<B>& pixels, row_kind kind) const;

  /// The pooler of a ResNet, to start tuning from.
  /// \throws value_error where the image tower is another
  shared_part<poolers::attention> attention_pooler() const;

  /// The last block of a vision transformer with what follows it, to start tuning from.
  /// \throws value_error where the image tower is another or has one block
  shared_part<poolers::last_block> last_block() const;

  /// The text tower with its weights, for gradients of its input.
  /// \throws value_error where there is none
  std::shared_ptr<const text_tower> text() const;

  /// Class rows with the tower and the tokens they come from, for methods that learn prompts.
  /// \param rows unit rows [classes, embed]
  /// \param class_names in label order
  /// \param prompt one template with one `{}`
  /// \param anchors names of anchors that need not be classes; may be empty. They are the anchor_words of the source.
  /// \throws value_error where there is no text tower or tokenizer, and as tokenizer::tokenise_prompts
  class_text<B> text_with_source(tensor<B> rows, const std::vector<std::string>& class_names, const std::string& prompt,
                                 const std::vector<std::string>& anchors = {}) const {
    return {std::move(rows), std::make_shared<prompts::text_source<B>>(
                                 text(), tokenizer::tokenise_prompts(model_->tokenizer(), class_names, prompt, anchors))};
  }

  /// Both towers with their weights, a new copy; the logit scale is that of a training from scratch, as in TSF-CLIP's first stage.
  /// \tparam Clip vit_clip or resnet_clip
  /// \throws value_error where the image tower is another, or there is no text tower
  template <class Clip>
  typename Clip::template fitted<B> both() const {
    if (!model_->weights().text()) throw missing("text tower");
    typename Clip::params sizes;
    if constexpr (std::is_same_v<Clip, resnet_clip>) {
      sizes.image = {resnet_sizes(), poolers::attention::params::of(resnet_sizes())};
    } else {
      sizes.image = {vit_sizes(), poolers::class_token::params::of(vit_sizes())};
    }
    sizes.text = *model_->weights().text();
    typename Clip::template fitted<B> out(sizes);
    checkpoints::load_parameters(out.image(), model_->weights());
    checkpoints::load_parameters(out.text(), model_->weights());
    out.prepare();
    return out;
  }

 private:
  using lower_encoder = typename encoders::image_encoder<encoders::vision_transformer, poolers::last_block>::template fitted<B>;
  static constexpr const char* where = "fewclip::runtime::clip_parts";

  value_error missing(const std::string& what) const {
    return value_error(expected_got(where, "model", "one with a " + what, model_->weights().path() + ", which has none"));
  }

  const encoders::vision_transformer_architecture& vit_sizes() const {
    if (is_resnet()) throw missing("vision transformer");
    return std::get<encoders::vision_transformer_architecture>(*model_->weights().image());
  }
  const encoders::resnet_architecture& resnet_sizes() const {
    if (!is_resnet()) throw missing("ResNet with attention pooling");
    return std::get<encoders::resnet_architecture>(*model_->weights().image());
  }
  const typename clip<B>::resnet_encoder& resnet() const {
    resnet_sizes();
    return std::get<typename clip<B>::resnet_encoder>(model_->image());
  }

  tensor<B> spatial_of(const tensor<B>& pixels) const;

  const lower_encoder& lower_trunk() const;

  std::shared_ptr<const clip<B>> model_;
  mutable made_once<std::shared_ptr<const text_tower>> text_;
  mutable made_once<std::unique_ptr<const lower_encoder>> lower_;
};

// Not in the class, and so not inline: the component fewclip::compiled holds them for its backend.

template <compute_backend B>
tensor<B> clip_parts<B>::rows(const tensor<B>& pixels, row_kind kind) const {
  const index count = pixels.rows();
  switch (kind) {
    case row_kind::features:
      return ops::normalise_rows(model_->embed_images(pixels));
    case row_kind::spatial:
      return spatial_of(pixels);
    case row_kind::tokens:
      return is_resnet() ? resnet().trunk().tokens(pixels).reshaped({count, width(kind)})
                         : lower_trunk().trunk().tokens(pixels).reshaped({count, width(kind)});
    default:
      return pixels.reshaped({count, width(kind)});
  }
}

template <compute_backend B>
shared_part<poolers::attention> clip_parts<B>::attention_pooler() const {
  return shared_part<poolers::attention>::template copy_of<B>(resnet().pooler());
}

template <compute_backend B>
shared_part<poolers::last_block> clip_parts<B>::last_block() const {
  return shared_part<poolers::last_block>::template copy_of<B>(lower_trunk().pooler());
}

template <compute_backend B>
std::shared_ptr<const typename clip_parts<B>::text_tower> clip_parts<B>::text() const {
  return text_.get([this] {
    if (!model_->weights().text()) throw missing("text tower");
    auto loaded = std::make_shared<text_tower>(*model_->weights().text());
    checkpoints::load_parameters(*loaded, model_->weights());
    loaded->prepare();
    return loaded;
  });
}

template <compute_backend B>
tensor<B> clip_parts<B>::spatial_of(const tensor<B>& pixels) const {
  if (is_resnet()) {
    const tensor<B> tokens = resnet().trunk().tokens(pixels);
    return join_spatial_rows<B>(ops::normalise_rows(resnet().pooler().pool(tokens)), resnet().pooler().project_each(tokens));
  }
  const auto& vit = std::get<typename clip<B>::vit_encoder>(model_->image());
  const tensor<B> each = vit.pooler().pool_each(vit.trunk().tokens(pixels));  // row 0 of an image is its feature
  tensor<B> out = each.reshaped({pixels.rows(), width(row_kind::spatial)}).clone();
  detail::normalise_leading(out, model_->embed());
  return out;
}

template <compute_backend B>
const typename clip_parts<B>::lower_encoder& clip_parts<B>::lower_trunk() const {
  const auto& whole = vit_sizes();
  return *lower_.get([&] {
    auto loaded =
        std::make_unique<lower_encoder>(typename encoders::image_encoder<encoders::vision_transformer, poolers::last_block>::params{
            poolers::last_block::params::trunk_below(whole), poolers::last_block::params::of(whole)});
    checkpoints::load_parameters(*loaded, model_->weights());
    loaded->prepare([](auto& part) {
      if constexpr (requires { part.keep_packed_only(); }) part.keep_packed_only();
    });
    return loaded;
  });
}

}  // namespace fewclip::runtime
