#pragma once
/// \file
/// The names of CLIP's tensors in each dialect, as data.

#include <cstddef>
#include <string>

#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::checkpoints::detail {

/// One tensor and its name in each dialect; nullptr where a dialect does not have it, "*" for one name each with q, k and v.
/// Extents by letter: w width, a three widths, m width of the mlp, t tokens, e channels of the result; 0 for none.
struct name_pattern {
  const char* name;    // what encoders ask for
  char rows;           // first extent
  char columns;        // second extent
  const char* openai;  // nullptr: equal to name
  const char* hf;
  const char* timm;
};

/// One block; names without the block's prefix.
inline constexpr name_pattern block_patterns[] = {
    {"ln_1.weight", 'w', 0, nullptr, "layer_norm1.weight", "norm1.weight"},
    {"ln_1.bias", 'w', 0, nullptr, "layer_norm1.bias", "norm1.bias"},
    {"attn.in_proj_weight", 'a', 'w', nullptr, "self_attn.*_proj.weight", "attn.qkv.weight"},
    {"attn.in_proj_bias", 'a', 0, nullptr, "self_attn.*_proj.bias", "attn.qkv.bias"},
    {"attn.out_proj.weight", 'w', 'w', nullptr, "self_attn.out_proj.weight", "attn.proj.weight"},
    {"attn.out_proj.bias", 'w', 0, nullptr, "self_attn.out_proj.bias", "attn.proj.bias"},
    {"ln_2.weight", 'w', 0, nullptr, "layer_norm2.weight", "norm2.weight"},
    {"ln_2.bias", 'w', 0, nullptr, "layer_norm2.bias", "norm2.bias"},
    {"mlp.c_fc.weight", 'm', 'w', nullptr, "mlp.fc1.weight", "mlp.fc1.weight"},
    {"mlp.c_fc.bias", 'm', 0, nullptr, "mlp.fc1.bias", "mlp.fc1.bias"},
    {"mlp.c_proj.weight", 'w', 'm', nullptr, "mlp.fc2.weight", "mlp.fc2.weight"},
    {"mlp.c_proj.bias", 'w', 0, nullptr, "mlp.fc2.bias", "mlp.fc2.bias"},
};

inline constexpr name_pattern patch_pattern{"visual.conv1.weight",    0, 0, nullptr, "vision_model.embeddings.patch_embedding.weight",
                                            "patch_embed.proj.weight"};
inline constexpr name_pattern class_pattern{
    "visual.class_embedding", 0, 0, nullptr, "vision_model.embeddings.class_embedding", "cls_token"};
inline constexpr name_pattern image_position_pattern{
    "visual.positional_embedding", 0, 0, nullptr, "vision_model.embeddings.position_embedding.weight", "pos_embed"};
inline constexpr name_pattern image_projection_pattern{"visual.proj", 0, 0, nullptr, "visual_projection.weight", "head.weight"};

// "pre_layrnorm" is how transformers spells it.
inline constexpr name_pattern image_norm_patterns[] = {
    {"visual.ln_pre.weight", 'w', 0, nullptr, "vision_model.pre_layrnorm.weight", "norm_pre.weight"},
    {"visual.ln_pre.bias", 'w', 0, nullptr, "vision_model.pre_layrnorm.bias", "norm_pre.bias"},
    {"visual.ln_post.weight", 'w', 0, nullptr, "vision_model.post_layernorm.weight", "norm.weight"},
    {"visual.ln_post.bias", 'w', 0, nullptr, "vision_model.post_layernorm.bias", "norm.bias"},
};

inline constexpr name_pattern token_pattern{
    "token_embedding.weight", 0, 0, nullptr, "text_model.embeddings.token_embedding.weight", nullptr};
inline constexpr name_pattern text_position_pattern{
    "positional_embedding", 0, 0, nullptr, "text_model.embeddings.position_embedding.weight", nullptr};
