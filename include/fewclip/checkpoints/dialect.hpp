#pragma once
/// \file
/// Whose tensor names a checkpoint uses.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/core/error.hpp"

namespace fewclip::checkpoints {

/// A way to name the tensors of CLIP.
enum class dialect {
  hf,          ///< transformers' CLIPModel and its single towers
  openai,      ///< OpenAI's names, which open_clip shares
  timm_visual  ///< timm's image towers
};

/// "hf", "openai" or "timm-visual".
inline const char* name_of(dialect naming) { return naming == dialect::hf ? "hf" : naming == dialect::openai ? "openai" : "timm-visual"; }

/// The kinds of image tower that a checkpoint may hold.
enum class image_tower { none, vision_transformer, resnet };

/// What the names of a checkpoint say about it.
struct detection {
  dialect naming = dialect::openai;       ///< whose names they are
  image_tower image = image_tower::none;  ///< the image tower
  bool text = false;                      ///< whether there is a text tower
  bool text_prefix = false;               ///< open_clip's "custom text": names of the text tower begin with "text."

  friend bool operator==(const detection&, const detection&) = default;
};

namespace detail {

inline bool has(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name, std::less<>());
}

inline bool has_prefix(const std::vector<std::string>& sorted, std::string_view prefix) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), prefix, std::less<>());
  return found != sorted.end() && std::string_view(*found).substr(0, prefix.size()) == prefix;
}

/// The five groups of names that open_clip's "custom text" variant puts under "text.".
inline constexpr std::string_view custom_text_groups[] = {"transformer.resblocks.", "token_embedding.weight", "positional_embedding",
                                                          "ln_final.", "text_projection"};

}  // namespace detail

/// A stored name without "text." where it is one of the five groups that open_clip's "custom text" variant puts there; else as it is.
inline std::string without_text_prefix(std::string_view name) {
  constexpr std::string_view prefix = "text.";
  if (name.substr(0, prefix.size()) == prefix) {
    const std::string_view rest = name.substr(prefix.size());
    for (const std::string_view group : detail::custom_text_groups) {
      const bool whole = group.back() != '.';
      if (whole ? rest == group : rest.substr(0, group.size()) == group) return std::string(rest);
    }
  }
  return std::string(name);
}

/// A stored name as the tables know it, or nothing where the tensor plays no part in the computation: OpenAI's three sizes that are stored
/// as tensors, position ids, and counters of batches.
/// \param name the stored name
/// \param strip_module whether the first name of the file begins with "module.", which training in parallel leaves behind
inline std::optional<std::string> cleaned_name(std::string_view name, bool strip_module) {
  constexpr std::string_view module = "module.";
  if (strip_module && name.substr(0, module.size()) == module) name.remove_prefix(module.size());
  const auto ends_with = [&](std::string_view end) { return name.size() >= end.size() && name.substr(name.size() - end.size()) == end; };
  if (name == "input_resolution" || name == "context_length" || name == "vocab_size") return std::nullopt;
  if (ends_with(".position_ids") || ends_with(".num_batches_tracked")) return std::nullopt;
  return std::string(name);
}

/// Recognises the dialect by the names of the tensors; the first pattern that fits decides. It is never guessed.
/// \param names cleaned names, sorted
/// \param where the file, for messages
/// \throws io_error for open_clip's wrapper around a timm model, and where no pattern fits, with ten of the names and the patterns
inline detection detect(const std::vector<std::string>& names, const std::string& where) {
  using detail::has;
  using detail::has_prefix;
  const bool prefixed = has_prefix(names, "text.transformer.resblocks.");
  const bool openai_text = prefixed || has(names, "token_embedding.weight");
  if (has(names, "vision_model.embeddings.class_embedding")) {
    return {dialect::hf, image_tower::vision_transformer, has_prefix(names, "text_model.")};
  }
  if (has(names, "text_model.embeddings.token_embedding.weight") && !has_prefix(names, "vision_model.")) {
    return {dialect::hf, image_tower::none, true};
  }
  if (has(names, "visual.class_embedding") || has(names, "visual.proj")) {
    return {dialect::openai, image_tower::vision_transformer, openai_text, prefixed};
  }
  if (has(names, "visual.attnpool.positional_embedding")) return {dialect::openai, image_tower::resnet, openai_text, prefixed};
  if (has(names, "stem.conv1.conv.weight")) return {dialect::timm_visual, image_tower::resnet};
  if (has(names, "cls_token") && has(names, "blocks.0.attn.qkv.weight")) return {dialect::timm_visual, image_tower::vision_transformer};
  if (has_prefix(names, "visual.trunk.")) {
    throw io_error(expected_got(where, "image tower", "CLIP's own ViT or ResNet",
                                "open_clip's wrapper around a timm model (visual.trunk.*), which is not supported"));
  }
  std::vector<std::string> some;
  for (const std::string& name : names) some.push_back(detail::readable(name));
  throw io_error(expected_got(where, "tensor names",
                              "vision_model.embeddings.class_embedding (hf), text_model.embeddings.token_embedding.weight (hf, text only), "
                              "visual.class_embedding or "
                              "visual.proj (openai ViT), visual.attnpool.positional_embedding (openai ResNet), stem.conv1.conv.weight "
                              "(timm ResNet), or cls_token with "
                              "blocks.0.attn.qkv.weight (timm ViT)",
                              names.empty() ? "no tensors" : detail::joined(some, ", ", 10)));
}

}  // namespace fewclip::checkpoints
