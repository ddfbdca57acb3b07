#include "fewclip/data/tangram/exact.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace fewclip::data::tangram;

namespace {

exact_point at(std::int64_t x, std::int64_t y) { return {{x, 0}, {y, 0}}; }

exact_polygon box_at(std::int64_t left, std::int64_t bottom, std::int64_t side) {
  return {at(left, bottom), at(left + side, bottom), at(left + side, bottom + side), at(left, bottom + side)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(products_follow_from_the_root_squared_being_two) {
  BOOST_TEST((surd{1, 2} * surd{3, 4} == surd{19, 10}));
  BOOST_TEST((surd{0, 1} * surd{0, 1} == surd{2, 0}));
  BOOST_TEST((surd{5, -1} - surd{2, 3} == surd{3, -4}));
  BOOST_TEST((surd{7, 5}).value() == 7.0 + 5.0 * std::sqrt(2.0), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(the_sign_is_exact_where_double_precision_is_not) {
  // Neighbours of Pell's equation: 470832^2 - 2 * 332928^2 = -... differ from 0 by 1 in 2e11.
  BOOST_TEST((surd{470832, -332929}).sign() == -1);
  BOOST_TEST((surd{665857, -470832}).sign() == 1);
  BOOST_TEST((surd{-665857, 470832}).sign() == -1);
  BOOST_TEST((surd{0, 0}).sign() == 0);
  BOOST_TEST((surd{-3, 2}).sign() == -1);  // 2 * 1.414 = 2.83
  BOOST_TEST((surd{3, -2}).sign() == 1);
  BOOST_TEST((surd{-2, 2}).sign() == 1);
}

BOOST_AUTO_TEST_CASE(the_order_agrees_with_long_double_on_random_numbers) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::int64_t> number(-5000, 5000);
  for (int i = 0; i < 2000; ++i) {
    const surd x{number(random), number(random)};
    const surd y{number(random), number(random)};
    const auto wide = [](surd z) { return static_cast<long double>(z.a) + static_cast<long double>(z.b) * std::sqrt(2.0L); };
    BOOST_REQUIRE((x < y) == (wide(x) < wide(y)));
  }
}

BOOST_AUTO_TEST_CASE(eight_turns_by_45_degrees_lead_back) {
  exact_point p = at(8, 24);
  const exact_point start = p;
  for (int i = 1; i <= 8; ++i) {
    p = turned(start, i);
    const double angle = std::atan2(24.0, 8.0) + i * std::atan(1.0);
    BOOST_TEST(p.x.value() == std::sqrt(640.0) * std::cos(angle), boost::test_tools::tolerance(1e-12));
    BOOST_TEST(p.y.value() == std::sqrt(640.0) * std::sin(angle), boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST((p == start));
  BOOST_TEST((turned(start, -3) == turned(start, 5)));
}

BOOST_AUTO_TEST_CASE(touching_is_no_overlap) {
  BOOST_TEST((doubled_area(box_at(0, 0, 3)) == surd{18, 0}));
  BOOST_TEST(!overlap(box_at(0, 0, 2), box_at(2, 0, 2)));  // an edge in common
  BOOST_TEST(!overlap(box_at(0, 0, 2), box_at(2, 2, 2)));  // a corner in common
  BOOST_TEST(overlap(box_at(0, 0, 3), box_at(2, 2, 2)));
  BOOST_TEST(overlap(box_at(0, 0, 9), box_at(2, 2, 2)));  // one inside the other
  BOOST_TEST(overlap(box_at(0, 0, 2), box_at(0, 0, 2)));
  // A slanted edge separates what the boxes around them do not.
  const exact_polygon low = {at(0, 0), at(4, 0), at(0, 4)};
  const exact_polygon high = {at(4, 0), at(4, 4), at(0, 4)};
  BOOST_TEST(!overlap(low, high));
  BOOST_TEST(overlap(low, {at(3, 0), at(4, 4), at(0, 4)}));
}

BOOST_AUTO_TEST_CASE(edges_are_shared_in_part_but_not_in_a_point) {
  BOOST_TEST(share_edge(box_at(0, 0, 2), box_at(2, 1, 2)));
  BOOST_TEST(!share_edge(box_at(0, 0, 2), box_at(2, 2, 2)));
  BOOST_TEST(!share_edge(box_at(0, 0, 2), box_at(3, 0, 2)));
}

BOOST_AUTO_TEST_CASE(an_assembly_hangs_together_by_edges) {
  BOOST_TEST(check_assembly({box_at(0, 0, 2), box_at(2, 0, 2), box_at(4, 1, 2)}).good());
  const assembly_check corner_only = check_assembly({box_at(0, 0, 2), box_at(2, 2, 2)});
  BOOST_TEST((!corner_only.overlapping && !corner_only.connected));
  const assembly_check on_top = check_assembly({box_at(0, 0, 2), box_at(2, 0, 2), box_at(3, 0, 2)});
  BOOST_REQUIRE(on_top.overlapping.has_value());
  BOOST_TEST(on_top.overlapping->first == 1U);
  BOOST_TEST(on_top.overlapping->second == 2U);
  BOOST_TEST(!on_top.good());
}