inline constexpr name_pattern text_projection_pattern{"text_projection", 0, 0, nullptr, "text_projection.weight", nullptr};
inline constexpr name_pattern text_norm_patterns[] = {
    {"ln_final.weight", 'w', 0, nullptr, "text_model.final_layer_norm.weight", nullptr},
    {"ln_final.bias", 'w', 0, nullptr, "text_model.final_layer_norm.bias", nullptr},
};

inline constexpr name_pattern pool_patterns[] = {
    {"visual.attnpool.positional_embedding", 't', 'w', nullptr, nullptr, "head.pos_embed"},
    {"visual.attnpool.q_proj.weight", 'w', 'w', nullptr, nullptr, "head.q.weight"},
    {"visual.attnpool.q_proj.bias", 'w', 0, nullptr, nullptr, "head.q.bias"},
    {"visual.attnpool.k_proj.weight", 'w', 'w', nullptr, nullptr, "head.k.weight"},
    {"visual.attnpool.k_proj.bias", 'w', 0, nullptr, nullptr, "head.k.bias"},
    {"visual.attnpool.v_proj.weight", 'w', 'w', nullptr, nullptr, "head.v.weight"},
    {"visual.attnpool.v_proj.bias", 'w', 0, nullptr, nullptr, "head.v.bias"},
    {"visual.attnpool.c_proj.weight", 'e', 'w', nullptr, nullptr, "head.proj.weight"},
    {"visual.attnpool.c_proj.bias", 'e', 0, nullptr, nullptr, "head.proj.bias"},
};

/// The stored name; empty where the dialect has none.
inline std::string name_in(const name_pattern& pattern, dialect naming) {
  if (naming == dialect::openai) return pattern.openai != nullptr ? pattern.openai : pattern.name;
  const char* const name = naming == dialect::hf ? pattern.hf : pattern.timm;
  return name != nullptr ? name : "";
}

/// The extents of a pattern whose letters are w, a and m.
inline shape extents_of(const name_pattern& pattern, index width, index mlp_width) {
  const auto extent = [&](char letter) { return letter == 'a' ? 3 * width : letter == 'm' ? mlp_width : width; };
  return pattern.columns == 0 ? shape{extent(pattern.rows)} : shape{extent(pattern.rows), extent(pattern.columns)};
}

/// The names of a convolution and of its batch norm, without ".weight" and so on.
struct convolution_names {
  std::string name;         // what encoders ask for
  std::string convolution;  // stored
  std::string norm;         // stored
};

/// Convolution 1, 2 or 3 of the stem.
inline convolution_names stem_names(dialect naming, int part) {
  const std::string number = std::to_string(part);
  const std::string name = "visual.conv" + number;
  if (naming == dialect::openai) return {name, name, "visual.bn" + number};
  return {name, "stem.conv" + number + ".conv", "stem.conv" + number + ".bn"};
}

/// Convolution 1, 2 or 3 of a bottleneck, or 0 for that of the shortcut.
/// \param naming dialect::openai or dialect::timm_visual
/// \param stage counted from 0
/// \param block counted from 0
/// \param part 1, 2 or 3; 0 for the shortcut
inline convolution_names bottleneck_names(dialect naming, std::size_t stage, index block, int part) {
  const std::string number = std::to_string(part);
  const std::string prefix = "visual.layer" + std::to_string(stage + 1) + "." + std::to_string(block) + ".";
  const std::string name = prefix + (part == 0 ? "downsample" : "conv" + number);
  if (naming == dialect::openai) {
    // The average pool before the shortcut has no parameters and the index -1, so the convolution is 0 and the norm 1.
    return part == 0 ? convolution_names{name, name + ".0", name + ".1"} : convolution_names{name, name, prefix + "bn" + number};
  }
  static constexpr const char* units[] = {"shortcut.conv", "conv1_1x1", "conv2_kxk", "conv3_1x1"};
  const std::string unit = "stages." + std::to_string(stage) + "." + std::to_string(block) + "." + units[part];
  return {name, unit + ".conv", unit + ".bn"};
}

}  // namespace fewclip::checkpoints::detail
