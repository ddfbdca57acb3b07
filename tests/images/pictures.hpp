#pragma once
/// What the image tests share: the golden file, and generated pictures.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fewclip/core/random.hpp"
#include "fewclip/core/sha256.hpp"
#include "fewclip/images/image.hpp"
#include "fewclip/io/safetensors.hpp"

namespace pictures {

using fewclip::image;
using fewclip::index;

inline const fewclip::io::safetensors_file& golden() {
  static const fewclip::io::safetensors_file file(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/images.safetensors");
  return file;
}

/// A tensor [height, width, channels] of the golden file.
inline image golden_image(const std::string& name) {
  const auto& shape = golden().info(name).shape;
  return {static_cast<index>(shape.at(1)), static_cast<index>(shape.at(0)), static_cast<index>(shape.at(2)),
          golden().read<std::uint8_t>(name)};
}

inline std::string digest(const image& picture) { return fewclip::sha256_of(std::as_bytes(picture.bytes())); }

inline index sum(const image& picture) {
  index out = 0;
  for (const std::uint8_t byte : picture.bytes()) out += byte;
  return out;
}

/// red = 37x + 11y, green = 5x^2 + 29y, blue = 17xy + 91, alpha = 61x + 83y, modulo 256.
inline image formula(index width, index height, index channels = 3) {
  image out(width, height, channels);
  std::uint8_t* to = out.bytes().data();
  for (index y = 0; y < height; ++y) {
    for (index x = 0; x < width; ++x) {
      const index values[] = {37 * x + 11 * y, 5 * x * x + 29 * y, 17 * x * y + 91, 61 * x + 83 * y};
      for (index c = 0; c < channels; ++c) *to++ = static_cast<std::uint8_t>(values[c]);
    }
  }
  return out;
}

inline image noise(index width, index height, index channels, std::uint64_t seed) {
  image out(width, height, channels);
  const fewclip::random_stream random(seed);
  std::uint64_t at = 0;
  for (std::uint8_t& byte : out.bytes()) byte = static_cast<std::uint8_t>(random.bits(at++));
  return out;
}

inline std::vector<std::uint8_t> bytes_of(const image& picture) { return {picture.bytes().begin(), picture.bytes().end()}; }

}  // namespace pictures
