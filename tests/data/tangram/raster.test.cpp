#include "fewclip/data/tangram/raster.hpp"

#define BOOST_TEST_MODULE data_tangram_raster
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace fewclip::data::tangram;
namespace tt = boost::test_tools;

namespace {

/// The shares of all pixels, row by row.
std::vector<double> shares(const std::vector<polygon>& shapes, fewclip::index width, fewclip::index height) {
  coverage covered(width, height);
  for (const polygon& shape : shapes) covered.add(shape);
  std::vector<double> out(static_cast<std::size_t>(width * height), 0.0);
  covered.visit(
      [&](fewclip::index x, fewclip::index y, float share) { out[static_cast<std::size_t>(y * width + x)] = static_cast<double>(share); });
  return out;
}

/// The same by clipping the polygon to each pixel.
double clipped_share(const polygon& convex, double x, double y) {
  return std::abs(signed_area(intersection(convex, {{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}})));
}

constexpr colour black{0, 0, 0};
constexpr colour white{255, 255, 255};

}  // namespace

BOOST_AUTO_TEST_CASE(a_box_covers_shares_of_the_pixels_at_its_border) {
  BOOST_TEST(shares({{{0.5, 1.5}, {3.0, 1.5}, {3.0, 2.5}, {0.5, 2.5}}}, 3, 3) ==
                 (std::vector<double>{0.0, 0.0, 0.0, 0.25, 0.5, 0.5, 0.25, 0.5, 0.5}),
             tt::per_element());
  BOOST_TEST(shares({{{0.0, 0.0}, {2.0, 0.0}, {0.0, 2.0}}}, 2, 2) == (std::vector<double>{1.0, 0.5, 0.5, 0.0}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(shares_are_the_areas_of_the_clipped_polygon) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> number(-6.0, 18.0);
  for (int round = 0; round < 200; ++round) {
    polygon shape;
    for (int i = 0; i < 3; ++i) shape.push_back({number(random), number(random)});
    const std::vector<double> found = shares({shape}, 12, 9);
    for (fewclip::index y = 0; y < 9; ++y) {
      for (fewclip::index x = 0; x < 12; ++x) {
        const double expected = clipped_share(shape, static_cast<double>(x), static_cast<double>(y));
        BOOST_REQUIRE_SMALL(found[static_cast<std::size_t>(y * 12 + x)] - expected, 2e-5);
      }
    }
  }
}

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

BOOST_AUTO_TEST_CASE(sharp_corners_are_mitred_up_to_four_widths) {
  const auto rightmost = [](const polygon& shape) {
    canvas out(40, 20, black);
    out.stroke(shape, 2.0, white);
    const auto picture = out.to_image();
    fewclip::index last = 0;
    for (fewclip::index y = 0; y < 20; ++y) {
      for (fewclip::index x = 0; x < 40; ++x) last = picture.row(y)[3 * x] > 100 ? std::max(last, x) : last;
    }
    return last;
  };
  // A corner of 53 degrees at x = 20: the mitre reaches 1 / sin(26.6) = 2.2 beyond. One of 11 degrees would reach 10, so it is cut at 0.1.
  BOOST_TEST(rightmost({{4.0, 2.0}, {20.0, 10.0}, {4.0, 18.0}}) == 21);
  BOOST_TEST(rightmost({{4.0, 8.4}, {20.0, 10.0}, {4.0, 11.6}}) == 20);
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
