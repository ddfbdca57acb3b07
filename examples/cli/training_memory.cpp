#include "training_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <fewclip/core/parallel.hpp>
#include <fewclip/encoders/architecture.hpp>
#include <fewclip/prompts/text_source.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace program {
namespace {

using fewclip::encoders::resnet_architecture;
using fewclip::encoders::text_architecture;
using fewclip::encoders::vision_transformer_architecture;

/// Intermediates of a transformer block per token.
template <class Tower>
double block_numbers(const Tower& tower) {
  return static_cast<double>(6 * tower.width + tower.mlp_width);
}

/// Weights of a transformer's blocks.
template <class Tower>
double block_weights(const Tower& tower) {
  Tower without = tower;
  without.layers = 0;
  return static_cast<double>(tower.parameters() - without.parameters());
}

/// Intermediates of one image or text of `tokens` tokens, on a tape.
template <class Tower>
double tape_numbers(const Tower& tower, double tokens, bool recomputed) {
  const double layers = static_cast<double>(tower.layers);
  return tokens * (recomputed ? layers * static_cast<double>(tower.width) + block_numbers(tower) : layers * block_numbers(tower));
}

/// The maps of one image that a ResNet keeps on a tape; `largest`: only those of its largest layer.
double map_numbers(const resnet_architecture& tower, bool largest) {
  const auto area = [&](index shrunk) { return static_cast<double>((tower.resolution / shrunk) * (tower.resolution / shrunk)); };
  const double stem = area(2) * static_cast<double>(2 * tower.width);
  double all = stem + area(4) * static_cast<double>(tower.width);
  double most = stem;
  for (std::size_t stage = 0; stage < tower.blocks.size(); ++stage) {
    const auto planes = static_cast<double>(tower.width << stage);
    const double out = area(index{4} << stage);
    const double in = stage == 0 ? out : area(index{2} << stage);
    const double first = 2 * planes * in + 13 * planes * out / 2 + 4 * planes * out;
    all += first + static_cast<double>(tower.blocks[stage] - 1) * 6 * planes * out;
    most = std::max(most, first);
  }
  return largest ? most : all;
}

/// Weights of the attention pool.
double pool_weights(const resnet_architecture& tower) {
  const auto width = static_cast<double>(tower.pool_width());
  return static_cast<double>(tower.tokens()) * width + (3 * width + static_cast<double>(tower.embed)) * (width + 1);
}

/// P, A and s of one stage.
struct stage_numbers {
  double trained = 0;
  double step = 0;
  double kept = 0;

  double all() const { return std::max((4 + kept) * trained + step, 4 * kept * trained); }
};

/// W of one method, and the numbers of its stages.
class training_numbers {
 public:
  training_numbers(const fewclip::runtime::method_description& about, const fewclip::runtime::named_settings& settings,
                   const fewclip::runtime::clip_info& model, const training_sizes& sizes)
      : about_(about),
        settings_(settings),
        text_(model.text.value_or(text_architecture{})),
        image_(model.image.value_or(vision_transformer_architecture{})),
        classes_(static_cast<double>(sizes.classes)),
        images_(static_cast<double>(sizes.images)),
        row_width_(static_cast<double>(sizes.row_width)),
        prompt_tokens_(static_cast<double>(sizes.prompt_tokens)),
        texts_(static_cast<double>(sizes.anchors > 0 ? sizes.anchors : sizes.classes)),
        embed_(std::visit([](const auto& tower) { return static_cast<double>(tower.embed); }, image_)) {
    if (about.name == "coop" || about.name == "rtos") {
      prompts();
    } else if (about.name == "vt_clip") {
      guided_texts();
    } else if (about.rows == fewclip::runtime::row_kind::tokens) {
      pooler();
    } else if (about.name == "tsf_clip") {
      towers();
    } else if (about.rows == fewclip::runtime::row_kind::pixels) {
      raw_features();
    } else {
      features();
    }
  }

  /// Of two stages the sum: the states of both are saved together.
  double all() const { return beside_ + stage_numbers{trained_, step_, state_numbers("first.")}.all() + second_.all(); }

 private:
  double value(std::string_view name) const {
    if (const auto given = settings_.find(name); given != settings_.end()) return given->second;
    for (const auto& each : about_.settings) {
      if (each.about.name == name) return each.value;
    }
    return 0;
  }
  double of_first_stage(const std::string& name) const { return of_stage("first.", name); }
  /// Under the stage's name, where there are two.
  double of_stage(const std::string& prefix, const std::string& name) const {
    const std::string staged = prefix + name;
    const auto has = [&](const auto& each) { return each.about.name == staged; };
    return value(std::any_of(about_.settings.begin(), about_.settings.end(), has) ? staged : name);
  }

  /// Itself and two moments, and the best so far where training is watched.
  double state_numbers(const std::string& prefix) const {
    return of_stage(prefix, "patience") > 0 || of_stage(prefix, "check_every_steps") > 0 ? 4 : 3;
  }
  double batch(const std::string& prefix = "first.") const { return std::max(1.0, std::min(images_, of_stage(prefix, "batch_size"))); }

