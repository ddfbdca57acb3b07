#pragma once
/// Small pictures of one colour each, which says which one it is.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

namespace shaded_pictures {

/// A BMP file of one colour, 24 bits, `side` x `side`.
inline std::string bmp(unsigned side, unsigned char red, unsigned char green, unsigned char blue) {
  const unsigned stride = (3 * side + 3) / 4 * 4;
  const auto number = [](unsigned value) {
    std::string out;
    for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
    return out;
  };
  std::string out = "BM" + number(54 + stride * side) + number(0) + number(54) + number(40) + number(side) + number(side);
  out += std::string("\1\0\30\0", 4) + number(0) + number(stride * side) + number(2835) + number(2835) + number(0) + number(0);
  for (unsigned y = 0; y < side; ++y) {
    std::string row;
    for (unsigned x = 0; x < side; ++x) row += {static_cast<char>(blue), static_cast<char>(green), static_cast<char>(red)};
    row.resize(stride);
    out += row;
  }
  return out;
}

/// Files 0.bmp, 1.bmp, ...: image i is red i, green 2 i, blue 0; those of `broken` are no images.
class folder {
 public:
  explicit folder(std::size_t count, const std::vector<std::size_t>& broken = {}) {
    for (std::size_t i = 0; i < count; ++i) {
      paths.push_back(here_.file(std::to_string(i) + ".bmp"));
      const bool bad = std::find(broken.begin(), broken.end(), i) != broken.end();
      const auto shade = static_cast<unsigned char>(i);
      scratch::write_text(paths.back(), bad ? "BM no picture" : bmp(9, shade, static_cast<unsigned char>(2 * i), 0));
    }
  }
  std::vector<std::string> paths;

 private:
  scratch::directory here_;
};

}  // namespace shaded_pictures
