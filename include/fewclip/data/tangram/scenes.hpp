#pragma once
/// \file
/// Pictures with sentences, for contrastive pre-training: tangrams and plain shapes on textured backgrounds.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/tangram/captions.hpp"
#include "fewclip/data/tangram/detail/draws.hpp"
#include "fewclip/data/tangram/generator.hpp"
#include "fewclip/data/tangram/plain_shapes.hpp"
#include "fewclip/data/tangram/raster.hpp"
#include "fewclip/data/tangram/rendering.hpp"
#include "fewclip/data/tangram/textures.hpp"

namespace fewclip::data::tangram {

/// A picture and a sentence about it.
struct scene {
  image picture;        ///< square, 3 channels
  std::string caption;  ///< small letters
};

/// A tangram described as KiloGram does: the whole, and its parts by size. A part that lies in several places is in the plural: "wings".
inline phrases describe(const tangram& of) {
  phrases out{std::string(kind_name(of.kind)), {}};
  for (const std::string& part : parts_of(of)) {
    std::vector<exact_polygon> pieces;
    for (std::size_t i = 0; i < 7; ++i) {
      if (of.parts[i] == part) pieces.push_back(of.assembly[i]);
    }
    out.parts.push_back(check_assembly(pieces).connected ? part : plural(part));
  }
  return out;
}

namespace detail {

/// What a scene shows in one place.
struct thing {
  std::vector<polygon> shapes;  // within -1..1
  std::string noun;
};

/// All pieces within -1..1.
inline std::vector<polygon> normalised(const drawing& of) {
  const box view = squared(of.view);
  const double scale = 2.0 / view.width();
  const affine map{scale, 0.0, 0.0, scale, -1.0 - view.left * scale, -1.0 - view.top * scale};
  std::vector<polygon> out;
  for (const piece& each : of.pieces) out.push_back(map(each.outline));
  return out;
}

inline thing drawn_thing(draws& draw, double tangram_share) {
  if (draw.chance(tangram_share)) {
    const tangram made = make_tangram(draw.below(kind_count), draw.bits(), {.margin = 0.02});
    return {normalised(made.picture), std::string(kind_name(made.kind))};
  }
  const auto shape = static_cast<plain_shape>(draw.below(static_cast<index>(plain_shape_count)));
  return {{outline(shape)}, std::string(name_of(shape))};
}

/// A colour that can be seen before a background. There always is one, as black and white cannot both be near its first colour.
inline const named_colour& visible_colour(draws& draw, const texture& before) {
  for (int attempt = 0;; ++attempt) {
    const named_colour& out = draw.one_of(scene_colours);
    const bool stands_out = before.kind == pattern::plain || attempt > 50 || difference(out.value, before.second) > 45.0F;
    if (difference(out.value, before.first) > 70.0F && stands_out) return out;
  }
}

/// A background whose two colours are close to each other, so that things stand out.
inline std::pair<texture, std::string> drawn_background(draws& draw, index side) {
  const named_colour& main = draw.one_of(scene_colours);
  texture out;
  out.kind = draw.chance(0.35) ? pattern::plain : static_cast<pattern>(1 + draw.below(5));
  out.first = main.value;
  const colour away = difference(main.value, {255, 255, 255}) > 110.0F ? colour{255, 255, 255} : colour{0, 0, 0};
  out.second = main.value.mixed(away, static_cast<float>(draw.between(0.2, 0.4)));
  out.period = draw.between(0.14, 0.34);
  out.angle = draw.between(0.0, 3.14);
  out.side = static_cast<double>(side);
  out.seed = draw.bits();
  return {out, std::string(name_of(out.kind)) + " " + std::string(main.name) + " background"};
}

/// A thing in its place.
inline std::vector<polygon> placed(const thing& what, point centre, double half) {
  const affine map{half, 0.0, 0.0, half, centre.x, centre.y};
  std::vector<polygon> out;
  for (const polygon& shape : what.shapes) out.push_back(map(shape));
  return out;
}

inline canvas painted_background(const texture& paint, index side) {
  canvas out(side, side, paint.first);
  if (paint.kind == pattern::plain) return out;
  for (index y = 0; y < side; ++y) {
    for (index x = 0; x < side; ++x) out.at(x, y) = paint(x, y);
  }
  return out;
}

inline scene single_scene(draws& draw, index side) {
  const auto [background, background_text] = drawn_background(draw, side);
  const thing what = drawn_thing(draw, 0.85);
  const named_colour& fill = visible_colour(draw, background);
  const auto full = static_cast<double>(side);
  const double half = full * draw.between(0.24, 0.46);
  const point centre{draw.between(half, full - half), draw.between(half, full - half)};
  canvas out = painted_background(background, side);
  out.fill(placed(what, centre, half), fill.value);
  const std::string plain = with_article(what.noun);
  const std::string coloured = with_article(std::string(fill.name) + " " + what.noun);
  const std::array<std::string, 8> texts = {
      coloured,
      "a photo of " + plain,
      "a photo of " + coloured,
      "a picture of " + plain,
      coloured + " on a " + background_text,
      plain + " on a " + background_text,
      with_article((half > 0.35 * full ? "large " : "small ") + std::string(fill.name) + " " + what.noun),
      "a photo of " + plain + "."};
  return {out.to_image(), draw.one_of(texts)};
}

inline scene parts_scene(draws& draw, index side) {
  const tangram made = make_tangram(draw.below(kind_count), draw.bits());
  const piece_colours fills = draw.chance(0.5) ? colours_by_part(made.parts, draw.bits()) : piece_colours{};
  const phrases text = describe(made);
  // Lines of about one pixel of 64: the leg of a small triangle is 32 units.
  return {render(made.picture, fills, {.side = side, .stroke_width = 3.0}), draw.chance(0.7) ? caption(text) : with_article(text.whole)};
}

inline scene pair_scene(draws& draw, index side) {
  const texture background = drawn_background(draw, side).first;
  const bool across = draw.chance(0.5);
  const auto full = static_cast<double>(side);
  std::array<std::string, 2> texts;
  canvas out = painted_background(background, side);
  for (std::size_t i = 0; i < 2; ++i) {
    const thing what = drawn_thing(draw, 0.7);
    const named_colour& fill = visible_colour(draw, background);
    const double half = full * draw.between(0.17, 0.24);
    const double along = full * (i == 0 ? 0.26 : 0.74);
    const double aside = draw.between(half, full - half);
    out.fill(placed(what, across ? point{along, aside} : point{aside, along}, half), fill.value);
    texts[i] = with_article(std::string(fill.name) + " " + what.noun);
  }
  const bool reversed = draw.chance(0.5);
  const std::string relation = across ? (reversed ? " right of " : " left of ") : (reversed ? " below " : " above ");
  return {out.to_image(), texts[reversed ? 1 : 0] + relation + texts[reversed ? 0 : 1]};
}

inline scene count_scene(draws& draw, index side) {
  const texture background = drawn_background(draw, side).first;
  const thing what = drawn_thing(draw, 0.6);
  const named_colour& fill = visible_colour(draw, background);
  const auto count = static_cast<std::size_t>(2 + draw.below(3));
  const random_stream order(draw.bits());
  const std::vector<index> places = order.permutation(4);
  const auto full = static_cast<double>(side);
  canvas out = painted_background(background, side);
  for (std::size_t i = 0; i < count; ++i) {
    const double half = full * draw.between(0.16, 0.22);
    const double x = full * (places[i] % 2 == 0 ? 0.26 : 0.74) + full * draw.between(-0.03, 0.03);
    const double y = full * (places[i] / 2 == 0 ? 0.26 : 0.74) + full * draw.between(-0.03, 0.03);
    out.fill(placed(what, {x, y}, half), fill.value);
  }
  constexpr std::array<const char*, 3> words = {"two ", "three ", "four "};
  return {out.to_image(), words[count - 2] + std::string(fill.name) + " " + (what.noun == "fish" ? what.noun : plural(what.noun))};
}

}  // namespace detail

/// One picture of the pre-training set: a single thing (60 %), a tangram alone with its parts named (15 %), two things with where they are
/// (17 %), or two to four equal things (8 %).
///
/// Captions never tell what cannot be seen: colours differ from the background, and left, right, above and below are those of the picture.
/// \param seed of the whole set
/// \param number of the picture, 0 and up
/// \param side pixels, at least 16
/// \returns the same for the same arguments on any machine with IEEE arithmetic, up to the last bit of sin and cos
/// \throws value_error for a smaller side
/// \cost about 0.2 ms at 64 pixels
inline scene make_scene(std::uint64_t seed, std::uint64_t number, index side = 64) {
  if (side < 16) throw value_error(expected_got("fewclip::data::tangram::make_scene", "side", "at least 16", std::to_string(side)));
  detail::draws draw(seed, number);
  const double form = draw.uniform();
  if (form < 0.60) return detail::single_scene(draw, side);
  if (form < 0.75) return detail::parts_scene(draw, side);
  if (form < 0.92) return detail::pair_scene(draw, side);
  return detail::count_scene(draw, side);
}

}  // namespace fewclip::data::tangram