  void prompts() {
    const auto width = static_cast<double>(text_.width);
    const fewclip::prompts::encoding_memory kept;
    double length = prompt_tokens_;
    double count = classes_;
    if (about_.name == "rtos") {
      count = std::min(texts_, value("anchor_count"));
      trained_ = count * width;
    } else {
      if (value("context_from_template") == 0) length += value("context_length");
      trained_ = std::max(prompt_tokens_, value("context_length")) * width;
    }
    length = std::min(length, static_cast<double>(text_.context));
    const double at_once = std::max(length, static_cast<double>(kept.tokens_at_once));
    const double tokens = std::min(count * length, static_cast<double>(kept.tokens_remembered) + at_once);
    step_ = tape_numbers(text_, tokens, false) + 8 * batch() * (count + classes_);
    if (about_.name == "rtos") step_ += relation_numbers(count);
    beside_ = block_weights(text_);
  }

  /// The relation of anchors to classes: cosines, scaled, their softmax and its transpose, and the gradient of each.
  double relation_numbers(double anchors) const { return 8 * anchors * classes_; }

  void guided_texts() {
    trained_ = 12 * embed_ * embed_ + 7 * embed_;
    step_ = batch() * (20 * classes_ * embed_ + 10 * row_width_);
    beside_ = 0;
  }

  /// The pooler of a ResNet, or the last block of a vision transformer, whose trunk is then loaded once more.
  void pooler() {
    if (const auto* const resnet = std::get_if<resnet_architecture>(&image_)) {
      trained_ = pool_weights(*resnet);
      step_ = 4 * batch() * static_cast<double>(resnet->tokens()) * static_cast<double>(resnet->pool_width());
    } else {
      const auto& vit = std::get<vision_transformer_architecture>(image_);
      trained_ = block_weights(vit) / static_cast<double>(vit.layers) + static_cast<double>(vit.width) * embed_;
      step_ = 2 * batch() * static_cast<double>(vit.tokens()) * block_numbers(vit);
      beside_ = static_cast<double>(vit.parameters());
    }
    if (about_.name == "safe_a") trained_cache();
  }

  /// The second stage of safe_a: tip_adapter_f on features that the first stage makes.
  void trained_cache() {
    beside_ += 6 * images_ * embed_;
    second_ = {images_ * embed_, 8 * batch("second.") * (images_ + classes_ + embed_), state_numbers("second.")};
  }

  double image_tape() const {
    const bool recomputed = of_first_stage("recompute_blocks") != 0;
    if (const auto* const resnet = std::get_if<resnet_architecture>(&image_)) return map_numbers(*resnet, false);
    const auto& vit = std::get<vision_transformer_architecture>(image_);
    return tape_numbers(vit, static_cast<double>(vit.tokens()), recomputed);
  }

  /// Both towers, and the pictures of the pairs that are watched.
  void towers() {
    constexpr double caption_tokens = 32;
    const double pairs = value("pairs.batch_size");
    const double pixels = row_width_;
    trained_ = std::visit([](const auto& tower) { return static_cast<double>(tower.parameters()); }, image_) +
               static_cast<double>(text_.parameters());
    step_ = pairs * (image_tape() + tape_numbers(text_, caption_tokens, of_first_stage("recompute_blocks") != 0));
    beside_ = value("pairs.tangrams") * value("pairs.validation_share") * value("pairs.texts_per_tangram") * pixels;
    raw_features_into(beside_);
  }

  void raw_features() {
    trained_ = classes_ * embed_;
    step_ = value("batch_size") * (classes_ + embed_);
    raw_features_into(beside_);
  }

  /// Mirrored images, their features, what a tower needs for 32 images (a ResNet: for one per thread), and the text tower of the prompts.
  void raw_features_into(double& numbers) const {
    numbers += images_ * row_width_ + 2 * (2 * images_ + classes_) * embed_ + block_weights(text_);
    if (const auto* const resnet = std::get_if<resnet_architecture>(&image_)) {
      numbers += 3 * static_cast<double>(fewclip::threads()) * map_numbers(*resnet, true) + 2 * pool_weights(*resnet);
    } else {
      const double at_once = std::min(32.0, images_);
      const auto& vit = std::get<vision_transformer_architecture>(image_);
      numbers += at_once * static_cast<double>(vit.tokens()) * block_numbers(vit);
    }
  }

  /// Caches and heads on features.
  void features() {
    beside_ = 3 * (images_ + classes_) * row_width_;
    if (!about_.trains) return;
    if (about_.name == "linear_probe") {
      trained_ = classes_ * row_width_;
      beside_ += (2 * value("history") + 5) * trained_;
      step_ = 4 * images_ * classes_;
      return;
    }
    const double columns = about_.name == "rtos_feature_anchors" ? std::min(texts_, value("anchor_count")) : images_;
    trained_ = about_.name == "clip_adapter" ? row_width_ * row_width_ : (columns + classes_) * row_width_;
    step_ = 8 * batch() * (columns + classes_ + row_width_);
    if (about_.name == "rtos_feature_anchors") step_ += relation_numbers(columns);
  }

  const fewclip::runtime::method_description& about_;
  const fewclip::runtime::named_settings& settings_;
  text_architecture text_;
  fewclip::checkpoints::image_architecture image_;
  double classes_, images_, row_width_, prompt_tokens_, texts_, embed_;
  double trained_ = 0;
  double step_ = 0;
  double beside_ = 0;
  stage_numbers second_;
};

}  // namespace

double training_memory(const fewclip::runtime::method_description& about, const fewclip::runtime::named_settings& settings,
                       const fewclip::runtime::clip_info& model, const training_sizes& sizes) {
  return 4.8 * training_numbers(about, settings, model, sizes).all() + 8 * 1048576.0;
}

}  // namespace program
