#pragma once
/// \file
/// Whether every tensor of the table is in the files, as it must be.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fewclip/checkpoints/detail/name_patterns.hpp"
#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/checkpoints/rename_table.hpp"
#include "fewclip/checkpoints/weight_files.hpp"

namespace fewclip::checkpoints::detail {

/// What is wrong with one tensor; nothing where it is fine. A scalar may be stored with one extent of 1.
inline std::optional<std::string> problem_with(const weight_files& files, const std::string& name, const shape& extents) {
  const stored_tensor* const found = files.find(name);
  if (found == nullptr) return name + ": expected " + extents.text() + ", got no such tensor";
  const io::tensor_info& info = found->info();
  const bool one_element = extents.rank() == 0 && info.shape == std::vector<std::size_t>{1};
  if (!equal(info.shape, extents) && !one_element) return name + ": expected " + extents.text() + ", got " + text_of(info.shape);
  if (io::is_convertible_float(info.type)) return std::nullopt;
  return name + ": expected F16, BF16, F32 or F64, got " + readable(info.type_name);
}

/// timm's classifier has a bias, which CLIP has not.
inline std::optional<std::string> timm_bias_problem(const weight_files& files) {
  const stored_tensor* const bias = files.find("head.bias");
  if (bias == nullptr) return std::nullopt;
  if (!io::is_convertible_float(bias->info().type))
    return "head.bias: expected F16, BF16, F32 or F64, got " + readable(bias->info().type_name);
  for (const double value : bias->file->read<double>(bias->name)) {
    if (value != 0) return "head.bias: expected zeros, since CLIP's projection has no bias, got " + std::to_string(value);
  }
  return std::nullopt;
}

/// A tower alone without the projection into the common space cannot be compared with anything.
/// \throws io_error that says which kind of model it is
inline void require_projection(const weight_files& files, const detection& found) {
  const auto require = [&](const name_pattern& pattern, const char* tower, const char* known_as) {
    const std::string name = name_in(pattern, found.naming);
    if (files.find(name) != nullptr) return;
    throw io_error(expected_got(files.path(), std::string("projection of the ") + tower + " tower", "a tensor " + name,
                                std::string("none: ") + known_as));
  };
  const bool image = found.image == image_tower::vision_transformer;
  if (found.naming == dialect::hf && image && !found.text) {
    require(image_projection_pattern, "image", "an image encoder alone, as transformers' CLIPVisionModel or a classifier has it");
  }
  if (found.naming == dialect::hf && !image && found.text) {
    require(text_projection_pattern, "text", "a text encoder alone, as transformers' CLIPTextModel and Stable Diffusion have it");
  }
  if (found.naming == dialect::timm_visual && image) {
    require(image_projection_pattern, "image", "a model of timm without its head (num_classes 0)");
  }
}

/// Every tensor of the table must be there; what else is there is named in a warning.
/// \throws io_error with every problem and, beside it, the tensors that nobody expects
inline void check_tensors(const weight_files& files, const detection& detected, const std::map<std::string, table_row, std::less<>>& rows,
                          std::vector<std::string>& warnings) {
  std::vector<std::string> problems;
  std::map<std::string, const shape*, std::less<>> known;
  for (const auto& [name, row] : rows) {
    for (const tensor_source& source : row.sources) known.emplace(source.name, &source.extents);
  }
  for (const auto& [name, extents] : known) {
    if (auto problem = problem_with(files, name, *extents)) problems.push_back(std::move(*problem));
  }
  const bool timm_classifier = detected.naming == dialect::timm_visual && detected.image == image_tower::vision_transformer;
  if (timm_classifier) {
    if (auto problem = timm_bias_problem(files)) problems.push_back(std::move(*problem));
  }
  std::vector<std::string> unexpected;
  for (const auto& [name, tensor] : files.tensors()) {
    if (known.find(name) == known.end() && !(timm_classifier && name == "head.bias")) unexpected.push_back(readable(name));
  }
  const std::string others = std::to_string(unexpected.size()) + " unexpected tensors: " + joined(unexpected, ", ", 10);
  if (!problems.empty()) {
    throw io_error(files.path() + ": " + std::to_string(problems.size()) + " of " + std::to_string(known.size()) +
                   " tensors cannot be used: " + joined(problems, "; ", 20) + (unexpected.empty() ? "" : "; " + others));
  }
  if (!unexpected.empty()) warnings.push_back(files.path() + ": " + others);
}

}  // namespace fewclip::checkpoints::detail
