#pragma once
/// \file
/// From an image to what a CLIP image encoder reads.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "fewclip/core/math.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/images/resize.hpp"

namespace fewclip::images {

/// How an image of any shape becomes a square.
enum class resize_mode {
  shortest,  ///< the short side to `resize_to`, the long side in proportion, then the central square: what CLIP does
  squash,    ///< both sides to `size`, the aspect ratio is lost
  longest,   ///< the long side to `size`, the short side in proportion, then `fill` above and below or left and right
};

/// Which side gets the odd pixel where the centre is not on a pixel border.
enum class crop_mode {
  torchvision,  ///< offset = half the surplus, rounded half to even; padding begins with its smaller half: OpenAI, open_clip, CoOp, Tip-Adapter
  transformers,  ///< offset = half the surplus, rounded down; padding begins with its larger half: the processors of Hugging Face
};

/// When an image becomes red, green, blue. Without alpha there is no difference.
enum class colour_order {
  rgb_first,  ///< before the resize, alpha dropped: transformers, CoOp, Tip-Adapter, APE
  openai,     ///< after the resize and crop, which then weight colours by alpha: OpenAI's and open_clip's transform
};

inline std::string_view name_of(resize_mode mode) {
  return mode == resize_mode::shortest ? "shortest" : mode == resize_mode::squash ? "squash" : "longest";
}
inline std::string_view name_of(crop_mode mode) { return mode == crop_mode::torchvision ? "torchvision" : "transformers"; }
inline std::string_view name_of(colour_order order) { return order == colour_order::rgb_first ? "rgb_first" : "openai"; }

/// The whole way of an image into an encoder: resize, crop, colours, normalisation. The defaults are OpenAI's CLIP at 224 pixels
/// (openai/CLIP, clip.py, _transform), with the colour order of the few-shot papers.
struct preprocessing {
  index size = 224;     ///< the side of the result in pixels, 1 to 4096; 336 for ViT-L/14@336, 288, 384, 448 for RN50x4, x16, x64
  index resize_to = 0;  ///< `shortest` only: the short side before the crop; 0 means `size`
  resize_mode mode = resize_mode::shortest;                  ///< how a square comes about
  resample_filter filter = resample_filter::bicubic;         ///< how pixels are weighted
  crop_mode crop = crop_mode::torchvision;                   ///< where the centre is
  colour_order order = colour_order::rgb_first;              ///< when colours become RGB
  transparency_rule transparency = transparency_rule::drop;  ///< what becomes of colours that are not opaque; `white` before the resize
  bool upright = false;   ///< whether whoever decodes turns pictures as their EXIF orientation says; pixels in memory are as they are
  std::uint8_t fill = 0;  ///< the byte of all three colours outside the image, before normalisation
  std::array<float, 3> mean{0.48145466F, 0.4578275F, 0.40821073F};  ///< of red, green, blue in 0..1 (OpenAI)
  std::array<float, 3> std{0.26862954F, 0.26130258F, 0.27577711F};  ///< of red, green, blue, above 0 (OpenAI)

  /// Same settings, hence same identifier.
  friend bool operator==(const preprocessing&, const preprocessing&) = default;

  /// \param where what the message begins with, for example the file that the settings were read from
  /// \throws value_error naming the first setting that is out of its range
  void check(const std::string& where = "fewclip::images::preprocessing") const;

  /// All settings in one line, the same text exactly for the same settings: what feature files record. Dropped alpha and pictures that are
  /// not turned are not mentioned, as in files from before there was a choice.
  std::string identifier() const;

  /// How many floats apply() writes: 3 * size * size.
  std::size_t values() const { return static_cast<std::size_t>(3 * size * size); }

  /// The resized and cropped image, `size` x `size` pixels of 3 channels, before normalisation.
  /// \param source at least one pixel, 1 to 4 channels
  /// \throws value_error as check() \throws shape_error for an image without pixels
  image cropped(const image& source) const;

  /// (byte / 255 - mean) / std for each byte, computed in single precision as PyTorch does.
  /// \param square `size` x `size` pixels of 3 channels, such as from cropped() or a training view
  /// \param out \shape{3, size * size}: the red plane, the green plane, the blue plane, rows from the top
  /// \throws value_error as check() \throws shape_error for other extents
  void normalise(const image& square, std::span<float> out) const;

  /// cropped(), then normalise().
  /// \param source at least one pixel, 1 to 4 channels
  /// \param out \shape{3, size * size}
  /// \throws value_error as check() \throws shape_error for an image without pixels or another number of floats
  /// \cost of a resize to the part that is kept; one thread, so that many images can be done side by side
  void apply(const image& source, std::span<float> out) const { normalise(cropped(source), out); }

  /// apply() to an xtensor array or view of any dimensions.
  /// \throws shape_error also where its elements do not follow each other
  template <class Array>
  requires xtensor_array<std::remove_cvref_t<Array>>
  void apply(const image& source, Array&& out) const { apply(source, std::span<float>(fewclip::detail::elements_of(out))); }

