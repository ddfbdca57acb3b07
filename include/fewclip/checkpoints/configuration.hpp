#pragma once
/// \file
/// What the weights do not say: activation, epsilon, heads, pooling and cleaning, from the configuration files of transformers, open_clip and timm.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/checkpoints/detail/configuration_fields.hpp"
#include "fewclip/checkpoints/detail/known_fields.hpp"
#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::checkpoints {

/// What a configuration says about one tower. The sizes are stated again by the weights and are used only to see that file and weights
/// belong together.
struct tower_configuration {
  std::optional<encoders::activation> act{};  ///< nothing where the tower has none
  double epsilon = 1e-5;                      ///< of the layer norms
  std::optional<index> heads{};               ///< heads of attention
  std::optional<index> head_width{};          ///< channels of a head, where that is what the file states
  std::optional<index> width{};               ///< channels of a token, or of a ResNet after its stem
  std::optional<index> layers{};              ///< transformer blocks
  std::optional<index> mlp_width{};           ///< channels inside a block
  std::optional<index> patch{};               ///< pixels of a patch's side
  std::optional<index> resolution{};          ///< pixels of the image's side
  std::optional<index> context{};             ///< tokens of a text
  std::optional<index> vocabulary{};          ///< number of token ids
};

/// What a configuration file says.
struct configuration {
  std::string path{};                    ///< the file
  tower_configuration image{};           ///< about the image tower
  tower_configuration text{};            ///< about the text tower
  std::optional<index> embed{};          ///< channels of the results
  std::optional<std::int64_t> end_id{};  ///< transformers: the token that ends a text; nothing for those that pool at the largest id
  std::string text_cleaning{};           ///< open_clip: how its tokenizer cleans, "lower", "whitespace" or "canonicalize"; empty: not said
  std::vector<std::string> warnings{};   ///< what deserves attention
};

namespace detail {

/// A warning about fields that nobody knows.
inline void report_unknown(std::vector<std::string> names, const std::string& path, const char* whose, std::vector<std::string>& warnings) {
  if (names.empty()) return;
  for (std::string& name : names) name = readable(name);
  warnings.push_back(
      expected_got(path, "fields", std::string("those of ") + whose, "others too, which are not used: " + joined(names, ", ", 10)));
}

/// The fields of transformers' file that are not asked for elsewhere.
inline void check_other_hf_fields(const fields& root, const fields& vision, const fields& text, bool nested, configuration& out) {
  constexpr const char* known[] = {"CLIPModel", "CLIPTextModel", "CLIPTextModelWithProjection", "CLIPVisionModel",
                                   "CLIPVisionModelWithProjection"};
  const bool has_code = root.has("auto_map");
  for (const std::string& name : root.texts("architectures")) {
    if (std::find(std::begin(known), std::end(known), name) != std::end(known)) continue;
    const std::string message = expected_got(out.path, "architectures", "CLIPModel, or one of its towers with projection", readable(name));
    if (has_code) throw io_error(message + ", a model with code of its own (auto_map), which is not supported");
    out.warnings.push_back(message + "; read as CLIP");
  }
  std::vector<std::string> unknown = nested ? root.unknown(inert_hf_fields) : std::vector<std::string>();
  for (const fields* const tower : {&vision, &text}) {
    tower->require("model_type", {"clip", "clip_vision_model", "clip_text_model"});
    tower->require("pruned_heads", {nlohmann::json::object()});
    for (std::string& name : tower->unknown(inert_hf_fields)) {
      if (nested || (tower == &vision && text.is_unknown(name))) unknown.push_back(std::move(name));
    }
  }
  report_unknown(std::move(unknown), out.path, "transformers' CLIP", out.warnings);
}

/// open_clip's tokenizer_kwargs: how texts are cleaned.
inline std::string read_tokenizer_arguments(const fields& text, const std::string& path, std::vector<std::string>& warnings) {
  const bool of_transformers = !text.text("hf_tokenizer_name", "").empty();
  if (of_transformers) {
    text.require("tokenizer_mode", {""});
  } else if (const std::string mode = text.text("tokenizer_mode", ""); !mode.empty()) {
    warnings.push_back(expected_got(path, "model_cfg.text_cfg.tokenizer_mode", "none without hf_tokenizer_name",
                                    readable(mode) + ", which is not used, as in open_clip"));
  }
  const fields arguments = text.object("tokenizer_kwargs");
  const std::string clean = arguments.text("clean", "lower");
  arguments.require("clean", {"lower", "whitespace", "canonicalize"});
  arguments.require("strip_sep_token", {false});
  if (const std::string mask = arguments.text("reduction_mask", ""); !mask.empty()) {
    warnings.push_back(
        expected_got(path, "model_cfg.text_cfg.tokenizer_kwargs.reduction_mask", "none",
                     readable(mask) + ", which drops tokens of long texts at random; here they are refused or cut at the end"));
  }
  arguments.refuse_unknown({}, "open_clip's tokenizer");
  // The tokenizer of transformers makes lower case of what open_clip left.
  return of_transformers && clean == "whitespace" ? "lower" : clean;
}

}  // namespace detail

