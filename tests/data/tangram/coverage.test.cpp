#include "fewclip/data/tangram/coverage.hpp"

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

BOOST_AUTO_TEST_CASE(a_hole_is_cut_out_and_clearing_leaves_nothing) {
  coverage covered(4, 4);
  covered.add({{0, 0}, {4, 0}, {4, 4}, {0, 4}});
  covered.add({{1, 3}, {3, 3}, {3, 1}, {1, 1}}, -1.0F);
  const auto count = [&] {
    int out = 0;
    covered.visit([&](fewclip::index, fewclip::index, float share) { out += share == 1.0F ? 1 : 0; });
    return out;
  };
  BOOST_TEST(count() == 12);
  covered.clear();
  BOOST_TEST(count() == 0);
  covered.add({{0, 0}, {1, 0}, {1, 1}, {0, 1}});
  BOOST_TEST(count() == 1);
}
