#pragma once
/// \file
/// Randomly cropped and mirrored views of an image, for training and for averaged features.

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "fewclip/core/math.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/images/resize.hpp"

namespace fewclip::images {

/// How views are drawn. The defaults are those of Tip-Adapter (Zhang et al., ECCV 2022, main.py: RandomResizedCrop(224, scale=(0.5, 1),
/// BICUBIC), RandomHorizontalFlip(0.5)); the ratios are torchvision's.
struct view_settings {
  index size = 224;            ///< the side of a view in pixels, 1 to 4096
  double min_scale = 0.5;      ///< the smallest share of the area, above 0 (torchvision's own default is 0.08)
  double max_scale = 1;        ///< the largest share of the area, at least min_scale; shares above 1 are drawn in vain
  double min_ratio = 3.0 / 4;  ///< the smallest width / height, above 0
  double max_ratio = 4.0 / 3;  ///< the largest width / height, at least min_ratio
  double flip = 0.5;           ///< the probability that left and right are exchanged, 0 to 1
  resample_filter filter = resample_filter::bicubic;  ///< how pixels are weighted

  /// \throws value_error naming the first setting that is out of its range
  void check() const;
};

/// One view: what is cut out, and whether it is mirrored.
struct view_choice {
  window part;           ///< inside the image
  bool flipped = false;  ///< whether left and right are exchanged
};

namespace detail {

inline void check_view_setting(bool holds, const char* what, const char* expected, double got) {
  if (!holds) throw value_error(expected_got("fewclip::images::view_settings", what, expected, std::to_string(got)));
}

/// What remains where ten tries gave nothing that fits: the largest central part whose ratio is allowed.
inline window central_part(index width, index height, const view_settings& settings) {
  const double ratio = static_cast<double>(width) / static_cast<double>(height);
  index w = width;
  index h = height;
  if (ratio < settings.min_ratio) h = static_cast<index>(std::nearbyint(static_cast<double>(width) / settings.min_ratio));
  if (ratio > settings.max_ratio) w = static_cast<index>(std::nearbyint(static_cast<double>(height) * settings.max_ratio));
  w = std::clamp(w, index{1}, width);
  h = std::clamp(h, index{1}, height);
  return {(width - w) / 2, (height - h) / 2, w, h};
}

}  // namespace detail

inline void view_settings::check() const {
  detail::check_view_setting(size >= 1 && size <= 4096, "size", "1 to 4096", static_cast<double>(size));
  detail::check_view_setting(min_scale > 0 && math::is_finite(min_scale), "min_scale", "above 0", min_scale);
  detail::check_view_setting(max_scale >= min_scale && math::is_finite(max_scale), "max_scale", "at least min_scale", max_scale);
  detail::check_view_setting(min_ratio > 0 && math::is_finite(min_ratio), "min_ratio", "above 0", min_ratio);
  detail::check_view_setting(max_ratio >= min_ratio && math::is_finite(max_ratio), "max_ratio", "at least min_ratio", max_ratio);
  detail::check_view_setting(flip >= 0 && flip <= 1, "flip", "0 to 1", flip);
}

/// Draws view number `view`, by the rule of torchvision's RandomResizedCrop: ten times, an area uniform in the scales and the logarithm of
/// width / height uniform in that of the ratios, taken if it fits, at a uniform place; then the largest central part with an allowed ratio.
/// \param width, height of the image, at least 1
/// \param random the numbers: one stream per image (for example), positions 64 * view .. 64 * view + 63 are used
/// \param view 0, 1, 2, ...
/// \throws value_error as view_settings::check() \throws shape_error for an extent below 1
/// \determinism a function of the arguments alone, so the order of views and the number of threads do not matter. The numbers are not those
/// of PyTorch.
inline view_choice choose_view(index width, index height, const view_settings& settings, const random_stream& random, std::uint64_t view) {
  settings.check();
  check_window("fewclip::images::choose_view", width, height, {0, 0, width, height});
  const std::uint64_t start = 64 * view;
  const auto between = [](double low, double high, double at) { return low + (high - low) * at; };
  view_choice out{detail::central_part(width, height, settings), random.uniform(start + 40) < settings.flip};
  for (std::uint64_t at = start; at < start + 40; at += 4) {
    const double area = static_cast<double>(width * height) * between(settings.min_scale, settings.max_scale, random.uniform(at));
    const double ratio = std::exp(between(std::log(settings.min_ratio), std::log(settings.max_ratio), random.uniform(at + 1)));
    const auto w = static_cast<index>(std::nearbyint(std::sqrt(area * ratio)));
    const auto h = static_cast<index>(std::nearbyint(std::sqrt(area / ratio)));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const auto place = [&](index surplus, std::uint64_t position) {
      return static_cast<index>(random.uniform(position) * static_cast<double>(surplus + 1));
    };
    out.part = {place(width - w, at + 2), place(height - h, at + 3), w, h};
    break;
  }
  return out;
}

/// Cuts a view out and resizes it; what lies outside the cut has no influence, as in torchvision.
/// \param source at least one pixel
/// \param choice from choose_view with the extents of `source`
/// \returns size x size pixels with the channels of `source`; preprocessing::normalise takes it from there
/// \throws shape_error where the choice lies outside the image \throws value_error as view_settings::check()
inline image cut_view(const image& source, const view_choice& choice, const view_settings& settings) {
  settings.check();
  const image view = resize(crop(source, choice.part), {settings.size, settings.size}, settings.filter);
  return choice.flipped ? flip_horizontally(view) : view;
}

/// choose_view, then cut_view.
/// \param source at least one pixel
/// \param random the numbers of this image
/// \param view 0, 1, 2, ...
/// \throws shape_error for an image without pixels \throws value_error as view_settings::check()
inline image training_view(const image& source, const view_settings& settings, const random_stream& random, std::uint64_t view) {
  check_not_empty("fewclip::images::training_view", source);
  return cut_view(source, choose_view(source.width(), source.height(), settings, random, view), settings);
}

}  // namespace fewclip::images
