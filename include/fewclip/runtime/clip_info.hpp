#pragma once
/// \file
/// What there is to say about an opened CLIP.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "fewclip/checkpoints/checkpoint_options.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::runtime {

/// The customary name of an image tower: "ViT-B/32", "ViT-L/14@336", "RN50x4"; for one that has none its sizes, such as "ViT-32x2/8".
inline std::string backbone_name(const checkpoints::image_architecture& tower) {
  if (const auto* const vit = std::get_if<encoders::vision_transformer_architecture>(&tower)) {
    struct known {
      index width, layers;
      const char* letter;
    };
    std::string size = std::to_string(vit->width) + "x" + std::to_string(vit->layers);
    for (const known& each : {known{384, 12, "S"}, {768, 12, "B"}, {1024, 24, "L"}, {1280, 32, "H"}, {1408, 40, "g"}, {1664, 48, "bigG"}}) {
      if (each.width == vit->width && each.layers == vit->layers) size = each.letter;
    }
    std::string out = "ViT-" + size + "/" + std::to_string(vit->patch);
    if (vit->resolution != 224) out += "@" + std::to_string(vit->resolution);
    return out;
  }
  const auto& resnet = std::get<encoders::resnet_architecture>(tower);
  struct known {
    std::array<index, 4> blocks;
    index width, resolution;
    const char* name;
  };
  for (const known& each : {known{{3, 4, 6, 3}, 64, 224, "RN50"},
                            {{3, 4, 23, 3}, 64, 224, "RN101"},
                            {{4, 6, 10, 6}, 80, 288, "RN50x4"},
                            {{6, 8, 18, 8}, 96, 384, "RN50x16"},
                            {{3, 15, 36, 10}, 128, 448, "RN50x64"}}) {
    if (each.blocks != resnet.blocks || each.width != resnet.width) continue;
    return each.name + (each.resolution == resnet.resolution ? "" : "@" + std::to_string(resnet.resolution));
  }
  std::string blocks;
  for (const index count : resnet.blocks) blocks += (blocks.empty() ? "" : "-") + std::to_string(count);
  return "RN-" + std::to_string(resnet.width) + "x" + blocks + "@" + std::to_string(resnet.resolution);
}

/// What a program shows of a CLIP. Texts that do not apply are empty.
struct clip_info {
  std::string path{};                                      ///< the weights file, or the index of its shards
  std::string dialect{};                                   ///< "hf", "openai" or "timm-visual"
  std::string configuration{};                             ///< the configuration file that was read
  std::string backbone{};                                  ///< see backbone_name
  std::optional<checkpoints::image_architecture> image{};  ///< the image tower
  std::optional<encoders::text_architecture> text{};       ///< the text tower
  index parameters = 0;                                    ///< trainable numbers of the file, batch norms not folded
  std::size_t file_bytes = 0;                              ///< of all weights files
  std::optional<double> logit_scale{};                     ///< the stored logarithm
  std::string preprocessing{};                             ///< images::preprocessing::identifier
  std::string preprocessing_source{};                      ///< the file it came from, or whose default it is
  std::string tokenizer{};                                 ///< the vocabulary's file
  std::string cleaning{};                                  ///< of texts, see tokenizer::name_of; empty without a vocabulary
  std::string backend{};                                   ///< name of the backend
  std::vector<std::string> warnings{};                     ///< what deserves attention
};

/// Features compared with expected ones.
struct feature_difference {
  index rows = 0;            ///< rows compared; 0: nothing was
  double least_cosine = 1;   ///< over the rows
  double most_relative = 0;  ///< the largest difference of two values divided by the largest expected magnitude

  /// Whether they agree; the defaults are what products in F32 keep. With bf16 products a cosine of 0.999 is usual.
  bool within(double cosine = 0.999999, double relative = 1e-4) const { return least_cosine >= cosine && most_relative <= relative; }
};

/// Compares rows; NaN agrees with nothing.
/// \param got, expected [rows, dim] each
/// \throws shape_error where the numbers of values differ or are no multiple of dim
inline feature_difference difference(std::span<const float> got, std::span<const float> expected, index dim) {
  const auto width = static_cast<std::size_t>(dim);
  if (dim < 1 || got.size() != expected.size() || got.size() % width != 0) {
    throw shape_error(expected_got("fewclip::runtime::difference", "values",
                                   std::to_string(expected.size()) + " in rows of " + std::to_string(dim), std::to_string(got.size())));
  }
  feature_difference out;
  out.rows = static_cast<index>(got.size() / width);
  double largest = 0;
  double off = 0;
  for (std::size_t begin = 0; begin < got.size(); begin += width) {
    double dot = 0, aa = 0, bb = 0;
    for (std::size_t j = begin; j < begin + width; ++j) {
      const double a = static_cast<double>(got[j]), b = static_cast<double>(expected[j]);
      dot += a * b;
      aa += a * a;
      bb += b * b;
      largest = std::max(largest, std::abs(b));
      if (!(std::abs(a - b) <= off)) off = !math::is_finite(a - b) ? HUGE_VAL : std::abs(a - b);
    }
    const double cosine = dot / std::sqrt(aa * bb);
    if (!(cosine >= out.least_cosine)) out.least_cosine = !math::is_finite(cosine) ? -1 : cosine;
  }
  out.most_relative = largest > 0 ? off / largest : (off > 0 ? HUGE_VAL : 0);
  return out;
}

}  // namespace fewclip::runtime
