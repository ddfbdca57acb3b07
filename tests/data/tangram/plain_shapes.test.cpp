#include "fewclip/data/tangram/plain_shapes.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

using namespace fewclip::data::tangram;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(every_shape_lies_within_its_square_and_fills_a_good_part) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < plain_shape_count; ++i) {
    const auto shape = static_cast<plain_shape>(i);
    names.insert(name_of(shape));
    const box around = bounds({outline(shape)});
    BOOST_TEST((around.left >= -1.001 && around.right <= 1.001 && around.top >= -1.15 && around.bottom <= 1.15), name_of(shape));
    BOOST_TEST(std::abs(signed_area(outline(shape))) > 1.0, name_of(shape));
    BOOST_TEST(std::abs(around.left + around.right) < 1e-9, name_of(shape));  // left and right alike
  }
  BOOST_TEST(names.size() == plain_shape_count);
}

BOOST_AUTO_TEST_CASE(areas_are_those_of_the_formulas) {
  const auto area = [](plain_shape shape) { return std::abs(signed_area(outline(shape))); };
  BOOST_TEST(area(plain_shape::circle) == 20.0 * std::sin(3.14159265358979 / 20.0), tt::tolerance(1e-9));  // 40 triangles
  BOOST_TEST(area(plain_shape::hexagon) == 1.5 * std::sqrt(3.0), tt::tolerance(1e-9));
  BOOST_TEST(area(plain_shape::box) == 1.7 * 1.7, tt::tolerance(1e-9));
  BOOST_TEST(area(plain_shape::cross) == 2.0 * 2.0 * 0.72 - 0.72 * 0.72, tt::tolerance(1e-9));
  BOOST_TEST(area(plain_shape::diamond) == 1.4, tt::tolerance(1e-9));
}
