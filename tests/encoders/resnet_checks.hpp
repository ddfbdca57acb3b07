#pragma once
// The tiny tower of tests/golden/resnet.py, and checks that hold on every backend.

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/encoders/modified_resnet.hpp"
#include "fewclip/poolers/attention.hpp"
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

/// The attention pool with the weights that tests/golden/resnet.py draws.
template <class B>
poolers::attention::fitted<B> golden_pooler() {
  using exact = backend::cpu<double>;
  poolers::attention::fitted<B> made(poolers::attention::params::of(tiny_sizes()));
  std::uint32_t number = 0;
  made.visit_parameters([&](std::string_view name, parameter<B>& value) {
    const shape extents = value.value().extents();
    std::uint32_t seed = 600;
    double factor = 1;
    if (name != "attnpool.positional_embedding") {
      seed = (name.ends_with(".weight") ? 610 : 620) + number++ / 2;
      if (name.ends_with(".weight")) factor = 4 / std::sqrt(256.0);
    }
    const auto values = ops::scale(drawn<exact>(seed, extents), factor).to_host();
    const std::vector<typename B::scalar> rounded(values.begin(), values.end());
    value.mutable_value() = tensor<B>::from_host(rounded.data(), extents);
  });
  return made;
}

/// Tower and pool together.
template <class B>
using resnet_encoder = typename encoders::image_encoder<encoders::modified_resnet, poolers::attention>::template fitted<B>;

/// The largest difference of two tensors, relative to the largest entry of the second.
template <class Left, class Right>
double relative_difference(const Left& got, const Right& expected) {
  const auto a = got.to_host();
  const auto b = expected.to_host();
  BOOST_TEST_REQUIRE(a.size() == b.size());
  double size = 0;
  double off = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    size = std::max(size, std::abs(static_cast<double>(b[i])));
    const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    off = std::isfinite(difference) ? std::max(off, difference) : 1e300;
  }
  return size > 0 ? off / size : off;
}

/// Prepared and not, one image and several, one thread and several: the tokens agree with the golden ones.
/// \param tolerance relative to the largest token
template <class B>
void check_tokens_on(double tolerance) {
  const golden_resnet golden;
  const auto images = drawn<B>(7, {2, 3, 64, 64});
  const auto expected = tensor<backend::cpu<double>>::from_host(golden.values("tokens").data(), {2, 4, 256});
  auto tower = golden_tower<B>();
  BOOST_TEST(relative_difference(tower.tokens(images), expected) < 3e-5);
  tower.prepare();
  const auto fused = tower.tokens(images);
  BOOST_TEST((fused.extents() == shape{2, 4, 256}));
  const double off = relative_difference(fused, expected);
  BOOST_TEST(off < tolerance);
  const auto all = drawn<B>(8, {7, 3, 64, 64});
  const int before = threads();
  set_threads(1);
  const auto serial = tower.tokens(all);
  set_threads(3);
  BOOST_TEST((tower.tokens(all).to_host() == serial.to_host()));
  BOOST_TEST((tower.tokens(all.rows_slice(4, 1)).to_host() == serial.rows_slice(4, 1).to_host()));
  set_threads(before);
}

/// Maps of two images with odd extents through the layer, prepared and not. Expected: the element of the maps that the prepared layer takes.
template <class B, class Expected>
void check_layer_on(const convolution_window& window, index in, index out, double tolerance) {
  BOOST_TEST_CONTEXT("kernel " << window.kernel << ", stride " << window.stride << ", channels " << in << " to " << out) {
    layers::convolution<B> layer(in, out, window);
    layer.weight().mutable_value() = drawn<B>(1, {out, window.kernel * window.kernel * in});
    layer.bias().mutable_value() = drawn<B>(2, {out});
    const auto x = drawn<B>(3, {2, 17, 13, in});
    const auto plain = layer(x);
    const auto residual = drawn<B>(4, plain.extents());
    const auto plain_relu = layer.relu(x);
    const auto plain_sum = layer.relu_onto(x, residual);
    BOOST_TEST(!layer.is_prepared());
    layer.prepare();
    BOOST_TEST(layer.is_prepared());
    layer.visit_element([&]<class Element>(std::type_identity<Element>) {
      BOOST_TEST((std::is_same_v<Element, Expected>));
      const auto rounded = [](const tensor<B>& maps) {
        auto moved = layers::activations<B, Element>::uninitialised(maps.extents());
        for (index i = 0; i < maps.size(); ++i) moved.mutable_data()[i] = layers::detail::element_of<Element>(maps.data()[i]);
        return moved;
      };
      BOOST_TEST(relative_difference(layers::numbers_of<B>(layer(rounded(x))), plain) < tolerance);
      BOOST_TEST(relative_difference(layers::numbers_of<B>(layer.relu(rounded(x))), plain_relu) < tolerance);
      BOOST_TEST(relative_difference(layers::numbers_of<B>(layer.relu_onto(rounded(x), rounded(residual))), plain_sum) < tolerance);
    });
  }
}

/// Windows and widths as networks have them, and some that vector registers do not divide.
template <class B, class Element = typename B::scalar>
void check_layers_on(double tolerance) {
  for (const convolution_window window : {convolution_window{1, 1, 0}, {3, 1, 1}, {3, 2, 1}, {2, 2, 0}, {3, 1, 0}, {3, 2, 2}}) {
    check_layer_on<B, Element>(window, 3, 32, tolerance);
    check_layer_on<B, Element>(window, 5, 7, tolerance);
    check_layer_on<B, Element>(window, 64, 80, tolerance);
  }
}

}  // namespace fewclip::tests
