#include "fewclip/data/tangram/geometry.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace fewclip::data::tangram;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(a_map_is_that_of_svg) {
  const affine map{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  BOOST_TEST((map(point{10.0, 100.0}) == point{10.0 + 300.0 + 5.0, 20.0 + 400.0 + 6.0}));
  const affine both = affine::moved(1.0, 2.0) * affine::scaled(3.0, 4.0);
  BOOST_TEST((both(point{1.0, 1.0}) == point{4.0, 6.0}));  // scaled first
  const point quarter = affine::rotated(std::acos(0.0))(point{1.0, 0.0});
  BOOST_TEST(quarter.y == 1.0);  // clockwise on a screen, where y points down
}

BOOST_AUTO_TEST_CASE(areas_have_the_sign_of_the_rotation) {
  BOOST_TEST(signed_area({{0, 0}, {4, 0}, {0, 3}}) == 6.0);
  BOOST_TEST(signed_area({{0, 0}, {0, 3}, {4, 0}}) == -6.0);
}

BOOST_AUTO_TEST_CASE(two_squares_meet_in_a_square) {
  const polygon first = {{0, 0}, {2, 0}, {2, 2}, {0, 2}};
  const polygon second = {{1, 3}, {3, 3}, {3, 1}, {1, 1}};  // the other way round
  BOOST_TEST(std::abs(signed_area(intersection(first, second))) == 1.0, tt::tolerance(1e-14));
  BOOST_TEST(std::abs(signed_area(intersection(second, first))) == 1.0, tt::tolerance(1e-14));
  BOOST_TEST(intersection(first, {{2, 0}, {3, 0}, {3, 1}}).empty());
}

BOOST_AUTO_TEST_CASE(the_common_area_agrees_with_counted_points) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> angle(0.0, 6.28);
  for (int round = 0; round < 5; ++round) {
    const affine turn = affine::moved(0.4, 0.1) * affine::rotated(angle(random));
    const polygon first = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
    const polygon second = turn({{-1.0, -0.5}, {1.0, -0.5}, {0.0, 1.0}});
    const auto inside = [](const polygon& shape, point p) {
      for (std::size_t i = 0; i < shape.size(); ++i) {
        const point edge = shape[(i + 1) % shape.size()] - shape[i];
        if (edge.x * (p.y - shape[i].y) - edge.y * (p.x - shape[i].x) < 0.0) return false;
      }
      return true;
    };
    int hits = 0;
    constexpr int n = 300;
    for (int i = 0; i < n * n; ++i) {
      const point p{-2.0 + 4.0 * (i % n + 0.5) / n, -2.0 + 4.0 * (i / n + 0.5) / n};
      hits += inside(first, p) && inside(second, p) ? 1 : 0;
    }
    const double counted = 16.0 * hits / (n * n);
    BOOST_TEST(std::abs(std::abs(signed_area(intersection(first, second))) - counted) < 0.03);
  }
}

BOOST_AUTO_TEST_CASE(bounds_are_those_of_all_points) {
  const box found = bounds({{{0, 5}, {1, 2}}, {{-3, 4}}});
  BOOST_TEST(found.left == -3.0);
  BOOST_TEST(found.top == 2.0);
  BOOST_TEST(found.width() == 4.0);
  BOOST_TEST(found.height() == 3.0);
  BOOST_TEST(bounds({}).width() == 0.0);
}

BOOST_AUTO_TEST_CASE(exact_corners_are_turned_upside_down_for_the_screen) {
  const polygon shape = to_drawing({{{1, 1}, {2, 0}}});
  BOOST_TEST(shape[0].x == 1.0 + std::sqrt(2.0));
  BOOST_TEST(shape[0].y == -2.0);
}
