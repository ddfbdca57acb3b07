#pragma once
/// \file
/// Pictures of one tangram as KiloGram shows them: black, coloured by parts, and augmented.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/data/tangram/drawing.hpp"
#include "fewclip/data/tangram/raster.hpp"

namespace fewclip::data::tangram {

/// A colour with its name in CSS.
struct named_colour {
  std::string_view name;  ///< one word
  colour value;           ///< as CSS defines it
};

/// The colours that parts take in turn (Ji et al. 2022, "Abstract Visual Reasoning with Tangram Shapes", the authors' code).
inline constexpr std::array<named_colour, 7> part_colours = {{{"coral", {255, 127, 80}},
                                                              {"gold", {255, 215, 0}},
                                                              {"lightskyblue", {135, 206, 250}},
                                                              {"lightpink", {255, 182, 193}},
                                                              {"mediumseagreen", {60, 179, 113}},
                                                              {"darkgrey", {169, 169, 169}},
                                                              {"lightgrey", {211, 211, 211}}}};

/// The colour of each piece, by id - 1.
using piece_colours = std::array<colour, 7>;

/// The name of the part that each piece belongs to, by id - 1.
using piece_parts = std::array<std::string, 7>;

/// How a picture is made.
struct rendering_options {
  index side = 224;                  ///< pixels, at least 1; what CLIP's image encoders see
  colour background{255, 255, 255};  ///< around the pieces
  colour stroke{255, 255, 255};      ///< between the pieces
  double stroke_width = 1.0;         ///< drawing units, as SVG's default; 0 for none
};

/// All pieces in their colours. The view is squared by extending its smaller side.
/// \throws value_error for a side below 1 or a view without area
inline image render(const drawing& shape, const piece_colours& fills, const rendering_options& options = {}) {
  const std::string where = "fewclip::data::tangram::render";
  if (options.side < 1) throw value_error(expected_got(where, "side", "at least 1", std::to_string(options.side)));
  const box view = squared(shape.view);
  if (!(view.width() > 0.0)) throw value_error(expected_got(where, "view", "a rectangle", "one without area"));
  const affine map = to_pixels(view, static_cast<double>(options.side));
  canvas out(options.side, options.side, options.background);
  for (const piece& each : shape.pieces) {
    const polygon placed = map(each.outline);
    const colour inside = fills.at(static_cast<std::size_t>(each.id - 1));
    if (options.stroke_width > 0.0)
      out.fill_and_stroke(placed, inside, map.a * options.stroke_width, options.stroke);
    else
      out.fill(placed, inside);
  }
  return out.to_image();
}

/// All pieces black.
inline image render_black(const drawing& shape, const rendering_options& options = {}) { return render(shape, piece_colours{}, options); }

/// One colour per part: the pieces are taken in a random order, and each part that comes up for the first time takes the next of part_colours.
/// \param parts the part of each piece
/// \param seed of the order
/// \param mentioned parts that get a colour; the others are black (augmented pictures). All parts where it is null.
inline piece_colours colours_by_part(const piece_parts& parts, std::uint64_t seed, const std::vector<std::string>* mentioned = nullptr) {
  piece_colours out{};
  std::map<std::string_view, std::size_t> taken;
  for (const index at : random_stream(seed).permutation(7)) {
    const std::string& part = parts[static_cast<std::size_t>(at)];
    if (mentioned != nullptr && std::find(mentioned->begin(), mentioned->end(), part) == mentioned->end()) continue;
    const std::size_t number = taken.emplace(part, taken.size()).first->second;
    out[static_cast<std::size_t>(at)] = part_colours[number].value;
  }
  return out;
}

}  // namespace fewclip::data::tangram
