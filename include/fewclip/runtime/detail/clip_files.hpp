#pragma once
/// \file
/// What lies beside the weights of a CLIP: preprocessing, vocabulary, a self-test.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "fewclip/checkpoints/checkpoint.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/sha256.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/images/preprocessing.hpp"
#include "fewclip/io/json.hpp"
#include "fewclip/io/preprocessing_config.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"

namespace fewclip::runtime::detail {

/// The directory of the weights.
inline std::string folder_of(const checkpoints::checkpoint& weights) {
  const std::filesystem::path folder = std::filesystem::path(weights.path()).parent_path();
  return folder.empty() ? "." : folder.string();
}

/// Settings, and the file or rule they come from.
struct found_preprocessing {
  images::preprocessing settings{};
  std::string source{};
};

inline index resolution_of(const checkpoints::image_architecture& tower) {
  return std::visit([](const auto& size) { return size.resolution; }, tower);
}

/// Mean and deviation as timm's config.json states them; its crop is that of timm's own evaluation and not CLIP's, so it is not used.
inline void apply_timm_config(const std::string& path, images::preprocessing& settings) {
  const auto root = io::read_json(path);
  if (!root.is_object() || !root.contains("pretrained_cfg") || !root["pretrained_cfg"].is_object()) return;
  const auto& stated = root["pretrained_cfg"];
  for (const auto& [key, values] : {std::pair("mean", &settings.mean), std::pair("std", &settings.std)}) {
    const auto found = stated.find(key);
    if (found == stated.end() || found->is_null()) continue;
    bool numbers = found->is_array() && found->size() == 3;
    for (std::size_t c = 0; numbers && c < 3; ++c) numbers = (*found)[c].is_number();
    if (!numbers)
      throw io_error(expected_got(path, std::string("pretrained_cfg.") + key, "three numbers", readable_text(found->dump(), 60)));
    for (std::size_t c = 0; c < 3; ++c) (*values)[c] = (*found)[c].get<float>();
  }
  settings.check();
}

/// Given, from the directory, or by the dialect: for hf transformers' crop and white below transparent colours, for the others torchvision's
/// crop and dropped alpha.
inline found_preprocessing preprocessing_of(const checkpoints::checkpoint& weights, const std::optional<images::preprocessing>& given) {
  const index size = resolution_of(*weights.image());
  if (given) {
    given->check();
    if (given->size == size) return {*given, "given"};
    throw value_error(
        expected_got("fewclip::runtime::clip", "size of the preprocessing", std::to_string(size), std::to_string(given->size)));
  }
  found_preprocessing out;
  out.settings.size = size;
  const std::string path = weights.preprocessing_path();
  switch (weights.naming()) {
    case checkpoints::dialect::hf:
      out.settings.crop = images::crop_mode::transformers;
      out.settings.transparency = images::transparency_rule::white;
      break;
    case checkpoints::dialect::openai:
      out.settings.order = images::colour_order::openai;
      break;
    case checkpoints::dialect::timm_visual:
      if (!path.empty()) apply_timm_config(path, out.settings);
  }
  if (!path.empty()) out.source = path;
  if (path.empty()) out.source = std::string("default of ") + checkpoints::name_of(weights.naming());
  if (!path.empty() && weights.naming() != checkpoints::dialect::timm_visual) out.settings = io::read_preprocessing(path, size);
  if (out.settings.size != size) {
    throw io_error(expected_got(path, "size of the preprocessing", std::to_string(size) + ", the resolution of the image tower",
                                std::to_string(out.settings.size)));
  }
  return out;
}

/// The vocabulary beside the weights; empty where there is none.
inline std::string vocabulary_beside(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name == "tokenizer.json" || name == "merges.txt" || name.ends_with(".txt.gz")) return tokenizer::vocabulary_file(folder);
  }
  return "";
}

/// Token ids of a file, I32 or I64, as the text tower takes them.
inline std::vector<std::int32_t> token_ids_of(const io::safetensors_file& file, const std::string& name) {
  const io::tensor_info& info = file.info(name);
  if (info.shape.size() != 2) {
    throw shape_error(expected_got(file.path(), name + ", rank", "2, [texts, tokens]", std::to_string(info.shape.size())));
  }
  return file.read<std::int32_t>(name);
}

/// SHA-256 of all weights files, shards by name. Pages are dropped on the way, so that the files need no memory.
inline std::string digest_of(const checkpoints::checkpoint& weights) {
  constexpr std::size_t piece = std::size_t{1} << 24;
  sha256 digest;
  weights.visit_files([&](const std::string&, std::span<const std::byte> bytes) {
    for (std::size_t begin = 0; begin < bytes.size(); begin += piece) {
      digest.add(bytes.subspan(begin, std::min(piece, bytes.size() - begin)));
      weights.release_pages();
    }
  });
  return digest.hex();
}

}  // namespace fewclip::runtime::detail
