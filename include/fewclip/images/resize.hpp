#pragma once
/// \file
/// Resizing as Pillow does it, to the last bit.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/images/detail/resample_passes.hpp"
#include "fewclip/images/image.hpp"

namespace fewclip::images {

/// How pixels are weighted; the numbers are Pillow's.
enum class resample_filter {
  nearest = 0,   ///< the pixel under the centre, no smoothing
  lanczos = 1,   ///< sinc(t) sinc(t/3), three pixels to each side
  bilinear = 2,  ///< a triangle, one pixel to each side
  bicubic = 3,   ///< Keys' cubic with a = -0.5, two pixels to each side; what CLIP uses
};

/// "nearest", "lanczos", "bilinear" or "bicubic".
inline std::string_view name_of(resample_filter filter) {
  switch (filter) {
    case resample_filter::nearest:
      return "nearest";
    case resample_filter::lanczos:
      return "lanczos";
    case resample_filter::bilinear:
      return "bilinear";
    default:
      return "bicubic";
  }
}

/// Width and height in pixels.
struct extent {
  index width = 0;   ///< columns
  index height = 0;  ///< rows

  /// Same extents.
  friend bool operator==(const extent&, const extent&) = default;
};

namespace detail {

inline resample_weights weights_of(resample_filter filter, index from, index to, index begin, index outputs) {
  switch (filter) {
    case resample_filter::lanczos:
      return make_weights<lanczos_curve>(from, to, begin, outputs);
    case resample_filter::bilinear:
      return make_weights<linear_curve>(from, to, begin, outputs);
    default:
      return make_weights<cubic_curve>(from, to, begin, outputs);
  }
}

/// The input under the centre of each output. Pillow adds up the step, so its rounding errors are repeated.
inline std::vector<index> nearest_places(index from, index to, index begin, index outputs) {
  const double step = static_cast<double>(from) / static_cast<double>(to);
  std::vector<index> out;
  double at = rounded_product(step, 0.5);
  for (index i = 0; i < begin + outputs; ++i, at += step) {
    if (i >= begin) out.push_back(std::min(static_cast<index>(at), from - 1));
  }
  return out;
}

inline image nearest(const image& source, extent size, const window& part) {
  const std::vector<index> columns = nearest_places(source.width(), size.width, part.left, part.width);
  const std::vector<index> rows = nearest_places(source.height(), size.height, part.top, part.height);
  const index channels = source.channels();
  image out(part.width, part.height, channels);
  std::uint8_t* to = out.bytes().data();
  for (const index y : rows) {
    const std::uint8_t* const row = source.row(y);
    for (const index x : columns) to = std::copy_n(row + x * channels, channels, to);
  }
  return out;
}

/// Both passes on channels that are independent of each other. A pass that does not change the length is left out.
inline image two_passes(const image& source, extent size, const window& part, resample_filter filter) {
  const bool along_rows = source.width() != size.width;
  if (source.height() == size.height) {
    if (!along_rows) return crop(source, part);
    const resample_weights weights = weights_of(filter, source.width(), size.width, part.left, part.width);
    row_pass pass(source.width(), source.channels(), weights);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(part.width * part.height * source.channels()) + 1);
    for (index y = 0; y < part.height; ++y) {
      pass(source.row(part.top + y), bytes.data() + y * part.width * source.channels());
    }
    bytes.pop_back();
    return {part.width, part.height, source.channels(), std::move(bytes)};
  }
  resample_weights down = weights_of(filter, source.height(), size.height, part.top, part.height);
  const index pitch = part.width * source.channels();
  image out(part.width, part.height, source.channels());
  if (!along_rows) {
    const std::uint8_t* const from = source.bytes().data() + part.left * source.channels();
    for (index y = 0; y < part.height; ++y) column_pass(from, source.width() * source.channels(), down, y, pitch, out.row(y));
    return out;
  }
  const resample_weights across = weights_of(filter, source.width(), size.width, part.left, part.width);
  const index begin = down.begin();  // rows before and behind are never read
  const index end = down.end();
  std::vector<std::uint8_t> between(static_cast<std::size_t>((end - begin) * pitch) + 1);
  row_pass pass(source.width(), source.channels(), across);
  for (index y = begin; y < end; ++y) pass(source.row(y), between.data() + (y - begin) * pitch);
  for (index& first : down.first) first -= begin;
  for (index y = 0; y < part.height; ++y) column_pass(between.data(), pitch, down, y, pitch, out.row(y));
  return out;
}

/// Colours times alpha / 255, rounded as Pillow rounds.
inline image premultiplied(image pixels) {
  const index channels = pixels.channels();
  std::uint8_t* at = pixels.bytes().data();
  for (index left = pixels.width() * pixels.height(); left > 0; --left, at += channels) {
    const unsigned alpha = at[channels - 1];
    for (index c = 0; c + 1 < channels; ++c) {
      const unsigned t = at[c] * alpha + 128;
      at[c] = static_cast<std::uint8_t>((t + (t >> 8)) >> 8);
    }
  }
  return pixels;
}

/// Colours times 255 / alpha, rounded down as Pillow does; unchanged where alpha is 0 or 255.
inline image divided_by_alpha(image pixels) {
  const index channels = pixels.channels();
  std::uint8_t* at = pixels.bytes().data();
  for (index left = pixels.width() * pixels.height(); left > 0; --left, at += channels) {
    const unsigned alpha = at[channels - 1];
    if (alpha == 0 || alpha == 255) continue;
    for (index c = 0; c + 1 < channels; ++c) at[c] = static_cast<std::uint8_t>(std::min(255U, 255U * at[c] / alpha));
  }
  return pixels;
}

}  // namespace detail

