#include "fewclip/data/tangram/pieces.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace fewclip::data::tangram;

namespace {

constexpr std::array<piece_shape, 5> all_shapes = {piece_shape::large_triangle, piece_shape::medium_triangle, piece_shape::small_triangle,
                                                   piece_shape::square, piece_shape::parallelogram};
constexpr std::int64_t area = unit * unit;

}  // namespace

BOOST_AUTO_TEST_CASE(the_pieces_have_the_areas_of_a_cut_square) {
  const std::array<std::int64_t, 5> doubled = {4 * area, 2 * area, area, 2 * area, 2 * area};
  for (std::size_t i = 0; i < 5; ++i) {
    for (int facing = 0; facing < 8; ++facing) {
      for (const bool mirrored : {false, true}) {
        const surd found = doubled_area(outline(all_shapes[i], static_cast<compass>(facing), mirrored));
        BOOST_TEST((found == surd{doubled[i], 0}), name_of(all_shapes[i]) << " facing " << facing);
      }
    }
  }
  surd sum;
  for (const piece_shape shape : seven_pieces) sum = sum + doubled_area(outline(shape, north));
  BOOST_TEST((sum == surd{16 * area, 0}));
}

BOOST_AUTO_TEST_CASE(a_piece_faces_where_it_is_told) {
  for (const piece_shape shape : all_shapes) {
    for (int facing = 0; facing < 8; ++facing) {
      const exact_polygon piece = outline(shape, static_cast<compass>(facing));
      const std::size_t edge = edge_facing(piece, static_cast<compass>(facing));
      BOOST_REQUIRE(edge < piece.size());
      const auto length = [&](std::size_t i) {
        const exact_point along = corner(piece, i + 1) - piece[i];
        return dot(along, along);
      };
      for (std::size_t i = 0; i < piece.size() && piece.size() == 3; ++i) BOOST_TEST(!(length(edge) < length(i)));  // the longest
    }
  }
  BOOST_TEST(edge_facing(outline(piece_shape::square, north), north_east) == 4U);  // none
}

BOOST_AUTO_TEST_CASE(the_top_of_a_parallelogram_is_shifted_east_or_west) {
  const exact_polygon plain = outline(piece_shape::parallelogram, north);
  const exact_polygon mirrored = outline(piece_shape::parallelogram, north, true);
  BOOST_TEST((plain[2] == exact_point{{2 * unit, 0}, {unit, 0}}));
  BOOST_TEST((mirrored[3] == exact_point{{-unit, 0}, {unit, 0}}));
}

BOOST_AUTO_TEST_CASE(a_piece_lies_flush_or_centred_or_shifted_along_an_edge) {
  const exact_polygon ground = outline(piece_shape::large_triangle, north_east);  // its southern edge runs from x = 0 to 2 units at y = 0
  const auto left_side = [&](along_edge place) {
    const exact_polygon square = laid_against(outline(piece_shape::square, north), ground, south, place);
    return square[edge_facing(square, south)];
  };
  // Looking south, the right hand is west.
  BOOST_TEST((left_side({0, 0}) == exact_point{{0, 0}, {-unit, 0}}));
  BOOST_TEST((left_side({2, 0}) == exact_point{{unit / 2, 0}, {-unit, 0}}));
  BOOST_TEST((left_side({4, 0}) == exact_point{{unit, 0}, {-unit, 0}}));
  BOOST_TEST((left_side({4, 1}) == exact_point{{unit + unit / 2, 0}, {-unit, 0}}));
}

BOOST_AUTO_TEST_CASE(what_is_laid_against_an_edge_touches_it_and_does_not_overlap) {
  int laid = 0;
  for (const piece_shape below : all_shapes) {
    for (const piece_shape above : all_shapes) {
      for (int facing = 0; facing < 8; ++facing) {
        for (int side = 0; side < 8; ++side) {
          const exact_polygon other = outline(below, north);
          exact_polygon piece = outline(above, static_cast<compass>(facing), true);
          if (edge_facing(other, static_cast<compass>(side)) == other.size()) continue;
          if (edge_facing(piece, static_cast<compass>((side + 4) % 8)) == piece.size()) continue;
          for (int slide = 0; slide <= 4; ++slide) {
            const exact_polygon placed = laid_against(piece, other, static_cast<compass>(side), {slide, 0});
            BOOST_REQUIRE(share_edge(placed, other));
            BOOST_REQUIRE(!overlap(placed, other));
            ++laid;
          }
        }
      }
    }
  }
  BOOST_TEST(laid > 1000);
}

BOOST_AUTO_TEST_CASE(a_missing_edge_is_named) {
  BOOST_CHECK_EXCEPTION(laid_against(outline(piece_shape::square, north), outline(piece_shape::small_triangle, north_east), north),
                        fewclip::value_error, [](const auto& failure) {
                          return std::string(failure.what()) ==
                                 "fewclip::data::tangram::laid_against: other: expected an edge that faces direction 2, got none";
                        });
}