  /// normalise() to an xtensor array or view of any dimensions.
  /// \throws shape_error also where its elements do not follow each other
  template <class Array>
  requires xtensor_array<std::remove_cvref_t<Array>>
  void normalise(const image& square, Array&& out) const { normalise(square, std::span<float>(fewclip::detail::elements_of(out))); }
};

/// Where a central square of `crop` pixels begins on a side of `length` pixels; negative where the side is shorter, for padding.
/// \param length, crop at least 1
inline index centre_offset(index length, index crop, crop_mode mode) {
  const index surplus = length - crop;
  if (surplus < 0) return mode == crop_mode::torchvision ? -(-surplus / 2) : -((1 - surplus) / 2);
  const index half = surplus / 2;
  return mode == crop_mode::torchvision && surplus % 4 == 3 ? half + 1 : half;
}

/// The extents that an image is resized to, before crop or padding.
/// \param source the extents of the image, at least 1 each
inline extent resized_extent(const preprocessing& settings, extent source) {
  const index size = settings.size;
  const bool wide = source.width > source.height;
  if (settings.mode == resize_mode::squash) return {size, size};
  if (settings.mode == resize_mode::shortest) {
    const index side = settings.resize_to == 0 ? size : settings.resize_to;
    return wide ? extent{side * source.width / source.height, side} : extent{side, side * source.height / source.width};
  }
  // open_clip: each side divided by the ratio of the long side, rounded half to even.
  const double ratio = static_cast<double>(std::max(source.width, source.height)) / static_cast<double>(size);
  const auto scaled = [&](index side) { return std::max(index{1}, static_cast<index>(std::nearbyint(static_cast<double>(side) / ratio))); };
  return {scaled(source.width), scaled(source.height)};
}

namespace detail {

/// The shortest decimal text that reads back as the same float.
inline std::string shortest_text(float value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

inline std::string list_text(const std::array<float, 3>& values) {
  return shortest_text(values[0]) + "," + shortest_text(values[1]) + "," + shortest_text(values[2]);
}

/// Part of an axis of `length` pixels that a square of `size` pixels from `offset` on shows, and where it begins in the square.
struct shown_part {
  index from;
  index count;
  index at;

  shown_part(index length, index size, index offset)
      : from(std::max(offset, index{0})), count(std::min(length, offset + size) - from), at(std::max(-offset, index{0})) {}
};

inline image on_square(const image& part, index size, index left, index top, std::uint8_t fill) {
  image out(size, size, 3);
  std::fill(out.bytes().begin(), out.bytes().end(), fill);
  for (index y = 0; y < part.height(); ++y) std::copy_n(part.row(y), 3 * part.width(), out.row(top + y) + 3 * left);
  return out;
}

}  // namespace detail

inline void preprocessing::check(const std::string& where) const {
  const auto refuse = [&](const std::string& what, const std::string& expected, const std::string& got) {
    throw value_error(expected_got(where, what, expected, got));
  };
  if (size < 1 || size > 4096) refuse("size", "1 to 4096", std::to_string(size));
  if (resize_to < 0 || resize_to > 4096) refuse("resize_to", "0 to 4096", std::to_string(resize_to));
  if (resize_to != 0 && mode != resize_mode::shortest) {
    refuse("resize_to", "0 where the mode is not shortest", std::to_string(resize_to));
  }
  for (const float value : mean) {
    if (!math::is_finite(value)) refuse("mean", "finite numbers", detail::list_text(mean));
  }
  for (const float value : std) {
    if (!math::is_finite(value) || !(value > 0)) refuse("std", "finite numbers above 0", detail::list_text(std));
  }
}

inline std::string preprocessing::identifier() const {
  const index side = mode == resize_mode::shortest && resize_to != 0 ? resize_to : size;
  return "size=" + std::to_string(size) + " resize=" + std::string(name_of(mode)) + ":" + std::to_string(side) +
         " filter=" + std::string(name_of(filter)) + " crop=" + std::string(name_of(crop)) + " order=" + std::string(name_of(order)) +
         " fill=" + std::to_string(fill) + " mean=" + detail::list_text(mean) + " std=" + detail::list_text(std) +
         (transparency == transparency_rule::drop ? "" : " transparency=" + std::string(name_of(transparency))) +
         (upright ? " orientation=upright" : "");
}

inline image preprocessing::cropped(const image& source) const {
  check();
  check_not_empty("fewclip::images::preprocessing", source);
  if (source.has_alpha() && transparency == transparency_rule::white) return cropped(on_white(source));
  if (order == colour_order::rgb_first && source.has_alpha()) return cropped(to_rgb(source));
  const extent whole = resized_extent(*this, {source.width(), source.height()});
  const detail::shown_part across(whole.width, size, centre_offset(whole.width, size, crop));
  const detail::shown_part down(whole.height, size, centre_offset(whole.height, size, crop));
  image part = resize_window(source, whole, {across.from, down.from, across.count, down.count}, filter);
  if (part.channels() != 3) part = to_rgb(part);
  if (across.count == size && down.count == size) return part;
  return detail::on_square(part, size, across.at, down.at, fill);
}

inline void preprocessing::normalise(const image& square, std::span<float> out) const {
  check();
  if (square.width() != size || square.height() != size || square.channels() != 3) {
    throw shape_error(expected_got("fewclip::images::preprocessing", "image",
                                   std::to_string(size) + " x " + std::to_string(size) + " pixels of 3 channels", square.text()));
  }
  if (out.size() != values()) {
    throw shape_error(
        expected_got("fewclip::images::preprocessing", "output", std::to_string(values()) + " floats", std::to_string(out.size())));
  }
  const index plane = size * size;
  const std::uint8_t* const bytes = square.bytes().data();
  for (std::size_t c = 0; c < 3; ++c) {
    std::array<float, 256> table;
    for (std::size_t byte = 0; byte < 256; ++byte) table[byte] = (static_cast<float>(byte) / 255.0F - mean[c]) / std[c];
    float* const to = out.data() + static_cast<index>(c) * plane;
    for (index at = 0; at < plane; ++at) to[at] = table[bytes[3 * at + static_cast<index>(c)]];
  }
}

}  // namespace fewclip::images
