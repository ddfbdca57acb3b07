#include "fewclip/data/tangram/raster.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace fewclip::data::tangram;

namespace {

constexpr colour black{0, 0, 0};
constexpr colour white{255, 255, 255};

}  // namespace

BOOST_AUTO_TEST_CASE(shapes_that_touch_leave_no_seam) {
  const polygon left = {{1.3, 0.0}, {7.1, 0.0}, {4.2, 8.0}};
  const polygon right = {{7.1, 0.0}, {8.0, 8.0}, {4.2, 8.0}};
  canvas out(9, 8, white);
  out.fill(std::vector<polygon>{left, right}, black);
  const auto picture = out.to_image();
  BOOST_TEST(static_cast<int>(picture.row(4)[3 * 5]) == 0);  // the border runs through this pixel
  canvas apart(9, 8, white);
  apart.fill(left, black);
  apart.fill(right, black);
  BOOST_TEST(static_cast<int>(apart.to_image().row(4)[3 * 5]) > 20);
}

BOOST_AUTO_TEST_CASE(a_stroke_is_a_frame_of_its_width) {
  canvas out(10, 10, black);
  out.stroke({{2.0, 2.0}, {8.0, 2.0}, {8.0, 8.0}, {2.0, 8.0}}, 2.0, colour{200, 100, 50});
  const auto picture = out.to_image();
  for (fewclip::index y = 0; y < 10; ++y) {
    for (fewclip::index x = 0; x < 10; ++x) {
      const bool outer = x >= 1 && x < 9 && y >= 1 && y < 9;
      const bool inner = x >= 3 && x < 7 && y >= 3 && y < 7;
      BOOST_TEST(static_cast<int>(picture.row(y)[3 * x]) == (outer && !inner ? 200 : 0));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stroke_thinner_than_a_pixel_takes_its_share) {
  canvas out(6, 6, black);
  out.fill_and_stroke({{2.5, 1.0}, {5.0, 1.0}, {5.0, 5.0}, {2.5, 5.0}}, colour{200, 0, 0}, 0.5, colour{0, 200, 0});
  const auto picture = out.to_image();
  const std::uint8_t* const pixel = picture.row(3) + 3 * 2;  // outside 0.25, stroke 0.5, inside 0.25
  BOOST_TEST(static_cast<int>(pixel[0]) == 50);
  BOOST_TEST(static_cast<int>(pixel[1]) == 100);
}

BOOST_AUTO_TEST_CASE(sharp_corners_are_mitred_up_to_four_widths) {
  const auto rightmost = [](const polygon& shape) {
    canvas out(40, 20, black);
    out.stroke(shape, 2.0, white);
    const auto picture = out.to_image();
    fewclip::index last = 0;
    for (fewclip::index y = 0; y < 20; ++y) {
      for (fewclip::index x = 0; x < 40; ++x) last = picture.row(y)[3 * x] > 50 ? std::max(last, x) : last;
    }
    return last;
  };
  // A corner of 53 degrees at x = 20: the mitre reaches 1 / sin(26.6) = 2.2 beyond. One of 11 degrees would reach 10, so it is cut at 0.1.
  BOOST_TEST(rightmost({{4.0, 2.0}, {20.0, 10.0}, {4.0, 18.0}}) == 21);
  BOOST_TEST(rightmost({{4.0, 8.4}, {20.0, 10.0}, {4.0, 11.6}}) == 19);
}

BOOST_AUTO_TEST_CASE(paint_may_depend_on_the_pixel_and_let_the_ground_through) {
  canvas out(2, 1, black);
  const polygon all = {{0, 0}, {2, 0}, {2, 1}, {0, 1}};
  out.fill(
      all,
      [](fewclip::index x, fewclip::index) {
        return colour{x == 0 ? 100.0F : 200.0F, 0.0F, 0.0F};
      },
      0.5F);
  const auto picture = out.to_image();
  BOOST_TEST(static_cast<int>(picture.row(0)[0]) == 50);
  BOOST_TEST(static_cast<int>(picture.row(0)[3]) == 100);
}
