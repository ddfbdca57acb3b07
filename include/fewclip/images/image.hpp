#pragma once
/// \file
/// Pixels in memory: 8 bits per channel, interleaved, row by row.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// An image that owns its pixels: 8-bit channels, interleaved, top row first, no padding between rows.
///
/// The channels are by their number: 1 grey, 2 grey and alpha, 3 red, green, blue, 4 red, green, blue, alpha. Alpha is not premultiplied.
class image {
 public:
  /// The longest side that an image can have.
  static constexpr index max_side = index{1} << 24;

  /// No pixels: width, height and channels are 0.
  image() = default;

  /// All bytes 0.
  /// \param width, height in pixels, 1 to max_side
  /// \param channels 1 to 4
  /// \throws shape_error for another extent
  image(index width, index height, index channels) : width_(width), height_(height), channels_(channels) {
    check_extents();
    bytes_.resize(size_in_bytes());
  }

  /// Takes the bytes over.
  /// \param width, height in pixels, 1 to max_side
  /// \param channels 1 to 4
  /// \param bytes height * width * channels of them, \shape{height, width * channels}
  /// \throws shape_error for another extent or number of bytes
  image(index width, index height, index channels, std::vector<std::uint8_t> bytes)
      : width_(width), height_(height), channels_(channels), bytes_(std::move(bytes)) {
    check_extents();
    if (bytes_.size() != size_in_bytes()) {
      throw shape_error(
          expected_got("fewclip::image", "bytes of " + text(), std::to_string(size_in_bytes()), std::to_string(bytes_.size())));
    }
  }

  index width() const { return width_; }                               ///< columns
  index height() const { return height_; }                             ///< rows
  index channels() const { return channels_; }                         ///< 1 to 4; 0 without pixels
  bool empty() const { return bytes_.empty(); }                        ///< whether there are no pixels
  bool has_alpha() const { return channels_ == 2 || channels_ == 4; }  ///< whether the last channel is alpha

  /// All bytes, \shape{height, width * channels}.
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// All bytes, to be changed.
  std::span<std::uint8_t> bytes() { return bytes_; }

  /// The bytes of row `y`, 0 <= y < height(); not checked.
  const std::uint8_t* row(index y) const { return bytes_.data() + y * width_ * channels_; }
  /// The bytes of row `y`, to be changed; not checked.
  std::uint8_t* row(index y) { return bytes_.data() + y * width_ * channels_; }

  /// For messages: "500 x 375 pixels of 3 channels".
  std::string text() const {
    return std::to_string(width_) + " x " + std::to_string(height_) + " pixels of " + std::to_string(channels_) +
           (channels_ == 1 ? " channel" : " channels");
  }

  /// Same extents and same bytes.
  friend bool operator==(const image&, const image&) = default;

 private:
  std::size_t size_in_bytes() const { return static_cast<std::size_t>(width_ * height_ * channels_); }

  void check_extents() const {
    if (width_ < 1 || height_ < 1 || width_ > max_side || height_ > max_side) {
      throw shape_error(expected_got("fewclip::image", "width and height", "1 to " + std::to_string(max_side) + " pixels each",
                                     std::to_string(width_) + " x " + std::to_string(height_)));
    }
    if (channels_ < 1 || channels_ > 4) {
      throw shape_error(expected_got("fewclip::image", "channels", "1 to 4", std::to_string(channels_)));
    }
  }

  index width_ = 0;
  index height_ = 0;
  index channels_ = 0;
  std::vector<std::uint8_t> bytes_;
};

namespace images {

/// A rectangle of an image, in pixels.
struct window {
  index left = 0;    ///< the first column
  index top = 0;     ///< the first row
  index width = 0;   ///< the number of columns, at least 1 where the window is used
  index height = 0;  ///< the number of rows, at least 1 where the window is used

  /// Same place and extents.
  friend bool operator==(const window&, const window&) = default;

