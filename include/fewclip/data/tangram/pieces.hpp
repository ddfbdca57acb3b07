#pragma once
/// \file
/// The seven pieces, and laying one against another.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "fewclip/core/error.hpp"
#include "fewclip/data/tangram/exact.hpp"

namespace fewclip::data::tangram {

/// The five shapes of the seven pieces.
enum class piece_shape {
  large_triangle,   ///< legs 2, two pieces
  medium_triangle,  ///< legs sqrt(2), one piece
  small_triangle,   ///< legs 1, two pieces
  square,           ///< sides 1, one piece
  parallelogram,    ///< sides 1 and sqrt(2), one piece; the only one that mirroring changes
};

/// "large triangle", "medium triangle", ...
inline std::string_view name_of(piece_shape shape) {
  constexpr std::array<std::string_view, 5> names = {"large triangle", "medium triangle", "small triangle", "square", "parallelogram"};
  return names[static_cast<std::size_t>(shape)];
}

/// The pieces of a set: two large triangles, a medium one, two small ones, a square, a parallelogram.
inline constexpr std::array<piece_shape, 7> seven_pieces = {
    piece_shape::large_triangle, piece_shape::large_triangle, piece_shape::medium_triangle, piece_shape::small_triangle,
    piece_shape::small_triangle, piece_shape::square,         piece_shape::parallelogram};

/// The leg of the small triangle on the lattice. Halves and quarters of every edge in every direction are lattice points.
inline constexpr std::int64_t unit = 8;

/// Directions as multiples of 45 degrees, counter-clockwise from the east. An edge is named by the direction that it faces.
enum compass : int { east = 0, north_east, north, north_west, west, south_west, south, south_east };

/// The outline of a piece with one corner at the origin.
///
/// A triangle is turned so that its longest edge faces `facing`; a square so that one edge does; a parallelogram so that a short edge does: seen
/// along a short edge that faces north, the top is shifted to the east, or to the west if mirrored.
/// \param shape which piece
/// \param facing the direction of the edge that is named
/// \param mirrored for the parallelogram; the others are their own mirror images
inline exact_polygon outline(piece_shape shape, compass facing, bool mirrored = false) {
  constexpr std::int64_t u = unit;
  const auto right_triangle = [](surd leg) { return exact_polygon{{{}, {}}, {leg, {}}, {{}, leg}}; };  // faces the north-east
  exact_polygon out;
  int turns = facing;
  switch (shape) {
    case piece_shape::large_triangle:
      out = right_triangle({2 * u, 0});
      turns -= north_east;
      break;
    case piece_shape::medium_triangle:  // legs of a whole length times the root: built facing north, from the unit square's diagonals
      out = {{{}, {}}, {{u, 0}, {u, 0}}, {{-u, 0}, {u, 0}}};
      turns -= north;
      break;
    case piece_shape::small_triangle:
      out = right_triangle({u, 0});
      turns -= north_east;
      break;
    case piece_shape::square:
      out = {{{}, {}}, {{u, 0}, {}}, {{u, 0}, {u, 0}}, {{}, {u, 0}}};
      break;
    default:
      out = mirrored ? exact_polygon{{{}, {}}, {{u, 0}, {}}, {{}, {u, 0}}, {{-u, 0}, {u, 0}}}
                     : exact_polygon{{{}, {}}, {{u, 0}, {}}, {{2 * u, 0}, {u, 0}}, {{u, 0}, {u, 0}}};
      turns -= north;
  }
  for (exact_point& p : out) p = turned(p, turns);
  return out;
}

/// The first corner of the edge that faces a direction; the polygon's size where none does.
inline std::size_t edge_facing(const exact_polygon& shape, compass direction) {
  const exact_point along = turned({{2, 0}, {}}, direction + 2);  // edges run counter-clockwise: with the outside to their right
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const exact_point edge = corner(shape, i + 1) - shape[i];
    if (cross(along, edge).sign() == 0 && dot(along, edge).sign() > 0) return i;
  }
  return shape.size();
}

/// How a piece lies along the edge of another.
struct along_edge {
  int slide =
      2;  ///< quarters of the difference of lengths: 0 flush at the right end (looking out of the other piece), 2 centred, 4 flush left
  int shift = 0;  ///< quarters of the other piece's edge, to the left
};

/// Moves a piece so that its edge that faces the opposite direction lies along an edge of another piece.
/// \param shape the piece, see outline()
/// \param other the piece that stays
/// \param direction which edge of `other`
/// \param place where along the edge
/// \throws value_error where one of them has no such edge
inline exact_polygon laid_against(exact_polygon shape, const exact_polygon& other, compass direction, along_edge place = {}) {
  const auto opposite = static_cast<compass>((direction + 4) % 8);
  const std::size_t own = edge_facing(shape, opposite);
  const std::size_t on = edge_facing(other, direction);
  if (own == shape.size() || on == other.size()) {
    throw value_error(expected_got("fewclip::data::tangram::laid_against", own == shape.size() ? "shape" : "other",
                                   "an edge that faces direction " + std::to_string(own == shape.size() ? opposite : direction), "none"));
  }
  const exact_point edge = corner(other, on + 1) - other[on];
  const exact_point own_edge = corner(shape, own + 1) - shape[own];
  const auto quarter = [](surd z, int times) { return surd{z.a * times / 4, z.b * times / 4}; };
  const auto fraction = [&](exact_point v, int times) { return exact_point{quarter(v.x, times), quarter(v.y, times)}; };
  const exact_point slack = edge + own_edge;  // own_edge runs the other way
  const exact_point move = other[on] + fraction(slack, place.slide) + fraction(edge, place.shift) - corner(shape, own + 1);
  for (exact_point& p : shape) p = p + move;
  return shape;
}

}  // namespace fewclip::data::tangram
