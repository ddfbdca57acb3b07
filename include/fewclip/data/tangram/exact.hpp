#pragma once
/// \file
/// Exact plane geometry of tangrams: coordinates a + b sqrt(2) with whole a and b, so that touching and overlapping are decided without rounding.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "fewclip/config.hpp"

namespace fewclip::data::tangram {

/// The number a + b sqrt(2). Closed under sums and products; every comparison is exact.
///
/// Not checked for overflow: signs and products stay exact while |a| and |b| of the operands are below 2^29, and tangrams need less than 2^12.
struct surd {
  std::int64_t a = 0;  ///< the whole part
  std::int64_t b = 0;  ///< the factor of the square root of two

  friend constexpr bool operator==(const surd&, const surd&) = default;                                           ///< same number
  friend constexpr surd operator+(surd x, surd y) { return {x.a + y.a, x.b + y.b}; }                              ///< sum
  friend constexpr surd operator-(surd x, surd y) { return {x.a - y.a, x.b - y.b}; }                              ///< difference
  friend constexpr surd operator-(surd x) { return {-x.a, -x.b}; }                                                ///< the opposite
  friend constexpr surd operator*(surd x, surd y) { return {x.a * y.a + 2 * x.b * y.b, x.a * y.b + x.b * y.a}; }  ///< product

  /// -1, 0 or 1.
  constexpr int sign() const {
    if (a >= 0 && b >= 0) return a > 0 || b > 0 ? 1 : 0;
    if (a <= 0 && b <= 0) return -1;
    const bool whole_part_wins = a * a > 2 * b * b;  // never equal, as the root is irrational
    return (a > 0) == whole_part_wins ? 1 : -1;
  }

  /// Whether x is less than y.
  friend constexpr bool operator<(surd x, surd y) { return (x - y).sign() < 0; }

  /// Rounded to double.
  constexpr double value() const { return static_cast<double>(a) + static_cast<double>(b) * std::numbers::sqrt2; }
};

/// A point with exact coordinates; x to the right, y up.
struct exact_point {
  surd x;  ///< to the right
  surd y;  ///< upwards

  friend constexpr bool operator==(const exact_point&, const exact_point&) = default;                      ///< same point
  friend constexpr exact_point operator+(exact_point p, exact_point q) { return {p.x + q.x, p.y + q.y}; }  ///< sum
  friend constexpr exact_point operator-(exact_point p, exact_point q) { return {p.x - q.x, p.y - q.y}; }  ///< difference
};

/// The corners of a convex polygon, counter-clockwise.
using exact_polygon = std::vector<exact_point>;

/// The z component of u x v: positive where v points to the left of u.
constexpr surd cross(exact_point u, exact_point v) { return u.x * v.y - u.y * v.x; }

/// The scalar product.
constexpr surd dot(exact_point u, exact_point v) { return u.x * v.x + u.y * v.y; }

/// Turned counter-clockwise by a multiple of 45 degrees about the origin.
/// \param p a point; where `eighths` is odd, the whole parts of x + y and x - y must be even (not checked)
/// \param eighths the multiple, any sign
constexpr exact_point turned(exact_point p, int eighths) {
  const int turns = ((eighths % 8) + 8) % 8;
  for (int quarter = 0; quarter < turns / 2; ++quarter) p = {-p.y, p.x};
  if (turns % 2 == 0) return p;
  const auto over_root = [](surd z) { return surd{z.b, z.a / 2}; };  // (a + b r) / r = b + (a / 2) r
  return {over_root(p.x - p.y), over_root(p.x + p.y)};
}

/// Corner i, counted around from any i >= 0.
inline const exact_point& corner(const exact_polygon& shape, std::size_t i) { return shape[i % shape.size()]; }

/// Twice the area, by the shoelace formula.
inline surd doubled_area(const exact_polygon& shape) {
  surd sum;
  for (std::size_t i = 0; i < shape.size(); ++i) sum = sum + cross(shape[i], corner(shape, i + 1));
  return sum;
}

/// Whether the inner points of two convex polygons meet. Touching along an edge or at a corner is no overlap.
///
/// Two convex polygons do not overlap exactly where the line through some edge of one has the other on its outer side.
inline bool overlap(const exact_polygon& first, const exact_polygon& second) {
  const auto separated_by_edge_of = [](const exact_polygon& shape, const exact_polygon& other) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const exact_point edge = corner(shape, i + 1) - shape[i];
      if (std::all_of(other.begin(), other.end(), [&](const exact_point& p) { return cross(edge, p - shape[i]).sign() <= 0; })) return true;
    }
    return false;
  };
  return !separated_by_edge_of(first, second) && !separated_by_edge_of(second, first);
}

/// Whether two polygons that do not overlap touch along more than a point: some edges lie on one line and share a stretch.
inline bool share_edge(const exact_polygon& first, const exact_polygon& second) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    const exact_point start = first[i];
    const exact_point edge = corner(first, i + 1) - start;
    for (std::size_t k = 0; k < second.size(); ++k) {
      const exact_point from = second[k] - start;
      const exact_point to = corner(second, k + 1) - start;
      if (cross(edge, from).sign() != 0 || cross(edge, to).sign() != 0) continue;
      const surd low = std::max(surd{}, std::min(dot(edge, from), dot(edge, to)));
      const surd high = std::min(dot(edge, edge), std::max(dot(edge, from), dot(edge, to)));
      if (low < high) return true;
    }
  }
  return false;
}

/// What is wrong with an assembly of pieces.
struct assembly_check {
  std::optional<std::pair<std::size_t, std::size_t>> overlapping;  ///< the first two pieces that overlap
  bool connected = false;                                          ///< whether all hang together by whole or partial edges

  /// No overlap, and connected.
  bool good() const { return !overlapping && connected; }
};

/// Looks for overlaps and for pieces that hang on by a corner or not at all.
inline assembly_check check_assembly(const std::vector<exact_polygon>& pieces) {
  assembly_check out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t k = i + 1; k < pieces.size() && !out.overlapping; ++k) {
      if (overlap(pieces[i], pieces[k])) out.overlapping = {i, k};
    }
  }
  std::vector<bool> reached(pieces.size(), false);
  std::vector<std::size_t> open;
  if (!pieces.empty()) {
    reached[0] = true;
    open.push_back(0);
  }
  std::size_t count = open.size();
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (std::size_t k = 0; k < pieces.size(); ++k) {
      if (reached[k] || !share_edge(pieces[at], pieces[k])) continue;
      reached[k] = true;
      ++count;
      open.push_back(k);
    }
  }
  out.connected = count == pieces.size();
  return out;
}

}  // namespace fewclip::data::tangram
