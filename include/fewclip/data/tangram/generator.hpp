#pragma once
/// \file
/// Tangrams of known kinds, each a function of a seed: our own constructions with variation.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/data/tangram/detail/kind_plans.hpp"
#include "fewclip/data/tangram/drawing.hpp"
#include "fewclip/data/tangram/pieces.hpp"
#include "fewclip/data/tangram/rendering.hpp"

namespace fewclip::data::tangram {

/// The number of kinds.
inline constexpr index kind_count = static_cast<index>(detail::kind_plans.size());

/// The name of a kind: one noun, "boat".
/// \param kind 0 .. kind_count-1
/// \throws value_error for another number
inline std::string_view kind_name(index kind) {
  if (kind < 0 || kind >= kind_count) {
    throw value_error(
        expected_got("fewclip::data::tangram::kind_name", "kind", "0 to " + std::to_string(kind_count - 1), std::to_string(kind)));
  }
  return detail::kind_plans[static_cast<std::size_t>(kind)].name;
}

/// The number of a kind.
/// \throws value_error for a name that no kind has
inline index kind_number(std::string_view name) {
  for (index kind = 0; kind < kind_count; ++kind) {
    if (kind_name(kind) == name) return kind;
  }
  throw value_error(expected_got("fewclip::data::tangram::kind_number", "name", "the name of a kind, as boat", std::string(name)));
}

/// What makes one tangram of a kind differ from another.
struct variation {
  double joint_share = 0.6;     ///< how often a loose piece moves along its edge; 0 to 1
  bool may_be_mirrored = true;  ///< left and right exchanged, for every second one
  double largest_turn = 8.0;    ///< degrees to either side
  double margin = 0.06;         ///< free space around, as a share of the longer side
};

/// A tangram with the names of its parts.
struct tangram {
  index kind = 0;                       ///< see kind_name
  std::vector<exact_polygon> assembly;  ///< [7], by id - 1: the exact pieces before turning; no overlap, joined by edges
  std::array<piece_shape, 7> shapes{};  ///< by id - 1
  piece_parts parts;                    ///< by id - 1: nouns in the singular, as "wing"
  drawing picture;                      ///< the same pieces turned, y down, in a view with a margin; the small triangle's leg is 32 units
};

namespace detail {

/// Lays the pieces of a plan; no pieces where the drawn places do not fit.
inline std::optional<std::vector<exact_polygon>> assembled(const kind_plan& plan, const random_stream& draw, double joint_share) {
  std::vector<exact_polygon> out;
  std::uint64_t at = 0;
  for (const laid_piece& step : plan.steps) {
    along_edge place = step.place;
    bool mirrored = step.mirrored;
    if (step.varies != freedom::none && draw.uniform(at) < joint_share) {
      place = {static_cast<int>(draw.uniform(at + 1) * 5.0), 0};
      if (step.varies == freedom::flips) mirrored = draw.uniform(at + 2) < 0.5;
    }
    at += 3;
    exact_polygon shape = outline(step.shape, step.facing, mirrored);
    if (step.on >= 0) shape = laid_against(std::move(shape), out[static_cast<std::size_t>(step.on)], step.side, place);
    for (const exact_polygon& other : out) {
      if (overlap(shape, other)) return std::nullopt;
    }
    out.push_back(std::move(shape));
  }
  return out;
}

/// The view around the pieces of a picture, with a margin.
inline box view_around(const drawing& picture, double margin) {
  const box around = bounds(picture.outlines());
  const double free = margin * std::max(around.width(), around.height());
  return {around.left - free, around.top - free, around.right + free, around.bottom + free};
}

}  // namespace detail

/// A tangram of a kind.
///
/// Loose pieces are moved along their edges (a draw in which pieces overlap is drawn again, up to 8 times, then the plain construction is taken),
/// ids are exchanged among equal shapes, and the whole is mirrored and turned. Where every piece lies is exact until the last turn.
/// \param kind 0 .. kind_count-1
/// \param seed any number; the same seed gives the same tangram
/// \param how what may vary
/// \throws value_error for another kind
inline tangram make_tangram(index kind, std::uint64_t seed, const variation& how = {}) {
  kind_name(kind);
  const detail::kind_plan& plan = detail::kind_plans[static_cast<std::size_t>(kind)];
  const random_stream draw(seed, 0x74616e67 + static_cast<std::uint64_t>(kind));
  std::optional<std::vector<exact_polygon>> laid;
  for (std::uint64_t attempt = 0; attempt < 8 && !laid; ++attempt) {
    laid = detail::assembled(plan, random_stream(draw.bits(attempt), attempt), how.joint_share);
  }
  if (!laid) laid = detail::assembled(plan, draw, 0.0);

  tangram out;
  out.kind = kind;
  out.assembly.resize(7);
  std::array<bool, 7> taken{};
  const bool mirror = how.may_be_mirrored && draw.uniform(100) < 0.5;
  const double turn = (2.0 * draw.uniform(101) - 1.0) * how.largest_turn * std::numbers::pi / 180.0;
  const affine placed =
      affine::rotated(turn) * affine::scaled(mirror ? -4.0 : 4.0, 4.0) * affine::rotated(-plan.turn * std::numbers::pi / 4.0);
  const std::vector<index> order = draw.permutation(7);  // which of two equal shapes takes which id
  for (const index step : order) {
    const detail::laid_piece& laid_step = plan.steps[static_cast<std::size_t>(step)];
    std::size_t id = 0;
    while (taken[id] || seven_pieces[id] != laid_step.shape) ++id;
    taken[id] = true;
    out.assembly[id] = (*laid)[static_cast<std::size_t>(step)];
    out.shapes[id] = laid_step.shape;
    out.parts[id] = laid_step.part;
    out.picture.pieces[id] = {static_cast<int>(id) + 1, placed(to_drawing(out.assembly[id]))};
  }
  out.picture.view = detail::view_around(out.picture, how.margin);
  return out;
}

/// The parts of a tangram, each once, largest area first, equal areas by name.
inline std::vector<std::string> parts_of(const tangram& of) {
  std::vector<std::pair<double, std::string>> sizes;
  for (std::size_t i = 0; i < 7; ++i) {
    const auto same = [&](const auto& each) { return each.second == of.parts[i]; };
    const auto found = std::find_if(sizes.begin(), sizes.end(), same);
    const double area = -doubled_area(of.assembly[i]).value();
    if (found == sizes.end())
      sizes.emplace_back(area, of.parts[i]);
    else
      found->first += area;
  }
  std::sort(sizes.begin(), sizes.end());
  std::vector<std::string> out;
  for (auto& [area, part] : sizes) out.push_back(std::move(part));
  return out;
}

}  // namespace fewclip::data::tangram
