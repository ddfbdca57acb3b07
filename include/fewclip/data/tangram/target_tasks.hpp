#pragma once
/// \file
/// Few-shot tasks: tangrams drawn unlike those of the pre-training pictures.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/data/tangram/detail/draws.hpp"
#include "fewclip/data/tangram/generator.hpp"
#include "fewclip/data/tangram/scenes.hpp"
#include "fewclip/data/tangram/textures.hpp"

namespace fewclip::data::tangram {

/// How the pictures of a task differ from those of make_scene.
enum class domain_shift {
  none,      ///< as there: one colour on a plain background
  outline,   ///< lines around the pieces, nothing inside
  texture,   ///< pieces and background with patterns of their own
  rotation,  ///< turned by up to 45 degrees to either side
  clutter,   ///< plain shapes lie around and partly over it
  noise      ///< pale, under noise of up to 70 of 255
};

/// The names of the shifts, by their numbers.
inline constexpr std::array<std::string_view, 6> domain_shift_names = {"none", "outline", "texture", "rotation", "clutter", "noise"};

/// "none", "outline", "texture", "rotation", "clutter" or "noise".
inline std::string_view name_of(domain_shift shift) { return domain_shift_names[static_cast<std::size_t>(shift)]; }

/// The shift of a name.
/// \throws value_error for a name that no shift has, with the nearest one
inline domain_shift domain_shift_called(std::string_view name) {
  const auto found = std::find(domain_shift_names.begin(), domain_shift_names.end(), name);
  if (found != domain_shift_names.end()) return static_cast<domain_shift>(found - domain_shift_names.begin());
  const std::vector<std::string> known(domain_shift_names.begin(), domain_shift_names.end());
  throw value_error("fewclip::data::tangram::domain_shift_called: no task '" + std::string(name) + "'; did you mean '" +
                    nearest_name(name, known) + "'?");
}

/// A list of classes and their pictures.
struct target_task {
  domain_shift shift = domain_shift::none;  ///< how they are drawn
  std::vector<index> kinds;                 ///< [classes]: see kind_name

  /// The classes for prompts, in label order.
  std::vector<std::string> class_names() const {
    std::vector<std::string> out;
    for (const index kind : kinds) out.emplace_back(kind_name(kind));
    return out;
  }

