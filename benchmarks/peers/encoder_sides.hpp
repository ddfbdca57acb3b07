#pragma once

// The towers of a checkpoint on one product provider each; one translation unit per provider.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fewclip/core/shape.hpp"

namespace peers {

/// Pixels [n, 3, side, side] or ids [n, context].
struct encoder_inputs {
  fewclip::shape extents;
  std::vector<float> pixels;
  std::vector<std::int32_t> ids;
};

/// Computes features [n, embed], not normalised.
using encoder_side = std::function<std::vector<float>(const encoder_inputs&)>;

encoder_side encoder_on_eigen(const std::string& model, const std::string& tower);
encoder_side encoder_on_onednn(const std::string& model, const std::string& tower);
encoder_side encoder_on_onednn_bf16(const std::string& model, const std::string& tower);

}  // namespace peers