  /// For messages: "224 x 224 pixels at column 38, row 0".
  std::string text() const {
    return std::to_string(width) + " x " + std::to_string(height) + " pixels at column " + std::to_string(left) + ", row " +
           std::to_string(top);
  }
};

/// Refuses a window that does not lie inside width x height pixels.
/// \param where what messages begin with
/// \throws shape_error
inline void check_window(const std::string& where, index width, index height, const window& part) {
  const bool inside = part.left >= 0 && part.top >= 0 && part.width >= 1 && part.height >= 1 && part.width <= width &&
                      part.height <= height && part.left <= width - part.width && part.top <= height - part.height;
  if (!inside) {
    throw shape_error(
        expected_got(where, "window", "at least one pixel inside " + std::to_string(width) + " x " + std::to_string(height), part.text()));
  }
}

/// Refuses an image without pixels.
/// \param where what messages begin with
/// \throws shape_error
inline void check_not_empty(const std::string& where, const image& source) {
  if (source.empty()) throw shape_error(expected_got(where, "image", "at least one pixel", "none"));
}

/// The pixels of a window.
/// \throws shape_error where it does not lie inside the image
inline image crop(const image& source, const window& part) {
  check_window("fewclip::images::crop", source.width(), source.height(), part);
  image out(part.width, part.height, source.channels());
  const auto row_bytes = part.width * source.channels();
  for (index y = 0; y < part.height; ++y) {
    const std::uint8_t* const from = source.row(part.top + y) + part.left * source.channels();
    std::copy(from, from + row_bytes, out.row(y));
  }
  return out;
}

/// Left and right exchanged.
inline image flip_horizontally(const image& source) {
  check_not_empty("fewclip::images::flip_horizontally", source);
  image out(source.width(), source.height(), source.channels());
  const index channels = source.channels();
  for (index y = 0; y < source.height(); ++y) {
    const std::uint8_t* const from = source.row(y);
    std::uint8_t* const to = out.row(y);
    for (index x = 0; x < source.width(); ++x) std::copy_n(from + x * channels, channels, to + (source.width() - 1 - x) * channels);
  }
  return out;
}

/// What becomes of colours that are not opaque.
enum class transparency_rule {
  drop,   ///< alpha is dropped, the colour below it shows: Pillow's `convert("RGB")`, open_clip, transformers until version 4
  white,  ///< laid on white: transformers since version 5
};

/// "drop" or "white".
inline std::string_view name_of(transparency_rule rule) { return rule == transparency_rule::drop ? "drop" : "white"; }

/// Red, green and blue: grey is repeated, alpha is dropped without blending, as Pillow's `convert("RGB")` does.
inline image to_rgb(const image& source) {
  check_not_empty("fewclip::images::to_rgb", source);
  if (source.channels() == 3) return source;
  image out(source.width(), source.height(), 3);
  const index channels = source.channels();
  const index green = channels < 3 ? 0 : 1;
  const std::uint8_t* from = source.bytes().data();
  std::uint8_t* to = out.bytes().data();
  for (index pixel = source.width() * source.height(); pixel > 0; --pixel, from += channels, to += 3) {
    to[0] = from[0];
    to[1] = from[green];
    to[2] = from[2 * green];
  }
  return out;
}

namespace detail {

/// A colour with some alpha on white, rounded to the nearest as in Pillow's `alpha_composite`.
inline void lay_on_white(std::uint8_t* colour, int alpha) {
  for (int c = 0; c < 3; ++c) colour[c] = static_cast<std::uint8_t>((colour[c] * alpha + 255 * (255 - alpha) + 127) / 255);
}

}  // namespace detail

/// Red, green and blue: grey is repeated, colours that are not opaque are laid on white, as transformers does since version 5.
inline image on_white(const image& source) {
  image out = to_rgb(source);
  if (!source.has_alpha()) return out;
  const index channels = source.channels();
  const std::uint8_t* alpha = source.bytes().data() + channels - 1;
  std::uint8_t* to = out.bytes().data();
  for (index pixel = source.width() * source.height(); pixel > 0; --pixel, alpha += channels, to += 3) detail::lay_on_white(to, *alpha);
  return out;
}

}  // namespace images
}  // namespace fewclip
