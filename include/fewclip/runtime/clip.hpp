#pragma once
/// \file
/// A CLIP from a directory: both towers, tokenizer and preprocessing, ready to embed images and texts.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fewclip/checkpoints/checkpoint.hpp"
#include "fewclip/checkpoints/load_parameters.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/made_once.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/encoders/modified_resnet.hpp"
#include "fewclip/encoders/text_transformer.hpp"
#include "fewclip/encoders/vision_transformer.hpp"
#include "fewclip/poolers/attention.hpp"
#include "fewclip/poolers/class_token.hpp"
#include "fewclip/prompts/class_prompts.hpp"
#include "fewclip/prompts/ensemble.hpp"
#include "fewclip/runtime/clip_info.hpp"
#include "fewclip/runtime/detail/clip_files.hpp"
#include "fewclip/runtime/detail/preprocessing_files.hpp"
#include "fewclip/runtime/detail/tokenizer_files.hpp"
#include "fewclip/tokenizer/bpe_tokenizer.hpp"

namespace fewclip::runtime {

/// What the caller knows better than the directory, and what is not needed.
struct clip_options {
  checkpoints::checkpoint_options weights{};                ///< about the weights
  bool image = true;                                        ///< whether the image tower is loaded, where there is one
  bool text = true;                                         ///< whether text tower and vocabulary are loaded, where there are some
  std::optional<images::preprocessing> preprocessing{};     ///< instead of the directory's; its size must be the tower's resolution
  std::optional<images::transparency_rule> transparency{};  ///< what becomes of colours that are not opaque, instead of the dialect's rule
  bool upright = false;                                     ///< preprocessing() says that pictures are turned by their EXIF orientation
  std::string vocabulary{};                                 ///< a vocabulary file or its folder, instead of the directory's
  std::optional<tokenizer::cleaning> cleaning{};            ///< of texts; else as open_clip's configuration says, else as OpenAI
};

/// What came of the self-test of a directory.
struct clip_self_test {
  std::string path{};          ///< the file
  feature_difference image{};  ///< image features; no rows where the file or the checkpoint has none
  feature_difference text{};   ///< text features, likewise
};

/// CLIP (Radford et al. 2021, arXiv 2103.00020) as published: a directory of transformers, open_clip or timm, or one safetensors file.
///
/// The towers are those the weights have; weights that are stored as they are wanted stay parts of the mapped file. Weights are packed
/// part by part for products, and the file's pages are dropped in between, so that one copy of them is in memory. Const members may be
/// called from several threads; results do not depend on the number of threads.
/// \tparam B backend
template <compute_backend B>
class clip {
 public:
  using vit_encoder = typename encoders::image_encoder<encoders::vision_transformer, poolers::class_token>::template fitted<B>;
  using resnet_encoder = typename encoders::image_encoder<encoders::modified_resnet, poolers::attention>::template fitted<B>;
  using text_encoder = typename encoders::text_transformer::template fitted<B>;

  /// The name of the file that self_test() looks for.
  static constexpr const char* self_test_name = "fewclip_selftest.safetensors";

  /// \param path a directory, a .safetensors file or an index of shards, see checkpoints::checkpoint
  /// \param options which towers are loaded, and what replaces the checkpoint's own files and rules
  /// \throws io_error as checkpoints::checkpoint; for a preprocessing that cannot be honoured or has another size than the tower; for a
  /// vocabulary that cannot be read, has more tokens than the text tower or comes with settings that would change the ids
  explicit clip(const std::string& path, const clip_options& options = {});

  /// Architecture, names and warnings of the weights.
  const checkpoints::checkpoint& weights() const { return weights_; }

  /// Whether embed_images can be called.
  bool has_image() const { return image_.index() != 0; }

  /// Whether embed_tokens can be called.
  bool has_text() const { return text_.has_value(); }

  /// Whether embed_texts can be called: text tower and vocabulary are there.
  bool has_tokenizer() const { return words_.tokenizer.has_value(); }

  /// The image tower: nothing, a vit_encoder or a resnet_encoder, packed for inference.
  const std::variant<std::monostate, vit_encoder, resnet_encoder>& image() const { return image_; }

  /// The width of a feature row.
  index embed() const {
    return weights_.image() ? std::visit([](const auto& size) { return size.embed; }, *weights_.image()) : weights_.text()->embed;
  }

  /// How images become pixels.
  /// \throws value_error where there is no image tower
  const images::preprocessing& preprocessing() const {
    if (!weights_.image()) throw missing("preprocessing", "an image tower");
    return preprocessing_.settings;
  }

  /// The tokenizer.
  /// \throws value_error where there is none
  const bpe_tokenizer& tokenizer() const {
    if (!words_.tokenizer) throw missing("tokenizer", text_ ? "tokenizer.json, merges.txt or *.txt.gz beside the weights" : "a text tower");
    return *words_.tokenizer;
  }

