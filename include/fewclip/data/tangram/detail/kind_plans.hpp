#pragma once
/// \file
/// How each kind of tangram is put together: our own constructions, piece by piece.

#include <array>
#include <string_view>

#include "fewclip/data/tangram/pieces.hpp"

namespace fewclip::data::tangram::detail {

/// What may vary about a piece.
enum class freedom {
  none,    ///< stays
  slides,  ///< may lie anywhere along its edge
  flips,   ///< slides, and is mirrored at random: a parallelogram that hangs by a short edge
};

/// One step of a construction.
struct laid_piece {
  piece_shape shape;
  compass facing;         ///< see outline()
  std::string_view part;  ///< one noun
  int on = -1;            ///< the earlier step that it lies against; none for the first
  compass side = north;   ///< the edge of that piece
  along_edge place{};     ///< where along it
  freedom varies = freedom::none;
  bool mirrored = false;
};

/// A kind: its name, how far it is turned for display in eighths counter-clockwise, and its steps.
struct kind_plan {
  std::string_view name;
  int turn;
  std::array<laid_piece, 7> steps;
};

inline constexpr piece_shape L = piece_shape::large_triangle;
inline constexpr piece_shape M = piece_shape::medium_triangle;
inline constexpr piece_shape S = piece_shape::small_triangle;
inline constexpr piece_shape Q = piece_shape::square;
inline constexpr piece_shape P = piece_shape::parallelogram;
inline constexpr along_edge right_end{0, 0};
inline constexpr along_edge centred{2, 0};
inline constexpr along_edge left_end{4, 0};
inline constexpr freedom stays = freedom::none;
inline constexpr freedom slides = freedom::slides;
inline constexpr freedom flips = freedom::flips;

// One construction per paragraph: aligned by hand.
// clang-format off
inline constexpr std::array kind_plans = {
    kind_plan{"boat", 0, {{{Q, north, "hull"}, {S, south_east, "hull", 0, east}, {P, north, "hull", 1, south_east},
                           {S, south_west, "hull", 0, west}, {L, north_east, "sail", 1, north, left_end},
                           {M, south, "jib", 3, north, left_end}, {L, north_west, "sail", 4, west, {2, -2}}}}},
    kind_plan{"house", 0, {{{L, north_east, "wall"}, {L, south_west, "wall", 0, north_east}, {M, south, "roof", 1, north},
                            {S, south_west, "roof", 2, north_east}, {S, north_east, "roof", 3, east}, {P, north, "roof", 2, north_west},
                            {Q, north, "chimney", 3, north, centred, slides}}}},
    kind_plan{"fish", 0, {{{L, north_east, "body"}, {L, south_west, "body", 0, north_east}, {M, east, "head", 0, west},
                           {Q, north, "tail", 1, east}, {S, south_east, "tail", 3, east, {0, 2}}, {S, north_east, "tail", 3, east, {4, -2}},
                           {P, north, "fin", 1, north, centred, slides}}}},
    kind_plan{"plane", 0, {{{Q, north, "body"}, {S, north_east, "body", 0, east}, {S, south_west, "body", 1, north_east},
                            {M, west, "nose", 2, east}, {L, north_east, "wing", 0, north, left_end, slides},
                            {L, south_east, "wing", 0, south, right_end, slides}, {P, west, "tail", 0, west, centred, flips}}}},
    kind_plan{"rocket", 0, {{{L, north_east, "body"}, {L, south_west, "body", 0, north_east}, {M, south, "nose", 1, north},
                             {S, north_west, "fin", 0, west, left_end, slides}, {S, north_east, "fin", 1, east, right_end, slides},
                             {Q, north, "flame", 0, south, centred, slides}, {P, south, "flame", 5, south, centred, flips}}}},
    kind_plan{"arrow", 0, {{{L, north_west, "head"}, {L, north_east, "head", 0, east}, {S, south_west, "shaft", 0, south, {4, 1}},
                            {P, east, "shaft", 2, south_west}, {S, north_east, "shaft", 3, south_west}, {Q, north, "shaft", 4, south},
                            {M, north, "tail", 5, south}}}},
    kind_plan{"tree", 0, {{{L, north_west, "top"}, {L, north_east, "top", 0, east}, {P, north, "branch", 0, south, left_end},
                           {M, south, "branch", 2, south_east}, {S, south_west, "branch", 3, north_east}, {S, north_east, "branch", 4, east},
                           {Q, north, "trunk", 3, south, centred, slides}}}},
    kind_plan{"lamp", 0, {{{L, north_west, "shade"}, {L, north_east, "shade", 0, east}, {Q, north, "stem", 0, south, {4, 1}},
                           {P, north, "foot", 2, south, {4, -2}}, {M, south, "foot", 3, south_east}, {S, south_west, "foot", 4, north_east},
                           {S, north_east, "foot", 5, east}}}},
    kind_plan{"candle", 0, {{{L, north_east, "wax"}, {L, south_west, "wax", 0, north_east}, {Q, north, "flame", 1, north, centred, slides},
                             {P, north, "holder", 0, south, {4, -2}}, {M, south, "holder", 3, south_east},
                             {S, south_west, "holder", 4, north_east}, {S, north_east, "holder", 5, east}}}},
    kind_plan{"cat", 0, {{{Q, north_east, "head"}, {S, west, "ear", 0, north_west}, {S, east, "ear", 0, north_east},
                          {L, west, "body", 0, south_west, right_end}, {L, south, "leg", 3, south_east},
                          {M, north_west, "paw", 3, west, left_end}, {P, east, "tail", 4, north_east, right_end}}}},
    kind_plan{"swan", 0, {{{L, north_west, "body"}, {L, south_east, "tail", 0, east}, {P, east, "neck", 0, north_west, left_end, stays, true},
                           {S, south_east, "neck", 2, north_west}, {Q, north, "head", 3, north}, {S, south_west, "beak", 4, west},
                           {M, south, "wing", 1, north, centred, slides}}}},
    kind_plan{"robot", 0, {{{L, north_east, "body"}, {L, south_west, "body", 0, north_east}, {Q, north, "head", 1, north, centred, slides},
                            {P, west, "arm", 0, west, right_end, flips}, {M, south, "hat", 2, north},
                            {S, south_east, "leg", 0, south, right_end}, {S, south_west, "leg", 0, south, left_end}}}},
    kind_plan{"eagle", 0, {{{S, south_west, "body"}, {P, east, "body", 0, south_west}, {S, north_east, "body", 1, south_west},
                            {Q, north, "head", 0, north, centred, slides}, {M, north, "tail", 2, south},
                            {L, south_east, "wing", 0, east, left_end, slides}, {L, south_west, "wing", 2, west, left_end, slides}}}},
    kind_plan{"turtle", 0, {{{L, north_west, "shell"}, {L, north_east, "shell", 0, east}, {Q, north_east, "head", 1, north_east, right_end},
                             {S, south_east, "leg", 0, south, right_end}, {S, south_west, "leg", 1, south, left_end},
                             {M, north, "belly", 0, south, {4, 2}}, {P, east, "tail", 0, north_west, left_end, stays, true}}}},
    kind_plan{"church", 0, {{{L, north_east, "hall"}, {L, south_west, "hall", 0, north_east}, {M, south, "roof", 1, north},
                             {Q, north, "tower", 0, west, left_end}, {S, north_east, "tower", 3, north}, {P, east, "tower", 4, north_east},
                             {S, north_east, "porch", 1, east, right_end}}}},
    kind_plan{"dog", 0, {{{L, south_east, "leg"}, {M, south, "body", 0, south_east, left_end}, {L, south_west, "leg", 1, north_east, left_end},
                          {Q, north, "head", 0, north, left_end}, {S, south_west, "snout", 3, west}, {S, north_west, "ear", 3, north},
                          {P, east, "tail", 2, east, left_end, flips, true}}}},
    kind_plan{"horse", 0, {{{L, south_east, "leg"}, {M, south, "body", 0, south_east, left_end}, {L, south_west, "leg", 1, north_east, left_end},
                            {P, north, "neck", 0, north, left_end, stays, true}, {Q, north, "head", 3, north}, {S, south_west, "snout", 4, west},
                            {S, south_east, "tail", 2, east, left_end}}}},
    kind_plan{"camel", 0, {{{L, south_east, "leg"}, {M, south, "body", 0, south_east, left_end}, {L, south_west, "leg", 1, north_east, left_end},
                            {P, north, "neck", 0, north, left_end, stays, true}, {Q, north, "head", 3, north, {2, 1}, slides},
                            {S, south, "hump", 2, north, centred, slides}, {S, south_east, "tail", 2, east, left_end}}}},
    kind_plan{"giraffe", 0, {{{L, south_east, "leg"}, {M, south, "body", 0, south_east, left_end}, {L, south_west, "leg", 1, north_east, left_end},
                              {S, north_east, "neck", 0, north, left_end}, {P, east, "neck", 3, north_east}, {S, south_west, "neck", 4, north_east},
                              {Q, north, "head", 4, west}}}},
    kind_plan{"hammer", 0, {{{Q, north, "handle"}, {S, north_east, "handle", 0, north}, {P, east, "handle", 1, north_east},
                             {S, south_west, "handle", 2, north_east}, {L, north_east, "head", 3, north}, {L, south_west, "head", 4, north_east},
                             {M, west, "tip", 5, east}}}},
    kind_plan{"flag", 0, {{{Q, north, "pole"}, {S, north_east, "pole", 0, north}, {P, east, "pole", 1, north_east},
                           {S, south_west, "pole", 2, north_east}, {L, north_east, "cloth", 3, east, left_end}, {L, south_west, "cloth", 4, north_east},
                           {M, west, "point", 5, east}}}},
    kind_plan{"teapot", 0, {{{L, north_east, "body"}, {L, south_west, "body", 0, north_east}, {M, south, "lid", 1, north},
                             {P, west, "spout", 0, west, centred, slides}, {Q, north, "handle", 1, east, centred, slides},
                             {S, south_east, "foot", 0, south, right_end}, {S, south_west, "foot", 0, south, left_end}}}},
    kind_plan{"truck", 0, {{{L, north_east, "cargo"}, {L, south_west, "cargo", 0, north_east}, {Q, north, "cab", 1, east, right_end},
                            {S, north_east, "cab", 2, north}, {P, north, "load", 1, north, centred, flips}, {M, north, "wheel", 0, south, centred},
                            {S, north, "wheel", 2, south, right_end}}}},
    kind_plan{"rabbit", 0, {{{L, north_east, "body"}, {L, south_west, "body", 0, north_east}, {Q, north, "head", 1, north, left_end},
                             {P, north, "ear", 2, north, centred, flips}, {S, south_west, "nose", 2, west}, {M, west, "rump", 1, east},
                             {S, north_west, "tail", 5, south_east}}}},
    kind_plan{"bridge", 0, {{{L, south_east, "pillar"}, {M, south, "arch", 0, south_east, left_end}, {L, south_west, "pillar", 1, north_east, left_end},
                             {P, north, "deck", 0, north, right_end}, {S, south_east, "deck", 3, north_west}, {S, north_west, "deck", 3, south_east},
                             {Q, north, "tower", 3, north, centred, slides}}}},
    kind_plan{"bird", 0, {{{L, north, "body"}, {L, north_east, "wing", 0, north, right_end, slides}, {P, west, "wing", 1, west, right_end},
                           {Q, north_east, "head", 0, south_west, right_end}, {S, north, "beak", 3, north_west},
                           {M, south, "tail", 0, south_east, {4, 1}}, {S, south, "foot", 0, south_west, left_end}}}},
    kind_plan{"vase", 0, {{{L, north_east, "body"}, {L, south_west, "body", 0, north_east}, {P, north, "rim", 1, north, left_end, stays, true},
                           {M, north, "rim", 2, north_east}, {S, north_west, "rim", 3, south_east}, {S, south_east, "rim", 4, east},
                           {Q, north, "foot", 0, south, centred, slides}}}},
};
// clang-format on

}  // namespace fewclip::data::tangram::detail