/// Reads the config.json of a CLIPModel or of one of its towers.
///
/// Absent fields have the defaults of transformers; unknown ones are reported in the warnings; `text_config_dict` and `vision_config_dict` win over
/// `text_config` and `vision_config`.
/// \throws io_error where it is no JSON object, a field has the wrong type, the model type is not CLIP's, an activation is neither
/// quick_gelu nor gelu, or the images do not have three channels
inline configuration read_hf_configuration(const std::string& path) {
  const detail::fields root(path, detail::read_json_object(path));
  root.require("model_type", {"clip", "clip_vision_model", "clip_text_model"});
  const bool nested = root.has("vision_config") || root.has("text_config") || root.text("model_type", "clip") == "clip";
  const detail::fields vision = nested ? root.merged("vision_config", "vision_config_dict") : root;
  const detail::fields text = nested ? root.merged("text_config", "text_config_dict") : root;
  configuration out{.path = path};
  out.embed = root.size("projection_dim");
  vision.require("num_channels", {3});
  out.image = {.act = vision.activation("hidden_act", "quick_gelu"),
               .epsilon = vision.number("layer_norm_eps", 1e-5),
               .heads = vision.size("num_attention_heads").value_or(12),
               .width = vision.size("hidden_size"),
               .layers = vision.size("num_hidden_layers"),
               .mlp_width = vision.size("intermediate_size"),
               .patch = vision.size("patch_size"),
               .resolution = vision.size("image_size")};
  out.text = {.act = text.activation("hidden_act", "quick_gelu"),
              .epsilon = text.number("layer_norm_eps", 1e-5),
              .heads = text.size("num_attention_heads").value_or(8),
              .width = text.size("hidden_size"),
              .layers = text.size("num_hidden_layers"),
              .mlp_width = text.size("intermediate_size"),
              .context = text.size("max_position_embeddings"),
              .vocabulary = text.size("vocab_size")};
  out.end_id = text.size("eos_token_id").value_or(49407);
  detail::check_other_hf_fields(root, vision, text, nested, out);
  return out;
}

