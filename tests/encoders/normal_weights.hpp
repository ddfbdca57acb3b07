#pragma once
// Weights as transformers begins.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/random.hpp"

namespace fewclip::tests {

/// Norms 1, biases 0, matrices normal with a deviation of 0.1; the logit scale stays.
template <class B, class Model>
void draw_weights(Model& model, std::uint64_t seed) {
  std::uint64_t number = 0;
  visit_parameters(model, [&](std::string_view name, parameter<B>& each) {
    if (name == "logit_scale") return;
    const random_stream draw(seed, number++);
    std::vector<float> values(static_cast<std::size_t>(each.value().size()), 0.0F);
    const bool norm = name.find("ln_") != std::string_view::npos;
    if (norm && name.ends_with("weight")) std::fill(values.begin(), values.end(), 1.0F);
    if (!norm && !name.ends_with("bias")) {
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.1F * static_cast<float>(draw.normal(i));
    }
    each.mutable_value() = tensor<B>::from_host(values.data(), each.value().extents());
  });
}

}  // namespace fewclip::tests
