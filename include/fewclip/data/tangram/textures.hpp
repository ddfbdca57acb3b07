#pragma once
/// \file
/// Colours with plain names, and patterns of two of them.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

#include "fewclip/core/random.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/raster.hpp"
#include "fewclip/data/tangram/rendering.hpp"

namespace fewclip::data::tangram {

/// The colours of scenes, by the words of captions (ours).
inline constexpr std::array<named_colour, 12> scene_colours = {{{"red", {214, 40, 40}},
                                                                {"green", {52, 156, 70}},
                                                                {"blue", {44, 84, 200}},
                                                                {"yellow", {246, 212, 50}},
                                                                {"orange", {240, 136, 36}},
                                                                {"purple", {128, 60, 168}},
                                                                {"pink", {246, 150, 190}},
                                                                {"brown", {120, 76, 44}},
                                                                {"black", {24, 24, 24}},
                                                                {"white", {245, 245, 245}},
                                                                {"grey", {136, 136, 136}},
                                                                {"cyan", {70, 200, 214}}}};

/// How different two colours look: a distance with the eye's rough weights, 0 to 255.
inline float difference(colour a, colour b) {
  const float red = a.red - b.red;
  const float green = a.green - b.green;
  const float blue = a.blue - b.blue;
  return std::sqrt(0.3F * red * red + 0.59F * green * green + 0.11F * blue * blue);
}

/// What a texture looks like.
enum class pattern {
  plain,     ///< the first colour
  stripes,   ///< half of each colour, across `angle`
  checks,    ///< half of each colour
  dots,      ///< of the second colour
  gradient,  ///< from the first to the second along `angle`
  speckles   ///< single pixels nearer to the second colour
};

/// "plain", "striped", "checkered", "dotted", "shaded" or "speckled".
inline std::string_view name_of(pattern of) {
  constexpr std::array<std::string_view, 6> names = {"plain", "striped", "checkered", "dotted", "shaded", "speckled"};
  return names[static_cast<std::size_t>(of)];
}

/// A pattern of two colours over the plane; a paint for canvas::fill. It looks alike at any number of pixels, speckles apart.
struct texture {
  pattern kind = pattern::plain;  ///< the pattern
  colour first;                   ///< the main colour
  colour second;                  ///< the other colour; not used by plain
  double period = 0.2;            ///< of stripes, checks and dots, as a share of the picture's side; above 0
  double angle = 0.0;             ///< radians
  double side = 64.0;             ///< the picture's side in pixels
  std::uint64_t seed = 0;         ///< of the speckles

  /// The colour of a pixel.
  colour operator()(index x, index y) const {
    if (kind == pattern::plain) return first;
    const double px = (static_cast<double>(x) + 0.5) / side;
    const double py = (static_cast<double>(y) + 0.5) / side;
    const double u = px * std::cos(angle) + py * std::sin(angle);
    const double v = py * std::cos(angle) - px * std::sin(angle);
    const double turns = 2.0 * std::numbers::pi / period;
    const double sharpness = 0.3 * period * side;  // edges are about one pixel wide
    switch (kind) {
      case pattern::stripes:
        return mixed(0.5 + sharpness * std::sin(turns * u));
      case pattern::checks:
        return mixed(0.5 + sharpness * std::sin(turns * u) * std::sin(turns * v));
      case pattern::dots:
        return mixed(0.5 + sharpness * (std::cos(turns * u) + std::cos(turns * v) - 0.9));
      case pattern::gradient:
        return mixed(0.5 + 0.6 * (u - 0.5 * (std::cos(angle) + std::sin(angle))));
      default:
        return mixed(random_stream(seed).uniform(static_cast<std::uint64_t>(y * 65536 + x)) < 0.25 ? 0.8 : 0.1);
    }
  }

 private:
  colour mixed(double share) const { return first.mixed(second, static_cast<float>(std::clamp(share, 0.0, 1.0))); }
};

}  // namespace fewclip::data::tangram
