#pragma once
/// \file
/// Polygons to pixels: the exact share of every pixel that a shape covers.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/geometry.hpp"

namespace fewclip::data::tangram {

/// How much of each pixel a set of shapes covers.
///
/// Each edge adds, row by row, its height to all pixels on its right and the part to the right of it in the pixels that it crosses; a running sum
/// over a row then gives the areas. This is exact for polygons up to rounding, whatever their size. Shapes that touch add up without a seam.
class coverage {
 public:
  /// Nothing is covered.
  /// \param width, height in pixels, at least 1
  coverage(index width, index height) : width_(width), height_(height), cells_(static_cast<std::size_t>((width + 2) * height)) { clear(); }

  /// Nothing is covered again; costs the rows that were touched.
  void clear() {
    if (first_row_ < last_row_) {
      std::fill(cells_.begin() + first_row_ * stride(), cells_.begin() + last_row_ * stride(), 0.0F);
    }
    first_row_ = height_;
    last_row_ = 0;
    first_column_ = width_;
    last_column_ = 0;
  }

  /// Adds a polygon; parts outside the picture do not count.
  /// \param shape in pixels, either sense of rotation, not crossing itself
  /// \param weight 1 to cover, -1 to cut a hole into what covers it already
  void add(const polygon& shape, float weight = 1.0F) {
    const double sense = signed_area(shape) < 0.0 ? -weight : weight;
    for (std::size_t i = 0; i < shape.size(); ++i) add_edge(shape[i], shape[(i + 1) % shape.size()], sense);
  }

  /// Calls visit(x, y, share) for every pixel of which some share, above 0 and at most 1, is covered.
  template <class Visitor>
  void visit(Visitor&& visitor) const {
    const index end = std::min(last_column_ + 1, width_);
    for (index y = first_row_; y < last_row_; ++y) {
      const float* const row = cells_.data() + y * stride();
      float sum = 0.0F;
      for (index x = first_column_; x < end; ++x) {
        sum += row[x];
        const float share = std::min(std::abs(sum), 1.0F);
        if (share > 1e-5F) visitor(x, y, share);
      }
    }
  }

 private:
  index stride() const { return width_ + 2; }

  void add_edge(point p, point q, double sense) {
    if (p.y == q.y) return;
    if (p.y > q.y)
      std::swap(p, q);
    else
      sense = -sense;
    const double slope = (q.x - p.x) / (q.y - p.y);
    const double top = std::max(p.y, 0.0);
    const double bottom = std::min(q.y, static_cast<double>(height_));
    if (top >= bottom) return;
    const auto first = static_cast<index>(top);
    const auto end = static_cast<index>(std::ceil(bottom));
    first_row_ = std::min(first_row_, first);
    last_row_ = std::max(last_row_, end);
    for (index y = first; y < end; ++y) {
      const double from = std::max(top, static_cast<double>(y));
      const double to = std::min(bottom, static_cast<double>(y + 1));
      add_stretch(cells_.data() + y * stride(), p.x + (from - p.y) * slope, p.x + (to - p.y) * slope, sense * (to - from));
    }
  }

  /// An edge within one row: from x0 at its one end to x1 at its other.
  void add_stretch(float* row, double x0, double x1, double height) {
    const auto limit = static_cast<double>(width_);
    if (x0 > x1) std::swap(x0, x1);
    first_column_ = std::min(first_column_, static_cast<index>(std::clamp(x0, 0.0, limit)));
    last_column_ = std::max(last_column_, static_cast<index>(std::clamp(x1, 0.0, limit)));
    if (x0 >= limit) return;
    const double per_column = x1 > x0 ? height / (x1 - x0) : 0.0;
    if (x0 < 0.0) {
      const double outside = x1 <= 0.0 ? height : -x0 * per_column;
      row[0] += static_cast<float>(outside);
      height -= outside;
      if (x1 <= 0.0) return;
      x0 = 0.0;
    }
    if (x1 > limit) {
      height -= (x1 - limit) * per_column;
      x1 = limit;
    }
    for (auto x = static_cast<index>(x0);; ++x) {
      const auto left = static_cast<double>(x);
      const double end = std::min(x1, left + 1.0);
      const double part = end == x1 ? height : (end - x0) * per_column;
      const double middle = (x0 + end) / 2.0 - left;
      row[x] += static_cast<float>(part * (1.0 - middle));
      row[x + 1] += static_cast<float>(part * middle);
      if (end == x1) return;
      height -= part;
      x0 = end;
    }
  }

  index width_;
  index height_;
  std::vector<float> cells_;  // [height, width + 2]: differences along a row
  index first_row_ = 0;
  index last_row_ = 0;
  index first_column_ = 0;
  index last_column_ = 0;
};

}  // namespace fewclip::data::tangram
