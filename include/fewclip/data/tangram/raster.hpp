#pragma once
/// \file
/// Painting polygons into pictures.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/coverage.hpp"
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

  /// Paints one shape, as fill() paints several.
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

  /// Paints a convex polygon with a stroke around it, half its width to each side, as one: exact also where the stroke is thinner than a pixel.
  /// \param shape in pixels, convex
  /// \param inside the colour within the stroke
  /// \param width of the stroke, in pixels, above 0
  /// \param line the stroke's colour
  void fill_and_stroke(const polygon& shape, colour inside, double width, colour line) {
    fill(widened(shape, width / 2.0), line);
    covered_.clear();
    covered_.add(narrowed(shape, width / 2.0));
    covered_.visit([&](index x, index y, float share) {  // what was painted as line there, by its share of the pixel, becomes the inside
      colour& pixel = at(x, y);
      pixel = {pixel.red + share * (inside.red - line.red), pixel.green + share * (inside.green - line.green),
               pixel.blue + share * (inside.blue - line.blue)};
    });
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