  /// The first text that the tokenizer of transformers would read as other ids, since it cleans otherwise. Nothing where the weights are in another
  /// dialect, a cleaning was chosen, or no text differs.
  /// \param texts any bytes
  std::optional<std::string> text_of_two_readings(std::span<const std::string> texts) const {
    if (!compares_cleaning_ || !words_.tokenizer) return std::nullopt;
    bpe_tokenizer::params settings = tokenizer().settings();
    settings.repairs = tokenizer::cleaning::transformers;
    std::optional<bpe_tokenizer> other;
    for (const std::string& text : texts) {
      if (tokenizer::clean(text, settings.repairs).text == tokenizer::clean(text, tokenizer().settings().repairs).text) continue;
      if (!other) other.emplace(tokenizer().words(), settings);
      if (other->encode(text) != tokenizer().encode(text)) return text;
    }
    return std::nullopt;
  }

  /// \param pixels after preprocessing, [n, 3, side, side] with the side of preprocessing().size
  /// \returns raw features [n, embed], not normalised
  /// \throws shape_error for other extents; value_error where there is no image tower
  tensor<B> embed_images(const tensor<B>& pixels) const;

  /// \param ids rows of token ids [n, columns], columns <= context
  /// \returns raw features [n, embed], not normalised
  /// \throws shape_error, value_error as encoders::text_transformer; value_error where there is no text tower
  tensor<B> embed_tokens(const matrix_view<std::int32_t>& ids) const;

  /// \param texts any bytes, at least one text
  /// \param options what happens to long texts
  /// \returns raw features [n, embed], not normalised
  /// \throws value_error for a text that is too long, see bpe_tokenizer::rows, or where there is no tokenizer
  tensor<B> embed_texts(std::span<const std::string> texts, const tokenizer::row_options& options = {}) const {
    if (texts.empty()) throw shape_error(expected_got("fewclip::runtime::clip::embed_texts", "texts", "at least one", "none"));
    const tokenizer::token_rows rows = tokenizer().rows(texts, options);
    return embed_tokens({rows.ids.data(), rows.count, rows.context});
  }

  /// The text classifier of prompts, see prompts::class_rows.
  /// \returns unit rows [classes, embed]
  /// \throws value_error as embed_texts
  tensor<B> class_text(const prompts::class_prompts& prompts, const tokenizer::row_options& options = {}) const;

  /// Everything that can be said without reading weights.
  clip_info info() const {
    clip_info out;
    out.path = weights_.path();
    out.dialect = checkpoints::name_of(weights_.naming());
    out.configuration = weights_.configuration_path();
    out.image = weights_.image();
    if (out.image) out.backbone = backbone_name(*out.image);
    out.text = weights_.text();
    out.parameters = weights_.parameters();
    weights_.visit_files([&](const std::string&, std::span<const std::byte> bytes) { out.file_bytes += bytes.size(); });
    out.logit_scale = weights_.logit_scale();
    if (out.image) out.preprocessing = preprocessing_.settings.identifier();
    out.preprocessing_source = preprocessing_.source;
    if (words_.tokenizer) {
      out.tokenizer = words_.path;
      out.cleaning = tokenizer::name_of(tokenizer().settings().repairs);
    }
    out.backend = backend_;
    out.warnings = warnings_;
    return out;
  }

  /// SHA-256 of the weights file, of several shards one after the other by name. Reads all of it at the first call, 2 to 5 ns per byte.
  const std::string& weights_sha256() const {
    return digest_->get([this] { return detail::digest_of(weights_); });
  }

  /// Compares with the features that the directory expects, where it has a file fewclip_selftest.safetensors with `pixels`
  /// [n, 3, side, side] and `image_features` [n, embed], `token_ids` [m, columns] (I32 or I64) and `text_features` [m, embed], or one of the two
  /// pairs; features are raw. Also looks for NaN in all weights.
  /// \returns nothing where there is no such file
  /// \throws io_error, shape_error, value_error where the file does not fit or a weight is not finite
  std::optional<clip_self_test> self_test() const;

 private:
  value_error missing(const char* what, const char* expected) const {
    return value_error(expected_got("fewclip::runtime::clip", what, std::string(expected), "none in " + weights_.path()));
  }

  feature_difference compared(const io::safetensors_file& file, const char* name, const tensor<B>& features) const {
    const auto host = features.to_host();
    const std::vector<float> got(host.begin(), host.end());
    return difference(got, file.read<float>(name), embed());
  }

  /// For each part of a tower once it is packed.
  auto packed_only() const {
    return [this](auto& part) {
      if constexpr (requires { part.keep_packed_only(); }) part.keep_packed_only();
      weights_.release_pages();
    };
  }

  void load_image();

