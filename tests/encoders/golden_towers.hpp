#pragma once
// The tiny towers of tests/golden/towers.safetensors, by transformers' CLIPModel in double precision.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/encoders/text_transformer.hpp"
#include "fewclip/encoders/vision_transformer.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/poolers/class_token.hpp"

namespace fewclip::tests {

using real = backend::cpu<double>;
using vit_encoder = encoders::image_encoder<encoders::vision_transformer, poolers::class_token>;

inline const io::safetensors_file& golden_towers() {
  static const io::safetensors_file file(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/towers.safetensors");
  return file;
}

template <class B>
tensor<B> golden_tensor(const std::string& name) {
  shape extents;
  for (const auto extent : golden_towers().info(name).shape) extents.append(static_cast<index>(extent));
  const auto values = golden_towers().read<double>(name);
  const std::vector<typename B::scalar> converted(values.begin(), values.end());
  return tensor<B>::from_host(converted.data(), extents);
}

inline std::vector<std::int32_t> golden_ids(const std::string& name = "ids") { return golden_towers().read<std::int32_t>(name); }

inline encoders::text_transformer::token_ids rows_of_ids(const std::vector<std::int32_t>& ids, index columns = 9) {
  return {ids.data(), static_cast<index>(ids.size()) / columns, columns};
}

/// Gives every parameter the value the file has under its name.
template <class B, class Tower>
void load_golden(Tower& tower) {
  visit_parameters(tower, [](std::string_view name, parameter<B>& p) {
    const tensor<B> value = golden_tensor<B>("parameter." + std::string(name));
    BOOST_TEST_REQUIRE(value.size() == p.value().size(), name);
    p.mutable_value() = value.reshaped(p.value().extents());
  });
}

inline encoders::vision_transformer_architecture golden_vision() {
  return {.width = 12, .layers = 2, .heads = 3, .patch = 3, .resolution = 6, .mlp_width = 20, .embed = 6};
}

inline encoders::text_architecture golden_text() {
  return {.width = 8,
          .layers = 2,
          .heads = 2,
          .mlp_width = 20,
          .context = 9,
          .vocabulary = 30,
          .embed = 6,
          .act = encoders::activation::gelu,
          .end_id = 29};
}

template <class B>
vit_encoder::fitted<B> golden_image_encoder() {
  vit_encoder::fitted<B> encoder({golden_vision(), poolers::class_token::params::of(golden_vision())});
  load_golden<B>(encoder);
  return encoder;
}

template <class B>
encoders::text_transformer::fitted<B> golden_text_encoder() {
  encoders::text_transformer::fitted<B> encoder(golden_text());
  load_golden<B>(encoder);
  return encoder;
}

/// The largest difference in units of max(1, the largest expected value).
template <class Scalar, class Expected>
double relative_difference(const std::vector<Scalar>& got, const std::vector<Expected>& expected) {
  BOOST_TEST_REQUIRE(got.size() == expected.size());
  double size = 1;
  double difference = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    BOOST_TEST_REQUIRE(std::isfinite(static_cast<double>(got[i])));
    size = std::max(size, std::abs(static_cast<double>(expected[i])));
    difference = std::max(difference, std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i])));
  }
  return difference / size;
}

/// The sum of result * weights on the tape of the result, whatever its extents.
template <class B>
struct weighted_sum {
  tensor<B> weights;
  tensor<B> forward(const tensor<B>& x) const {
    double sum = 0;
    for (index i = 0; i < x.size(); ++i) sum += static_cast<double>(weights.data()[i]) * static_cast<double>(x.data()[i]);
    return tensor<B>({1}, static_cast<typename B::scalar>(sum));
  }
  void backward(const tensor<B>&, gradient_sink<B>& sink) const { sink.add(0, weights); }
};

/// Binds every parameter, runs loss(tape), and returns the gradients by name.
template <class B, class Tower, class Loss>
std::map<std::string, tensor<B>> gradients_of(Tower& tower, const Loss& loss) {
  tape<B> record;
  std::map<std::string, variable<B>> leaves;
  visit_parameters(tower, [&](std::string_view name, parameter<B>& p) {
    p.bind(record);
    leaves[std::string(name)] = p.leaf();
  });
  record.backward(loss(record));
  std::map<std::string, tensor<B>> out;
  for (const auto& [name, leaf] : leaves) out[name] = record.gradient(leaf);
  visit_parameters(tower, [](std::string_view, parameter<B>& p) { p.release(); });
  return out;
}

inline void require_golden_gradients(const std::map<std::string, tensor<real>>& got) {
  for (const auto& [name, gradient] : got) {
    const auto expected = golden_towers().read<double>("gradient." + name);
    double size = 0;
    for (const double value : expected) size = std::max(size, std::abs(value));
    BOOST_TEST(size > 0, name);
    const auto values = gradient.to_host();
    BOOST_TEST_REQUIRE(values.size() == expected.size(), name);
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i) worst = std::max(worst, std::abs(values[i] - expected[i]));
    BOOST_TEST(worst <= 1e-8 * std::max(size, 1e-3), name << ": off by " << worst << " of " << size);
  }
}

}  // namespace fewclip::tests
