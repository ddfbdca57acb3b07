#pragma once
// A tiny CLIP with random weights that reads pictures of 32 x 32 pixels and captions of tangrams.

#include <algorithm>
#include <cctype>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../encoders/normal_weights.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/images/image.hpp"
#include "fewclip/methods/tsf_clip.hpp"

namespace fewclip::tests {

using B = backend::cpu<float>;
using clip = methods::vit_clip;
using first_stage = methods::tsf_clip<B, tuners::transfer_both>::first_type;

constexpr index side = 32;
constexpr index context = 32;

/// A number for each word in the order of appearance, the same again for words beyond the vocabulary; punctuation is left out.
class words {
 public:
  explicit words(index vocabulary) : last_(static_cast<std::int32_t>(vocabulary - 1)) {}

  /// Zero, the words, and the last id up to the end of the context.
  std::vector<std::int32_t> row(const std::string& text) {
    std::vector<std::int32_t> out{0};
    std::string word;
    for (const char each : text + ' ') {
      if (std::isalnum(static_cast<unsigned char>(each)) != 0) {
        word += each;
      } else if (!word.empty()) {
        const auto next = static_cast<std::int32_t>(ids_.size()) % (last_ - 1) + 1;
        out.push_back(ids_.emplace(word, next).first->second);
        word.clear();
      }
    }
    out.resize(static_cast<std::size_t>(context), last_);
    out.back() = last_;
    return out;
  }

 private:
  std::int32_t last_;
  std::map<std::string, std::int32_t> ids_;
};

/// Channels apart, from -1 to 1.
inline void to_pixels(const image& picture, std::span<float> to) {
  const auto bytes = picture.bytes();
  const std::size_t plane = bytes.size() / 3;
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(bytes[i % plane * 3 + i / plane]) / 127.5F - 1.0F;
}

/// Two layers of width 32 in each tower. Norms 1, biases 0, matrices normal: projections have no direction that comes before others.
inline clip::fitted<B> random_clip(std::uint64_t seed, index vocabulary) {
  const encoders::vision_transformer_architecture image{
      .width = 32, .layers = 2, .heads = 2, .patch = 8, .resolution = side, .mlp_width = 64, .embed = 32};
  const encoders::text_architecture text{
      .width = 32, .layers = 2, .heads = 2, .mlp_width = 64, .context = context, .vocabulary = vocabulary, .embed = 32};
  clip::fitted<B> out(clip::params{{image, poolers::class_token::params::of(image)}, text});
  draw_weights<B>(out, seed);
  return out;
}

}  // namespace fewclip::tests
