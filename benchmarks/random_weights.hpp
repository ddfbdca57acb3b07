#pragma once
// Random weights and inputs for the benchmarks of encoders and poolers.

#include <cmath>
#include <string_view>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/random.hpp"

namespace bench {

/// Normal numbers times `scale`.
template <class B>
fewclip::tensor<B> random_tensor(const fewclip::shape& extents, std::uint64_t stream, double scale) {
  const fewclip::random_stream numbers(1, stream);
  std::vector<typename B::scalar> values(static_cast<std::size_t>(extents.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename B::scalar>(scale * numbers.normal(i));
  return fewclip::tensor<B>::from_host(values.data(), extents);
}

/// Weights that keep the size of activations through ReLUs, and small biases.
template <class B, class Component>
void draw_weights(Component& component) {
  std::uint64_t stream = 1;
  component.visit_parameters([&](std::string_view name, fewclip::parameter<B>& value) {
    const fewclip::shape extents = value.value().extents();
    const double scale = name.ends_with("weight") ? std::sqrt(1.5 / static_cast<double>(extents.columns())) : 0.1;
    value.mutable_value() = random_tensor<B>(extents, stream++, scale);
  });
}

}  // namespace bench
