#pragma once
/// \file
/// What a folder holds where it is no CLIP that can be read: the words of its own configuration, in place of names of tensors.

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "fewclip/checkpoints/detail/json_file.hpp"
#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/checkpoints/dialect.hpp"

namespace fewclip::checkpoints::detail {

/// A text somewhere in a JSON object, by the names on the way; empty where there is none.
inline std::string text_at(const nlohmann::json& object, const std::vector<const char*>& way) {
  const nlohmann::json* at = &object;
  for (const char* const name : way) {
    if (!at->is_object() || !at->contains(name)) return "";
    at = &(*at)[name];
  }
  return at->is_string() ? readable(at->get<std::string>()) : "";
}

/// What transformers' or timm's config.json calls the model; empty where it is CLIP or says nothing.
inline std::string model_of_config(const nlohmann::json& config) {
  const std::string type = text_at(config, {"model_type"});
  if (!type.empty() && type != "clip" && type != "clip_text_model" && type != "clip_vision_model") return type;
  if (config.contains("architectures") && config["architectures"].is_array()) {
    for (const auto& each : config["architectures"]) {
      if (each == "CLIPTextModel") return "CLIPTextModel, a text encoder without its projection, as in Stable Diffusion";
      if (each == "CLIPVisionModel") return "CLIPVisionModel, an image encoder without its projection";
      if (each.is_string() && each.get<std::string>().rfind("CLIP", 0) != 0) return readable(each.get<std::string>());
    }
  }
  const std::string timm = text_at(config, {"architecture"});
  return timm.empty() ? "" : "timm's " + timm;
}

/// What open_clip_config.json calls the model; empty where it has CLIP's own towers.
inline std::string model_of_open_clip(const nlohmann::json& config) {
  const nlohmann::json& model = config.contains("model_cfg") ? config["model_cfg"] : config;
  const std::string timm = text_at(model, {"vision_cfg", "timm_model_name"});
  if (!timm.empty()) return "open_clip's wrapper around timm's " + timm;
  const std::string text = text_at(model, {"text_cfg", "hf_model_name"});
  if (!text.empty()) return "open_clip's wrapper around transformers' " + text;
  return model.is_object() && model.contains("multimodal_cfg") ? "CoCa" : "";
}

/// What the configuration files in a folder say the model is; empty where they say CLIP or there is none.
inline std::string other_model(const std::string& folder) {
  const auto in_folder = [&](const char* name) { return (std::filesystem::path(folder) / name).string(); };
  if (is_file(in_folder("adapter_config.json"))) {
    const std::string base = text_at(read_json_object(in_folder("adapter_config.json")), {"base_model_name_or_path"});
    return "an adapter (PEFT, LoRA) of " + (base.empty() ? "a model" : base) + "; merge it into that model first and save the whole";
  }
  if (is_file(in_folder("config.json"))) {
    const std::string name = model_of_config(read_json_object(in_folder("config.json")));
    if (!name.empty()) return name + " (config.json)";
  }
  if (!is_file(in_folder("open_clip_config.json"))) return "";
  const std::string name = model_of_open_clip(read_json_object(in_folder("open_clip_config.json")));
  return name.empty() ? "" : name + " (open_clip_config.json)";
}

/// As detect; where the names fit no dialect, the configuration beside the weights says what the model is.
/// \throws io_error as detect
inline detection detect_or_name(const std::vector<std::string>& names, const std::string& path, const std::string& folder) {
  try {
    return detect(names, path);
  } catch (const io_error&) {
    const std::string model = other_model(folder);
    if (model.empty()) throw;
    throw io_error(expected_got(path, "model", "CLIP, or one of its towers with projection", model + ", which is not supported"));
  }
}

/// What a folder without weights is; empty where nothing tells.
inline std::string folder_without_weights(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path snapshots = fs::path(folder) / "snapshots";
  if (fs::is_directory(snapshots, ignored)) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(snapshots, ignored)) found.push_back(readable(entry.path().string()));
    std::sort(found.begin(), found.end());
    return "a folder of the hub's cache; the model is inside: " + (found.empty() ? "no snapshot" : joined(found, ", ", 3));
  }
  if (is_file((fs::path(folder) / "model_index.json").string())) {
    return "a pipeline of diffusers; its text encoder lies in " + readable((fs::path(folder) / "text_encoder").string());
  }
  return other_model(folder);
}

/// Whether a path that is not there looks like the name of a repository, "owner/name".
inline bool looks_like_repository(const std::string& path) {
  const std::size_t slash = path.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == path.size() || path.find('/', slash + 1) != std::string::npos) return false;
  std::error_code ignored;
  return path[0] != '.' && path[0] != '~' && !std::filesystem::exists(path.substr(0, slash), ignored);
}

}  // namespace fewclip::checkpoints::detail
