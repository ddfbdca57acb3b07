#include "fewclip/data/tangram/drawing.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip::data::tangram;

BOOST_AUTO_TEST_CASE(the_smaller_side_of_a_view_is_extended_at_both_ends) {
  const box wide = squared({0.0, 0.0, 10.0, 4.0});
  BOOST_TEST(wide.left == 0.0);
  BOOST_TEST(wide.top == -3.0);
  BOOST_TEST(wide.bottom == 7.0);
  const box tall = squared({1.0, 0.0, 3.0, 6.0});
  BOOST_TEST(tall.left == -1.0);
  BOOST_TEST(tall.right == 5.0);
  BOOST_TEST(tall.width() == tall.height());
}

BOOST_AUTO_TEST_CASE(a_square_view_fills_the_picture) {
  const affine map = to_pixels({-2.0, 1.0, 2.0, 5.0}, 224.0);
  BOOST_TEST((map(point{-2.0, 1.0}) == point{0.0, 0.0}));
  BOOST_TEST((map(point{2.0, 5.0}) == point{224.0, 224.0}));
}

BOOST_AUTO_TEST_CASE(pieces_are_found_by_their_id) {
  drawing shape;
  for (int i = 0; i < 7; ++i) shape.pieces[static_cast<std::size_t>(i)] = {7 - i, {{static_cast<double>(i), 0.0}}};
  BOOST_TEST(shape.with_id(7).outline[0].x == 0.0);
  BOOST_TEST(shape.outlines().size() == 7U);
  BOOST_CHECK_EXCEPTION(shape.with_id(8), fewclip::value_error, [](const auto& failure) {
    return std::string(failure.what()) == "fewclip::data::tangram::drawing: id: expected 1 to 7, got 8";
  });
}
