#pragma once
// The tiny tower of tests/golden/resnet.py, and checks that hold on every backend.

#include <cmath>
#include <string>
#include <vector>

#include "fewclip/encoders/modified_resnet.hpp"
#include "golden_resnet.hpp"

namespace fewclip::tests {

inline encoders::resnet_architecture tiny_sizes() {
  return {.blocks = {1, 1, 1, 1}, .width = 8, .resolution = 64, .heads = 4, .embed = 16};
}

/// The tower with the weights of the golden file, not prepared.
template <class B>
encoders::modified_resnet::fitted<B> golden_tower() {
  const golden_resnet golden;
  encoders::modified_resnet::fitted<B> tower(tiny_sizes());
  std::uint32_t number = 0;
  std::string layer;
  tower.visit_parameters([&](std::string_view full, parameter<B>& value) {
    const std::string name(full);
    using scalar = typename B::scalar;
    const std::string of = name.substr(0, name.rfind('.'));
    const shape extents = value.value().extents();
    std::vector<double> values = golden.bias(of);
    if (name.ends_with(".weight")) {
      values = drawn<backend::cpu<double>>(100 + number++, extents).to_host();
      const auto factor = golden.factor(of);
      const auto columns = static_cast<std::size_t>(extents.columns());
      for (std::size_t i = 0; i < values.size(); ++i) values[i] *= 4 / std::sqrt(static_cast<double>(columns)) * factor[i / columns];
    }
    const std::vector<scalar> rounded(values.begin(), values.end());
    value.mutable_value() = tensor<B>::from_host(rounded.data(), extents);
  });
  return tower;
}

}  // namespace fewclip::tests
