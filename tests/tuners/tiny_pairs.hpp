#pragma once
// The tiny towers of tests/golden/towers.safetensors as a CLIP, and pairs for them.

#include "../encoders/golden_towers.hpp"
#include "fewclip/core/pairs.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/encoders/dual_encoder.hpp"

namespace fewclip::tests {

using clip = encoders::dual_encoder<vit_encoder, encoders::text_transformer>;

template <class B>
clip::fitted<B> tiny_clip() {
  return {golden_image_encoder<B>(), golden_text_encoder<B>()};
}

/// Three images with three texts, others for every batch.
template <class B>
pair_batch<B> tiny_pairs(std::uint64_t number) {
  const random_stream numbers(5, number);
  std::vector<typename B::scalar> pixels(3 * 108);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<typename B::scalar>(numbers.normal(i));
  pair_batch<B> out{tensor<B>::from_host(pixels.data(), {3, 3, 6, 6}), {}};
  for (std::int32_t r = 0; r < 3; ++r) {
    const auto first = static_cast<std::int32_t>((number * 7) % 11);
    for (const std::int32_t id : {28, 2 + first + 3 * r, 1 + first + r, 29, 0, 0, 0, 0, 0}) out.ids.push_back(id);
  }
  return out;
}

template <class B>
fixed_pairs<B> tiny_source(std::uint64_t batches = 2) {
  std::vector<pair_batch<B>> out;
  for (std::uint64_t b = 0; b < batches; ++b) out.push_back(tiny_pairs<B>(b));
  return fixed_pairs<B>(std::move(out));
}

/// All values of a model, by name.
template <class B, class Model>
std::map<std::string, std::vector<typename B::scalar>> values_of(Model& model) {
  std::map<std::string, std::vector<typename B::scalar>> out;
  visit_parameters(model, [&out](std::string_view name, const parameter<B>& each) { out[std::string(name)] = each.value().to_host(); });
  return out;
}

}  // namespace fewclip::tests
