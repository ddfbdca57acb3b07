#pragma once
/// \file
/// What a caller may tell a checkpoint.

#include <cstdint>
#include <optional>
#include <variant>

#include "fewclip/encoders/architecture.hpp"

namespace fewclip::checkpoints {

/// The image tower of a checkpoint.
using image_architecture = std::variant<encoders::vision_transformer_architecture, encoders::resnet_architecture>;

/// What the caller knows better than the files. Each wins over the configuration.
struct checkpoint_options {
  std::optional<encoders::activation> act{};  ///< of both towers
  std::optional<index> image_heads{};         ///< heads of the image tower, for a ResNet of its pool
  std::optional<index> text_heads{};          ///< heads of the text tower
  std::optional<std::int32_t> end_id{};       ///< the token that ends a text; the text tower then pools there
};

}  // namespace fewclip::checkpoints