  /// A picture.
  /// \param label 0 .. classes-1
  /// \param sample its number within the class; different numbers give different pictures
  /// \param seed of the task, any
  /// \param side pixels, at least 16
  /// \throws value_error for another label or a smaller side
  image picture(index label, index sample, std::uint64_t seed, index side = 64) const;
};

namespace detail {

inline std::vector<polygon> all_placed(const std::vector<polygon>& shapes, const affine& map) {
  std::vector<polygon> out;
  for (const polygon& shape : shapes) out.push_back(map(shape));
  return out;
}

inline void paint_clutter(canvas& out, draws& draw, const texture& background, double full) {
  for (index count = 7 + draw.below(4); count > 0; --count) {
    const polygon shape = outline(static_cast<plain_shape>(draw.below(static_cast<index>(plain_shape_count))));
    const double half = full * draw.between(0.05, 0.1);
    const affine map = affine::moved(draw.between(0.0, full), draw.between(0.0, full)) * affine::rotated(draw.between(0.0, 6.3)) *
                       affine::scaled(half, half);
    out.fill(map(shape), visible_colour(draw, background).value);
  }
}

inline void add_noise(canvas& out, draws& draw, float strength) {
  const random_stream noise(draw.bits());
  for (index y = 0; y < out.height(); ++y) {
    for (index x = 0; x < out.width(); ++x) {
      const std::uint64_t bits = noise.bits(static_cast<std::uint64_t>(y * out.width() + x));
      const auto part = [&](int from) { return strength * (static_cast<float>((bits >> from) & 0xFFFFU) / 32768.0F - 1.0F); };
      colour& pixel = out.at(x, y);
      pixel = {pixel.red + part(0), pixel.green + part(16), pixel.blue + part(32)};
    }
  }
}

/// Another texture than the background's, in colours that differ from it.
inline texture drawn_filling(draws& draw, const texture& background) {
  texture out = background;
  out.kind = static_cast<pattern>(1 + draw.below(3));
  out.first = visible_colour(draw, background).value;
  out.second = visible_colour(draw, background).value;
  for (int attempt = 0; attempt < 20 && difference(out.first, out.second) < 50.0F; ++attempt) {
    out.second = visible_colour(draw, background).value;
  }
  out.period = draw.between(0.08, 0.16);
  out.angle += draw.between(0.6, 2.4);
  return out;
}

}  // namespace detail

inline image target_task::picture(index label, index sample, std::uint64_t seed, index side) const {
  const std::string where = "fewclip::data::tangram::target_task::picture";
  if (label < 0 || label >= static_cast<index>(kinds.size())) {
    throw value_error(expected_got(where, "label", "0 to " + std::to_string(static_cast<index>(kinds.size()) - 1), std::to_string(label)));
  }
  if (side < 16) throw value_error(expected_got(where, "side", "at least 16", std::to_string(side)));
  const index kind = kinds[static_cast<std::size_t>(label)];
  detail::draws draw(
      seed, (static_cast<std::uint64_t>(sample) << 16) | static_cast<std::uint64_t>(kind << 8) | static_cast<std::uint64_t>(shift));
  const auto full = static_cast<double>(side);
  const bool turns = shift == domain_shift::rotation;
  const tangram made = make_tangram(kind, draw.bits(), {.largest_turn = turns ? 45.0 : 8.0, .margin = 0.02});
  const double half = full * draw.between(0.34, 0.46);
  const affine place{half, 0.0, 0.0, half, draw.between(half, full - half), draw.between(half, full - half)};
  const std::vector<polygon> shapes = detail::all_placed(detail::normalised(made.picture), place);

  texture background = detail::drawn_background(draw, side).first;
  if (shift != domain_shift::texture) background.kind = pattern::plain;
  const colour fill = detail::visible_colour(draw, background).value;
  canvas out = detail::painted_background(background, side);
  switch (shift) {
    case domain_shift::outline:
      for (const polygon& shape : shapes) out.stroke(shape, full / 48.0, fill);
      break;
    case domain_shift::texture:
      out.fill(shapes, detail::drawn_filling(draw, background));
      break;
    case domain_shift::clutter:
      out.fill(shapes, fill);
      detail::paint_clutter(out, draw, background, full);
      break;
    case domain_shift::noise:
      out.fill(shapes, background.first.mixed(fill, 0.6F));
      detail::add_noise(out, draw, 70.0F);
      break;
    default:
      out.fill(shapes, fill);
  }
  return out.to_image();
}

/// The task with a shift and classes of its own choice, drawn from the kinds by the shift alone; fewer classes are some of more.
/// \param shift any, also none
/// \param classes 2 .. kind_count
/// \throws value_error for another number
inline target_task make_target_task(domain_shift shift, index classes = 16) {
  if (classes < 2 || classes > kind_count) {
    throw value_error(
        expected_got("fewclip::data::tangram::make_target_task", "classes", "2 to " + std::to_string(kind_count), std::to_string(classes)));
  }
  std::vector<index> kinds = random_stream(1, static_cast<std::uint64_t>(shift)).permutation(kind_count);
  kinds.resize(static_cast<std::size_t>(classes));
  std::sort(kinds.begin(), kinds.end());
  return {shift, std::move(kinds)};
}

/// The five tasks with a shift, see make_target_task.
/// \param classes per task, 2 .. kind_count
/// \throws value_error for another number
inline std::vector<target_task> target_tasks(index classes = 16) {
  std::vector<target_task> out;
  for (const domain_shift shift :
       {domain_shift::outline, domain_shift::texture, domain_shift::rotation, domain_shift::clutter, domain_shift::noise}) {
    out.push_back(make_target_task(shift, classes));
  }
  return out;
}

}  // namespace fewclip::data::tangram
