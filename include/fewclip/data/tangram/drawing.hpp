#pragma once
/// \file
/// A tangram as a drawing: seven polygons in a view box.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/tangram/geometry.hpp"

namespace fewclip::data::tangram {

/// One of the seven pieces in its place.
struct piece {
  int id = 0;       ///< 1 to 7
  polygon outline;  ///< convex, 3 or 4 corners, in drawing units
};

/// Seven pieces and the rectangle that a picture shows.
struct drawing {
  box view;                     ///< drawing units; y down
  std::array<piece, 7> pieces;  ///< in the order in which they are painted, ids 1 to 7 each once

  /// The piece with an id.
  /// \throws value_error for an id that no piece has
  const piece& with_id(int id) const {
    for (const piece& each : pieces) {
      if (each.id == id) return each;
    }
    throw value_error(expected_got("fewclip::data::tangram::drawing", "id", "1 to 7", std::to_string(id)));
  }

  /// All outlines, in the order of painting.
  std::vector<polygon> outlines() const {
    std::vector<polygon> out;
    for (const piece& each : pieces) out.push_back(each.outline);
    return out;
  }
};

/// The view as a square: the smaller side is extended by the same length at both ends.
inline box squared(const box& view) {
  const double side = std::max(view.width(), view.height());
  const double more_x = (side - view.width()) / 2.0;
  const double more_y = (side - view.height()) / 2.0;
  return {view.left - more_x, view.top - more_y, view.right + more_x, view.bottom + more_y};
}

/// The map from a square view to a picture of side x side pixels.
inline affine to_pixels(const box& view, double side) {
  const double scale = side / view.width();
  return {scale, 0.0, 0.0, scale, -view.left * scale, -view.top * scale};
}

}  // namespace fewclip::data::tangram