  using vit_parts = encoders::image_encoder<encoders::vision_transformer, poolers::class_token>;
  using resnet_parts = encoders::image_encoder<encoders::modified_resnet, poolers::attention>;

  checkpoints::checkpoint weights_;
  std::vector<std::string> warnings_;
  detail::found_preprocessing preprocessing_;
  std::variant<std::monostate, vit_encoder, resnet_encoder> image_;
  std::optional<text_encoder> text_;
  detail::found_tokenizer words_;
  bool compares_cleaning_ = false;
  std::string backend_ = B::name();  ///< at the time of packing
  std::shared_ptr<made_once<std::string>> digest_ = std::make_shared<made_once<std::string>>();
};

// Not in the class, and so not inline: the component fewclip::compiled holds them for its backend.

template <compute_backend B>
clip<B>::clip(const std::string& path, const clip_options& options) : weights_(path, options.weights), warnings_(weights_.warnings()) {
  if (weights_.image()) preprocessing_ = detail::preprocessing_of(weights_, options.preprocessing);
  if (options.transparency) preprocessing_.settings.transparency = *options.transparency;
  if (options.upright) preprocessing_.settings.upright = true;
  if (options.image) warnings_.insert(warnings_.end(), preprocessing_.warnings.begin(), preprocessing_.warnings.end());
  if (options.image && weights_.image()) load_image();
  if (options.text && weights_.text()) {
    text_.emplace(*weights_.text());
    checkpoints::load_parameters(*text_, weights_);
    text_->prepare(packed_only());
    weights_.release_pages();
    words_ = detail::tokenizer_of(weights_, options.vocabulary, options.cleaning);
    warnings_.insert(warnings_.end(), words_.warnings.begin(), words_.warnings.end());
    compares_cleaning_ = weights_.naming() == checkpoints::dialect::hf && !options.cleaning;
  }
}

template <compute_backend B>
tensor<B> clip<B>::embed_images(const tensor<B>& pixels) const {
  if (const auto* const vit = std::get_if<vit_encoder>(&image_)) return vit->embed(pixels);
  if (const auto* const resnet = std::get_if<resnet_encoder>(&image_)) return resnet->embed(pixels);
  throw missing("embed_images", "an image tower");
}

template <compute_backend B>
tensor<B> clip<B>::embed_tokens(const matrix_view<std::int32_t>& ids) const {
  if (!text_) throw missing("embed_tokens", "a text tower");
  return text_->encode(ids);
}

template <compute_backend B>
tensor<B> clip<B>::class_text(const prompts::class_prompts& prompts, const tokenizer::row_options& options) const {
  const std::vector<std::string> texts = prompts.flat();
  return prompts::class_rows(embed_texts(texts, options), std::span<const index>(prompts.counts()));
}

template <compute_backend B>
std::optional<clip_self_test> clip<B>::self_test() const {
  clip_self_test out;
  out.path = (std::filesystem::path(detail::folder_of(weights_)) / self_test_name).string();
  if (!std::filesystem::is_regular_file(out.path)) return std::nullopt;
  const io::safetensors_file file(out.path);
  weights_.check_finite();
  const bool images = has_image() && file.find("pixels") != nullptr;
  const bool texts = has_text() && file.find("token_ids") != nullptr;
  if (!images && !texts) throw io_error(expected_got(out.path, "tensors", "pixels or token_ids, for a tower that is there", "neither"));
  if (images) {
    shape extents;
    for (const std::size_t extent : file.info("pixels").shape) extents.append(static_cast<index>(extent));
    const std::vector<float> pixels = file.read<float>("pixels");
    const std::vector<typename B::scalar> values(pixels.begin(), pixels.end());
    out.image = compared(file, "image_features", embed_images(tensor<B>::from_host(values.data(), extents)));
  }
  if (texts) {
    const std::vector<std::int32_t> ids = detail::token_ids_of(file, "token_ids");
    const auto& extents = file.info("token_ids").shape;
    out.text = compared(file, "text_features", embed_tokens({ids.data(), static_cast<index>(extents[0]), static_cast<index>(extents[1])}));
  }
  return out;
}

template <compute_backend B>
void clip<B>::load_image() {
  const auto load = [this](auto& tower) {
    checkpoints::load_parameters(tower, weights_);
    tower.prepare(packed_only());
    weights_.release_pages();
  };
  if (const auto* const vit = std::get_if<encoders::vision_transformer_architecture>(&*weights_.image())) {
    load(image_.template emplace<vit_encoder>(typename vit_parts::params{*vit, poolers::class_token::params::of(*vit)}));
  } else {
    const auto& resnet = std::get<encoders::resnet_architecture>(*weights_.image());
    load(image_.template emplace<resnet_encoder>(typename resnet_parts::params{resnet, poolers::attention::params::of(resnet)}));
  }
}

}  // namespace fewclip::runtime
