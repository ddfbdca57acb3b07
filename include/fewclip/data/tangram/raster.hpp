#pragma once
/// \file
/// Polygons to pixels: the exact share of every pixel that a shape covers.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/geometry.hpp"
#include "fewclip/images/image.hpp"

namespace fewclip::data::tangram {

/// Red, green and blue, 0 to 255 each, mixed without gamma as browsers do.
struct colour {
  float red = 0.0F;    ///< 0 to 255
  float green = 0.0F;  ///< 0 to 255
  float blue = 0.0F;   ///< 0 to 255

  friend bool operator==(const colour&, const colour&) = default;  ///< same numbers

  /// A weighted mean: `share` of `other`, the rest of this one.
  colour mixed(colour other, float share) const {
    return {red + share * (other.red - red), green + share * (other.green - green), blue + share * (other.blue - blue)};
  }
};

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

/// A picture that is being painted.
class canvas {
 public:
  /// One colour everywhere.
  /// \param width, height in pixels, at least 1
  canvas(index width, index height, colour background)
      : width_(width), height_(height), pixels_(static_cast<std::size_t>(width * height), background), covered_(width, height) {}

  index width() const { return width_; }    ///< columns
  index height() const { return height_; }  ///< rows

  /// A pixel; not checked.
  colour& at(index x, index y) { return pixels_[static_cast<std::size_t>(y * width_ + x)]; }

  /// Paints shapes together, so that where they touch no seam shows.
  /// \param shapes in pixels; they must not overlap
  /// \param paint colour, or a function of (x, y) in pixels that returns one
  /// \param opacity 0 to 1
  template <class Paint>
  void fill(const std::vector<polygon>& shapes, const Paint& paint, float opacity = 1.0F) {
    covered_.clear();
    for (const polygon& shape : shapes) covered_.add(shape);
    apply(paint, opacity);
  }

  /// Paints one shape, see above.
  template <class Paint>
  void fill(const polygon& shape, const Paint& paint, float opacity = 1.0F) {
    covered_.clear();
    covered_.add(shape);
    apply(paint, opacity);
  }

  /// Paints the outline of a convex polygon, half its width to each side; sharp corners are mitred up to 4 widths, as in SVG.
  /// \param shape in pixels, convex
  /// \param width in pixels
  /// \param paint see fill
  template <class Paint>
  void stroke(const polygon& shape, double width, const Paint& paint) {
    covered_.clear();
    covered_.add(widened(shape, width / 2.0));
    const polygon hole = narrowed(shape, width / 2.0);
    if (!hole.empty()) covered_.add(hole, -1.0F);
    apply(paint, 1.0F);
  }

  /// Rounded to bytes, 3 channels.
  image to_image() const {
    image out(width_, height_, 3);
    const auto byte = [](float value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F); };
    std::uint8_t* to = out.bytes().data();
    for (const colour& each : pixels_) {
      *to++ = byte(each.red);
      *to++ = byte(each.green);
      *to++ = byte(each.blue);
    }
    return out;
  }

 private:
  template <class Paint>
  void apply(const Paint& paint, float opacity) {
    covered_.visit([&](index x, index y, float share) {
      colour& pixel = at(x, y);
      if constexpr (std::is_same_v<Paint, colour>) {
        pixel = pixel.mixed(paint, share * opacity);
      } else {
        pixel = pixel.mixed(paint(x, y), share * opacity);
      }
    });
  }

  /// All edges moved outwards.
  static polygon widened(const polygon& shape, double by) {
    const double sense = signed_area(shape) < 0.0 ? -1.0 : 1.0;
    const auto normal = [&](std::size_t i) {
      const point edge = shape[(i + 1) % shape.size()] - shape[i % shape.size()];
      const double length = std::hypot(edge.x, edge.y);
      return length > 0.0 ? point{sense * edge.y / length, -sense * edge.x / length} : point{};
    };
    polygon out;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const point before = normal(i + shape.size() - 1);
      const point after = normal(i);
      const double scale = 1.0 + before.x * after.x + before.y * after.y;  // 2 cos^2 of half the turn; the mitre is (2 / scale)^(1/2) long
      if (scale < 2.0 / 16.0) {
        out.push_back(shape[i] + by * before);
        out.push_back(shape[i] + by * after);
      } else {
        out.push_back(shape[i] + (by / scale) * (before + after));
      }
    }
    return out;
  }

  /// All edges moved inwards; no points where nothing is left.
  static polygon narrowed(const polygon& shape, double by) {
    const double sense = signed_area(shape) < 0.0 ? -1.0 : 1.0;
    polygon out = shape;
    for (std::size_t i = 0; i < shape.size() && !out.empty(); ++i) {
      const point edge = shape[(i + 1) % shape.size()] - shape[i];
      const double length = std::hypot(edge.x, edge.y);
      if (length == 0.0) continue;
      const point inward{-sense * edge.y / length, sense * edge.x / length};
      out = half_of(out, shape[i] + by * inward, inward);
    }
    return out;
  }

  index width_;
  index height_;
  std::vector<colour> pixels_;  // [height, width]
  coverage covered_;
};

}  // namespace fewclip::data::tangram
