#pragma once
/// \file
/// The preprocessing of a CLIP from the files beside its weights, and what of these files is not used.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "fewclip/checkpoints/checkpoint.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/images/preprocessing.hpp"
#include "fewclip/io/preprocessing_config.hpp"
#include "fewclip/runtime/detail/clip_files.hpp"

namespace fewclip::runtime::detail {

/// Settings, the file or rule they come from, and what deserves attention.
struct found_preprocessing {
  images::preprocessing settings{};
  std::string source{};
  std::vector<std::string> warnings{};
};

inline index resolution_of(const checkpoints::image_architecture& tower) {
  return std::visit([](const auto& size) { return size.resolution; }, tower);
}

/// Mean, deviation and filter as timm's config.json states them. Its crop is that of timm's own evaluation and not CLIP's, so it is not used.
inline void apply_timm_config(const std::string& path, found_preprocessing& out) {
  const nlohmann::json root = checkpoints::detail::read_json_object(path);
  if (!root.contains("pretrained_cfg") || !root["pretrained_cfg"].is_object()) return;
  const auto& stated = root["pretrained_cfg"];
  const auto refusal = [&](const std::string& key, const std::string& expected, const nlohmann::json& got) {
    return io_error(expected_got(path, "pretrained_cfg." + key, expected, readable_text(got.dump(), 60)));
  };
  for (const auto& [key, values] : {std::pair("mean", &out.settings.mean), std::pair("std", &out.settings.std)}) {
    const auto found = stated.find(key);
    if (found == stated.end() || found->is_null()) continue;
    bool numbers = found->is_array() && found->size() == 3;
    for (std::size_t c = 0; numbers && c < 3; ++c) numbers = (*found)[c].is_number();
    if (!numbers) throw refusal(key, "three numbers", *found);
    for (std::size_t c = 0; c < 3; ++c) (*values)[c] = (*found)[c].get<float>();
  }
  if (stated.contains("interpolation") && !stated["interpolation"].is_null()) {
    const auto& filter = stated["interpolation"];
    if (filter == "bilinear") out.settings.filter = images::resample_filter::bilinear;
    if (filter != "bilinear" && filter != "bicubic") throw refusal("interpolation", "bicubic or bilinear", filter);
  }
  if (stated.contains("crop_mode") && !stated["crop_mode"].is_null() && stated["crop_mode"] != "center") {
    throw refusal("crop_mode", "\"center\"", stated["crop_mode"]);
  }
  if (stated.contains("crop_pct") && stated["crop_pct"].is_number() && stated["crop_pct"].get<double>() != 1) {
    out.warnings.push_back(expected_got(path, "pretrained_cfg.crop_pct", "1, CLIP's own crop, which is used",
                                        stated["crop_pct"].dump() + ", which timm's own evaluation uses"));
  }
  io::detail::check_as_read(out.settings, path + ": pretrained_cfg");
}

/// Whether a file says the same about images as the settings in use.
inline bool says_the_same(const std::string& path, const images::preprocessing& used) {
  try {
    return io::read_preprocessing(path, used.size) == used;
  } catch (const error&) {
    return false;
  }
}

/// The parts of a processor_config.json that are not about images and not known to be inert.
inline std::vector<std::string> other_parts_of_processor(const std::string& path) {
  std::vector<std::string> out;
  const nlohmann::json root = checkpoints::detail::read_json_object(path);
  for (const auto& [key, value] : root.items()) {
    const bool inert = key == "image_processor" || key == "processor_class" || key == "transformers_version" || key == "chat_template" ||
                       key == "_name_or_path";
    if (!inert && !value.is_null()) out.push_back(checkpoints::detail::readable(key));
  }
  return out;
}

/// Files of processors beside the weights that say something and are not used.
inline void report_other_processors(const std::string& folder, found_preprocessing& out) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find("processor") != std::string::npos && name.find("config") != std::string::npos) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& path : files) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (name == "processor_config.json") {
      const std::vector<std::string> parts = other_parts_of_processor(path);
      if (!parts.empty()) {
        out.warnings.push_back(expected_got(path, "content", "image_processor only",
                                            checkpoints::detail::joined(parts, ", ", 5) + " too, which plays no part here"));
      }
    } else if (path != out.source && !(name == "preprocessor_config.json" && says_the_same(path, out.settings))) {
      out.warnings.push_back(expected_got(path, "use", "none, since " + out.source + " describes the images", "other settings; ignored"));
    }
  }
}

/// Given, from the directory, or by the dialect: for hf transformers' crop and white below transparent colours, for the others torchvision's
/// crop and dropped alpha.
inline found_preprocessing preprocessing_of(const checkpoints::checkpoint& weights, const std::optional<images::preprocessing>& given) {
  const index size = resolution_of(*weights.image());
  if (size > io::detail::largest_side) {
    throw io_error(expected_got(weights.path(), "resolution of the image tower", "at most " + std::to_string(io::detail::largest_side),
                                std::to_string(size)));
  }
  if (given) {
    given->check();
    if (given->size == size) return {*given, "given", {}};
    throw value_error(
        expected_got("fewclip::runtime::clip", "size of the preprocessing", std::to_string(size), std::to_string(given->size)));
  }
  found_preprocessing out;
  out.settings.size = size;
  const std::string path = weights.preprocessing_path();
  const bool timm = weights.naming() == checkpoints::dialect::timm_visual;
  if (weights.naming() == checkpoints::dialect::hf) {
    out.settings.crop = images::crop_mode::transformers;
    out.settings.transparency = images::transparency_rule::white;
  }
  if (weights.naming() == checkpoints::dialect::openai) out.settings.order = images::colour_order::openai;
  out.source = path.empty() ? std::string("default of ") + checkpoints::name_of(weights.naming()) : path;
  if (path.empty()) {
    out.warnings.push_back(expected_got(weights.path(), "preprocessing of images", "a file beside the weights that describes it",
                                        "none; OpenAI's is assumed, while some models have other means and filters"));
  } else if (timm) {
    apply_timm_config(path, out);
  } else {
    out.settings = io::read_preprocessing(path, size);
  }
  if (out.settings.size != size) {
    throw io_error(expected_got(path, "size of the preprocessing", std::to_string(size) + ", the resolution of the image tower",
                                std::to_string(out.settings.size)));
  }
  if (weights.naming() == checkpoints::dialect::hf) {
    report_other_processors(folder_of(weights), out);
  }
  return out;
}

}  // namespace fewclip::runtime::detail
