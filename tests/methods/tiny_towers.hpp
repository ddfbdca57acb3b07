#pragma once
// The tiny CLIPs of tests/golden/clip, and the pixels and token ids of tests/golden/clip_models.py.

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "fewclip/checkpoints/load_parameters.hpp"
#include "fewclip/core/pairs.hpp"
#include "fewclip/encoders/dual_encoder.hpp"
#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/encoders/modified_resnet.hpp"
#include "fewclip/encoders/text_transformer.hpp"
#include "fewclip/encoders/vision_transformer.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/poolers/attention.hpp"
#include "fewclip/poolers/class_token.hpp"
#include "fewclip/poolers/last_block.hpp"

namespace tiny {

using fewclip::index;
using fewclip::tensor;

using resnet = fewclip::encoders::image_encoder<fewclip::encoders::modified_resnet, fewclip::poolers::attention>;
using vit = fewclip::encoders::image_encoder<fewclip::encoders::vision_transformer, fewclip::poolers::class_token>;
using clip = fewclip::encoders::dual_encoder<vit, fewclip::encoders::text_transformer>;

inline fewclip::checkpoints::checkpoint model(const std::string& name) {
  return fewclip::checkpoints::checkpoint(std::string(FEWCLIP_TEST_SOURCE_DIR "/golden/clip/") + name + "/openai");
}

inline fewclip::encoders::vision_transformer_architecture vit_sizes() {
  return std::get<fewclip::encoders::vision_transformer_architecture>(*model("vit").image());
}

template <class B>
typename resnet::fitted<B> resnet_encoder() {
  const auto from = model("resnet");
  const auto sizes = std::get<fewclip::encoders::resnet_architecture>(*from.image());
  typename resnet::fitted<B> out({sizes, fewclip::poolers::attention::params::of(sizes)});
  fewclip::checkpoints::load_parameters(out, from);
  out.prepare();
  return out;
}

template <class B>
typename clip::fitted<B> vit_clip() {
  const auto from = model("vit");
  typename clip::fitted<B> out({{vit_sizes(), fewclip::poolers::class_token::params::of(vit_sizes())}, *from.text()});
  fewclip::checkpoints::load_parameters(out.image(), from);
  fewclip::checkpoints::load_parameters(out.text(), from);
  return out;
}

/// Pixels of images first .. first + count - 1.
template <class B>
tensor<B> pixels(index first, index count, index side) {
  std::vector<typename B::scalar> out;
  for (index n = first; n < first + count; ++n) {
    for (index c = 0; c < 3; ++c) {
      for (index y = 0; y < side; ++y) {
        for (index x = 0; x < side; ++x) {
          out.push_back(static_cast<typename B::scalar>(static_cast<double>((7 * n + 5 * c + 3 * y + 11 * x + x * y % 13) % 17) / 8 - 1));
        }
      }
    }
  }
  return tensor<B>::from_host(out.data(), {count, 3, side, side});
}

/// The ids of text `row`, 16 of a vocabulary of 100.
inline std::vector<std::int32_t> text(int row) {
  std::vector<std::int32_t> out(16, 0);
  const int words = std::min(2 * row + 1, 13);
  out[0] = 98;
  for (int k = 0; k < words; ++k) out[static_cast<std::size_t>(k + 1)] = (13 * row + 7 * k + 3) % 98;
  out[static_cast<std::size_t>(words + 1)] = 99;
  return out;
}

/// Batch b of the pairs of tests/golden/tuned_methods.py: 4 images, and texts (i + b) mod 7.
template <class B>
fewclip::pair_batch<B> pairs(int b) {
  fewclip::pair_batch<B> out{pixels<B>(4 * b, 4, 32), {}};
  for (int i = 0; i < 4; ++i) {
    const auto ids = text((i + b) % 7);
    out.ids.insert(out.ids.end(), ids.begin(), ids.end());
  }
  return out;
}

template <class B>
fewclip::fixed_pairs<B> five_batches() {
  std::vector<fewclip::pair_batch<B>> out;
  for (int b = 0; b < 5; ++b) out.push_back(pairs<B>(b));
  return fewclip::fixed_pairs<B>(std::move(out));
}

/// Rows in stored order.
template <int Batch>
struct in_order {
  using params = fewclip::no_settings;
  params settings{};
  index batch_size(index rows) const { return std::min<index>(rows, Batch); }
  std::vector<index> order(index, index) const { return {}; }
};

}  // namespace tiny
