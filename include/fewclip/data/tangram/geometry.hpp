#pragma once
/// \file
/// Polygons in floating point: affine maps, areas, clipping.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "fewclip/data/tangram/exact.hpp"

namespace fewclip::data::tangram {

/// A point in drawing units; x to the right, y down.
struct point {
  double x = 0.0;  ///< to the right
  double y = 0.0;  ///< down

  friend bool operator==(const point&, const point&) = default;                            ///< same numbers
  friend point operator+(point p, point q) { return {p.x + q.x, p.y + q.y}; }              ///< sum
  friend point operator-(point p, point q) { return {p.x - q.x, p.y - q.y}; }              ///< difference
  friend point operator*(double factor, point p) { return {factor * p.x, factor * p.y}; }  ///< scaled
};

/// The corners of a polygon, in either sense of rotation.
using polygon = std::vector<point>;

/// The map x' = a x + c y + e, y' = b x + d y + f, as SVG's matrix(a, b, c, d, e, f).
struct affine {
  double a = 1.0;  ///< x to x
  double b = 0.0;  ///< x to y
  double c = 0.0;  ///< y to x
  double d = 1.0;  ///< y to y
  double e = 0.0;  ///< added to x
  double f = 0.0;  ///< added to y

  /// The image of a point.
  point operator()(point p) const { return {a * p.x + c * p.y + e, b * p.x + d * p.y + f}; }

  /// The image of a polygon.
  polygon operator()(const polygon& shape) const {
    polygon out;
    out.reserve(shape.size());
    for (const point p : shape) out.push_back((*this)(p));
    return out;
  }

  /// First `inner`, then `outer`.
  friend affine operator*(const affine& outer, const affine& inner) {
    return {outer.a * inner.a + outer.c * inner.b,           outer.b * inner.a + outer.d * inner.b,
            outer.a * inner.c + outer.c * inner.d,           outer.b * inner.c + outer.d * inner.d,
            outer.a * inner.e + outer.c * inner.f + outer.e, outer.b * inner.e + outer.d * inner.f + outer.f};
  }

  /// A move by (dx, dy).
  static affine moved(double dx, double dy) { return {1.0, 0.0, 0.0, 1.0, dx, dy}; }

  /// Scaled about the origin.
  static affine scaled(double sx, double sy) { return {sx, 0.0, 0.0, sy, 0.0, 0.0}; }

  /// A turn about the origin, clockwise on the screen.
  /// \param angle in radians
  static affine rotated(double angle) { return {std::cos(angle), std::sin(angle), -std::sin(angle), std::cos(angle), 0.0, 0.0}; }
};

/// The signed area, by the shoelace formula: positive for a polygon that runs clockwise on the screen.
inline double signed_area(const polygon& shape) {
  double sum = 0.0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const point p = shape[i];
    const point q = shape[(i + 1) % shape.size()];
    sum += p.x * q.y - p.y * q.x;
  }
  return sum / 2.0;
}

/// A rectangle along the axes.
struct box {
  double left = 0.0;    ///< the smallest x
  double top = 0.0;     ///< the smallest y
  double right = 0.0;   ///< the largest x
  double bottom = 0.0;  ///< the largest y

  double width() const { return right - left; }   ///< right - left
  double height() const { return bottom - top; }  ///< bottom - top
};

/// The smallest rectangle around all points; all zero without points.
inline box bounds(const std::vector<polygon>& shapes) {
  box out;
  bool first = true;
  for (const polygon& shape : shapes) {
    for (const point p : shape) {
      out = first ? box{p.x, p.y, p.x, p.y}
                  : box{std::min(out.left, p.x), std::min(out.top, p.y), std::max(out.right, p.x), std::max(out.bottom, p.y)};
      first = false;
    }
  }
  return out;
}

/// The part of a polygon to one side of a line (Sutherland and Hodgman).
/// \param shape convex
/// \param on a point of the line
/// \param normal what is kept is where dot(p - on, normal) >= 0
/// \returns no points where nothing is left
inline polygon half_of(const polygon& shape, point on, point normal) {
  const auto side = [&](point p) { return (p.x - on.x) * normal.x + (p.y - on.y) * normal.y; };
  polygon out;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const point p = shape[i];
    const point q = shape[(i + 1) % shape.size()];
    const double at_p = side(p);
    const double at_q = side(q);
    if (at_p >= 0.0) out.push_back(p);
    if ((at_p < 0.0 && at_q > 0.0) || (at_p > 0.0 && at_q < 0.0)) out.push_back(p + (at_p / (at_p - at_q)) * (q - p));
  }
  return out.size() < 3 ? polygon{} : out;
}

/// What two convex polygons have in common; its area is how far they overlap.
/// \returns no points where they do not overlap
inline polygon intersection(const polygon& first, const polygon& second) {
  const double sense = signed_area(second) < 0.0 ? -1.0 : 1.0;
  polygon out = first;
  for (std::size_t i = 0; i < second.size() && !out.empty(); ++i) {
    const point edge = second[(i + 1) % second.size()] - second[i];
    out = half_of(out, second[i], {-sense * edge.y, sense * edge.x});
  }
  return out;
}

/// Exact corners rounded, with y turned downwards.
inline polygon to_drawing(const exact_polygon& shape) {
  polygon out;
  for (const exact_point& p : shape) out.push_back({p.x.value(), -p.y.value()});
  return out;
}

}  // namespace fewclip::data::tangram
