#pragma once
/// \file
/// Circles, stars and other shapes that stand beside tangrams in scenes.

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string_view>

#include "fewclip/data/tangram/geometry.hpp"

namespace fewclip::data::tangram {

/// A shape with one word for it.
enum class plain_shape { circle, box, triangle, star, cross, hexagon, heart, diamond };

/// The number of plain shapes.
inline constexpr std::size_t plain_shape_count = 8;

/// "circle", "box", "triangle", ... ("box" and not "square", which is a piece).
inline std::string_view name_of(plain_shape shape) {
  constexpr std::array<std::string_view, plain_shape_count> names = {"circle", "box",     "triangle", "star",
                                                                     "cross",  "hexagon", "heart",    "diamond"};
  return names[static_cast<std::size_t>(shape)];
}

namespace detail {

/// Corners on one or two circles around the origin, the first at the top.
inline polygon around_centre(int corners, double outer, double inner) {
  polygon out;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / corners;
    const double radius = i % 2 == 0 ? outer : inner;
    out.push_back({radius * std::sin(angle), -radius * std::cos(angle)});
  }
  return out;
}

inline polygon heart() {
  polygon out;
  for (int i = 0; i < 40; ++i) {
    const double t = 2.0 * std::numbers::pi * i / 40;
    const double s = std::sin(t);
    out.push_back({s * s * s, -0.06 * (13.0 * std::cos(t) - 5.0 * std::cos(2.0 * t) - 2.0 * std::cos(3.0 * t) - std::cos(4.0 * t)) - 0.1});
  }
  return out;
}

}  // namespace detail

/// The outline within -1..1 in both directions, y down.
inline polygon outline(plain_shape shape) {
  constexpr double arm = 0.36;
  switch (shape) {
    case plain_shape::circle:
      return detail::around_centre(40, 1.0, 1.0);
    case plain_shape::box:
      return {{-0.85, -0.85}, {0.85, -0.85}, {0.85, 0.85}, {-0.85, 0.85}};
    case plain_shape::triangle:
      return {{0.0, -0.9}, {1.0, 0.85}, {-1.0, 0.85}};
    case plain_shape::star:
      return detail::around_centre(10, 1.0, 0.42);
    case plain_shape::cross:
      return {{-arm, -1.0}, {arm, -1.0}, {arm, -arm}, {1.0, -arm}, {1.0, arm},   {arm, arm},
              {arm, 1.0},   {-arm, 1.0}, {-arm, arm}, {-1.0, arm}, {-1.0, -arm}, {-arm, -arm}};
    case plain_shape::hexagon:
      return detail::around_centre(6, 1.0, 1.0);
    case plain_shape::heart:
      return detail::heart();
    default:
      return {{0.0, -1.0}, {0.7, 0.0}, {0.0, 1.0}, {-0.7, 0.0}};
  }
}

}  // namespace fewclip::data::tangram