/// A window of the image that `resize(source, size, filter)` gives, without computing the rest: the crop of a preprocessing.
/// \param source at least one pixel
/// \param size the extents of the whole resized image, at least 1 each; sides above image::max_side are fine, for only the window is made
/// \param part the window, inside `size`
/// \param filter how pixels are weighted
/// \throws shape_error for an image without pixels, an extent below 1, or a window outside
inline image resize_window(const image& source, extent size, const window& part, resample_filter filter = resample_filter::bicubic) {
  check_not_empty("fewclip::images::resize", source);
  if (size.width < 1 || size.height < 1) {
    throw shape_error(expected_got("fewclip::images::resize", "size", "at least 1 x 1 pixels",
                                   std::to_string(size.width) + " x " + std::to_string(size.height)));
  }
  check_window("fewclip::images::resize", size.width, size.height, part);
  if (size == extent{source.width(), source.height()}) return crop(source, part);
  if (filter == resample_filter::nearest) return detail::nearest(source, size, part);
  if (!source.has_alpha()) return detail::two_passes(source, size, part, filter);
  return detail::divided_by_alpha(detail::two_passes(detail::premultiplied(source), size, part, filter));
}

/// Resizes as Pillow's `Image.resize(size, filter)` does, equal in every byte: integer arithmetic with 22 fractional bits, rows before columns,
/// an 8-bit image between the passes, the filter stretched by the shrink factor. A size that is already right gives a copy.
///
/// Images with alpha are multiplied by it first and divided by it afterwards, as Pillow does for its modes LA and RGBA (not for `nearest`).
///
/// \param source at least one pixel
/// \param size the extents of the result
/// \param filter how pixels are weighted
/// \throws shape_error for an image without pixels or an extent outside 1 to image::max_side
/// \cost one multiplication per byte and tap: about 2 x 2 x max(1, shrink factor) taps per pass for bicubic; one thread
/// \determinism the same bytes on every machine
inline image resize(const image& source, extent size, resample_filter filter = resample_filter::bicubic) {
  return resize_window(source, size, {0, 0, size.width, size.height}, filter);
}

}  // namespace fewclip::images
