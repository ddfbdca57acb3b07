#pragma once
// Layers with random weights.

#include "../autograd/finite_differences.hpp"

namespace fewclip::tests {

/// Gives every parameter random values, a stream of its own each.
template <class Layer>
void randomise(Layer& layer, std::uint64_t stream = 100) {
  layer.visit_parameters([&](std::string_view, parameter<real>& p) { p.mutable_value() = random_tensor(p.value().extents(), stream++); });
}

inline void require_near(const tensor<real>& got, const tensor<real>& expected) {
  BOOST_TEST_REQUIRE((got.extents() == expected.extents()));
  for (index i = 0; i < got.size(); ++i) {
    BOOST_TEST(std::abs(got.data()[i] - expected.data()[i]) < 1e-11 * std::max(1.0, std::abs(expected.data()[i])), "element " << i);
  }
}

/// The parameter of this name.
template <class Layer>
tensor<real> value_named(Layer& layer, std::string_view wanted) {
  tensor<real> out;
  layer.visit_parameters([&](std::string_view name, parameter<real>& p) {
    if (name == wanted) out = p.value();
  });
  BOOST_TEST_REQUIRE(!out.empty(), wanted);
  return out;
}

}  // namespace fewclip::tests
