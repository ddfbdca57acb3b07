#include "fewclip/core/shape.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using fewclip::shape;

std::string shape_error_text(const auto& action) {
  try {
    action();
  } catch (const fewclip::shape_error& error) {
    return error.what();
  }
  return "no shape_error";
}

BOOST_AUTO_TEST_CASE(rows_are_the_outermost_extent_and_columns_the_product_of_the_others) {
  const shape s{2, 3, 4};
  BOOST_TEST(s.rank() == 3);
  BOOST_TEST(s.size() == 24);
  BOOST_TEST(s.rows() == 2);
  BOOST_TEST(s.columns() == 12);
  BOOST_TEST(s[1] == 3);
  BOOST_TEST(s.text() == "[2, 3, 4]");
}

BOOST_AUTO_TEST_CASE(a_shape_of_rank_zero_holds_one_element) {
  const shape s;
  BOOST_TEST(s.rank() == 0);
  BOOST_TEST(s.size() == 1);
  BOOST_TEST(s.rows() == 1);
  BOOST_TEST(s.columns() == 1);
  BOOST_TEST(s.text() == "[]");
}

BOOST_AUTO_TEST_CASE(an_extent_of_zero_empties_the_shape_but_keeps_the_columns) {
  const shape s{0, 5};
  BOOST_TEST(s.size() == 0);
  BOOST_TEST(s.rows() == 0);
  BOOST_TEST(s.columns() == 5);
}

BOOST_AUTO_TEST_CASE(shapes_are_equal_where_rank_and_extents_are) {
  BOOST_TEST((shape{2, 3} == shape{2, 3}));
  BOOST_TEST(!(shape{2, 3} == shape{3, 2}));
  BOOST_TEST(!(shape{2} == shape{2, 1}));
}

BOOST_AUTO_TEST_CASE(append_adds_an_innermost_extent) {
  shape s{2};
  s.append(7);
  BOOST_TEST((s == shape{2, 7}));
}

BOOST_AUTO_TEST_CASE(negative_extents_and_a_ninth_extent_are_refused) {
  BOOST_TEST(shape_error_text([] { shape{2, -1}; }) == "fewclip::shape: extent: expected a number >= 0, got -1");
  BOOST_TEST(shape_error_text([] { shape{1, 1, 1, 1, 1, 1, 1, 1, 1}; }) == "fewclip::shape: rank: expected at most 8, got 9 or more");
  BOOST_CHECK_NO_THROW((shape{1, 1, 1, 1, 1, 1, 1, 1}));
}

BOOST_AUTO_TEST_CASE(a_required_shape_is_named_with_what_came) {
  BOOST_CHECK_NO_THROW(fewclip::require_shape("fewclip::f", "x", {2, 3}, {2, 3}));
  BOOST_TEST(shape_error_text([] {
               fewclip::require_shape("fewclip::f", "x", {2, 3}, {2, 4});
             }) == "fewclip::f: x: expected shape [2, 3], got [2, 4]");
}

}  // namespace