/// Reads open_clip_config.json.
///
/// Absent fields have the defaults of open_clip, where `quick_gelu` is false. Fields that change the computation and those that nobody knows
/// are accepted only with the value that CLIP has; about two thirds of open_clip's stock configurations have another one somewhere. A
/// tokenizer of transformers, `hf_tokenizer_name`, is accepted where the vocabulary is as large as CLIP's: it is read from the files beside
/// the weights.
/// \throws io_error where it is no JSON object, a field has the wrong type, or one of those fields has another value; the message names it
inline configuration read_open_clip_configuration(const std::string& path) {
  const detail::fields root(path, detail::read_json_object(path));
  const detail::fields model = root.has("model_cfg") ? root.object("model_cfg") : root;
  const detail::fields vision = model.object("vision_cfg");
  const detail::fields text = model.object("text_cfg");
  for (const auto& [name, accepted] : detail::vision_fields) vision.require(name, accepted);
  for (const auto& [name, accepted] : detail::text_fields) text.require(name, accepted);
  model.require("multimodal_cfg", {});
  model.require("nonscalar_logit_scale", {false});
  text.require_clip_tokenizer("hf_tokenizer_name", "vocab_size");
  const auto act = model.flag("quick_gelu", false) ? encoders::activation::quick_gelu : encoders::activation::gelu;
  const bool transformer = !vision.is_list("layers");
  configuration out{.path = path};
  out.embed = model.size("embed_dim");
  out.image = {.epsilon = vision.norm_epsilon("norm_kwargs"),
               .head_width = vision.size("head_width").value_or(64),
               .width = vision.size("width"),
               .resolution = vision.size("image_size")};
  if (transformer) {
    out.image.act = act;
    out.image.layers = vision.size("layers");
    out.image.patch = vision.size("patch_size");
  }
  out.text = {.act = act,
              .epsilon = text.norm_epsilon("norm_kwargs"),
              .heads = text.size("heads").value_or(8),
              .width = text.size("width"),
              .layers = text.size("layers"),
              .context = text.size("context_length"),
              .vocabulary = text.size("vocab_size")};
  out.text_cleaning = detail::read_tokenizer_arguments(text, path, out.warnings);
  for (const char* const read_elsewhere : {"layers", "patch_size"}) vision.has(read_elsewhere);
  vision.refuse_unknown(detail::inert_vision_fields, "open_clip's vision_cfg");
  text.refuse_unknown(detail::inert_text_fields, "open_clip's text_cfg");
  for (const char* const read_elsewhere : {"preprocess_cfg", "vision_cfg", "text_cfg"}) {
    root.has(read_elsewhere);
    model.has(read_elsewhere);
  }
  model.refuse_unknown(detail::inert_model_fields, "open_clip's model_cfg");
  if (root.has("model_cfg")) detail::report_unknown(root.unknown({}), path, "open_clip", out.warnings);
  return out;
}

/// Reads the config.json of a timm image tower: the activation follows from the name of its architecture, exact GELU unless that contains
/// "quickgelu". Arguments that change the computation are accepted only with the value of CLIP.
/// \throws io_error where it is no JSON object, names no architecture, or one of those arguments has another value or is not known; the message
/// names it
inline configuration read_timm_configuration(const std::string& path) {
  const detail::fields root(path, detail::read_json_object(path));
  const std::string architecture = root.text("architecture", "");
  if (architecture.find("clip") == std::string::npos) {
    throw io_error(expected_got(path, "architecture", "one of timm's with clip in its name", "\"" + detail::readable(architecture) + "\""));
  }
  const detail::fields arguments = root.object("model_args");
  root.require("global_pool", {"token", "attn", ""});
  for (const auto& [name, accepted] : detail::timm_arguments) arguments.require(name, accepted);
  configuration out{.path = path};
  const bool quick = architecture.find("quickgelu") != std::string::npos;
  out.image.act = arguments.activation("act_layer", quick ? "quick_gelu" : "gelu");
  out.image.heads = arguments.size("num_heads");
  arguments.refuse_unknown(detail::inert_timm_arguments, "timm's CLIP");
  out.embed = root.size("num_classes");
  const std::string tag = root.object("pretrained_cfg").text("tag", "");
  if (!quick && tag == "openai" && architecture.find("vit") != std::string::npos) {
    out.warnings.push_back(expected_got(path, "architecture", "quickgelu in its name, since OpenAI trained these weights with quick_gelu",
                                        architecture + ", which computes gelu"));
  }
  return out;
}

}  // namespace fewclip::checkpoints
