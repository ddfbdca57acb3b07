#include "fewclip/core/spatial_rows.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"

using B = fewclip::backend::cpu<double>;
using fewclip::shape;
using fewclip::spatial_rows;

namespace {
fewclip::tensor<B> numbers(double first, const shape& extents) {
  std::vector<double> values(static_cast<std::size_t>(extents.size()));
  for (double& each : values) each = first++;
  return fewclip::tensor<B>::from_host(values.data(), extents);
}
}  // namespace

BOOST_AUTO_TEST_CASE(the_width_of_a_row_tells_its_places) {
  const auto layout = spatial_rows::of(8, 2, "here");
  BOOST_TEST(layout.places == 3);
  BOOST_TEST(layout.dim == 2);
  BOOST_TEST(layout.columns() == 8);
  for (const fewclip::index columns : {7, 2, 0}) BOOST_CHECK_THROW(spatial_rows::of(columns, 2, "here"), fewclip::shape_error);
  BOOST_CHECK_THROW(spatial_rows::of(4, 0, "here"), fewclip::shape_error);
}

BOOST_AUTO_TEST_CASE(the_feature_comes_first_then_the_places_of_that_image) {
  const std::vector<double> expected{1, 2, 10, 11, 12, 13, 3, 4, 14, 15, 16, 17};
  for (const shape& extents : {shape{4, 2}, shape{2, 2, 2}}) {
    const auto rows = fewclip::join_spatial_rows(numbers(1, {2, 2}), numbers(10, extents));
    BOOST_TEST((rows.extents() == shape{2, 6}));
    BOOST_TEST(rows.to_host() == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(tokens_that_do_not_belong_to_the_images_are_refused) {
  for (const shape& extents : {shape{3, 2}, shape{2, 4}, shape{0, 2}}) {
    BOOST_CHECK_THROW(fewclip::join_spatial_rows(numbers(1, {2, 2}), numbers(10, extents)), fewclip::shape_error);
  }
}
