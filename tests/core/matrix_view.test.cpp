#include "fewclip/core/matrix_view.hpp"

#include <Eigen/Core>
#include <string>
#include <type_traits>

#define BOOST_TEST_MODULE core_matrix_view
#include <boost/test/unit_test.hpp>

#include "fewclip/interop/xtensor.hpp"

namespace {

using view = fewclip::matrix_view<float>;
using row_major = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static_assert(std::is_convertible_v<const row_major&, view>);
static_assert(std::is_convertible_v<const xt::xtensor<float, 2>&, view>);
static_assert(!std::is_convertible_v<const Eigen::MatrixXd&, view>, "another scalar is not converted silently");
static_assert(!std::is_convertible_v<const xt::xarray<double>&, view>);

std::string shape_error_text(const auto& action) {
  try {
    action();
  } catch (const fewclip::shape_error& error) {
    return error.what();
  }
  return "no shape_error";
}

BOOST_AUTO_TEST_CASE(a_pointer_with_extents_is_viewed) {
  const float values[6]{};
  const view v(values, 2, 3);
  BOOST_TEST(v.data() == values);
  BOOST_TEST(v.rows() == 2);
  BOOST_TEST(v.columns() == 3);
  BOOST_TEST(!v.empty());
  BOOST_TEST(view().empty());
}

BOOST_AUTO_TEST_CASE(a_row_major_eigen_matrix_is_viewed_in_place) {
  const row_major matrix = row_major::Random(3, 5);
  const view v = matrix;
  BOOST_TEST(v.data() == matrix.data());
  BOOST_TEST(v.rows() == 3);
  BOOST_TEST(v.columns() == 5);
}

BOOST_AUTO_TEST_CASE(an_eigen_map_is_viewed_in_place) {
  const float values[6]{1, 2, 3, 4, 5, 6};
  const Eigen::Map<const row_major> map(values, 3, 2);
  const view v = map;
  BOOST_TEST(v.data() == values);
  BOOST_TEST(v.rows() == 3);
  BOOST_TEST(v.columns() == 2);
}

BOOST_AUTO_TEST_CASE(an_eigen_row_vector_is_a_matrix_of_one_row) {
  const Eigen::RowVectorXf row = Eigen::RowVectorXf::Ones(4);
  const view v = row;
  BOOST_TEST(v.data() == row.data());
  BOOST_TEST(v.rows() == 1);
  BOOST_TEST(v.columns() == 4);
}

BOOST_AUTO_TEST_CASE(an_eigen_map_with_gaps_between_rows_is_refused) {
  const float values[8]{};
  const Eigen::Map<const row_major, 0, Eigen::OuterStride<>> map(values, 2, 3, Eigen::OuterStride<>(4));
  BOOST_TEST(shape_error_text([&] { view v(map); }) == "fewclip::matrix_view: distance between rows: expected 3 elements, got 4");
}

BOOST_AUTO_TEST_CASE(an_eigen_map_with_gaps_between_values_is_refused) {
  const float values[12]{};
  const Eigen::Map<const row_major, 0, Eigen::Stride<Eigen::Dynamic, 2>> map(values, 2, 3, Eigen::Stride<Eigen::Dynamic, 2>(3, 2));
  BOOST_TEST(shape_error_text([&] { view v(map); }) == "fewclip::matrix_view: distance between values: expected 1 element, got 2");
}

BOOST_AUTO_TEST_CASE(two_dimensional_xtensor_arrays_are_viewed_in_place) {
  const xt::xtensor<float, 2> fixed_rank{{1, 2, 3}, {4, 5, 6}};
  const xt::xarray<float> any_rank{{1, 2, 3}, {4, 5, 6}};
  const view of_fixed = fixed_rank;
  const view of_any = any_rank;
  BOOST_TEST(of_fixed.data() == fixed_rank.data());
  BOOST_TEST(of_any.data() == any_rank.data());
  BOOST_TEST(of_fixed.rows() == 2);
  BOOST_TEST(of_any.columns() == 3);
}

BOOST_AUTO_TEST_CASE(xtensor_arrays_of_one_row_or_one_column_are_viewed) {
  const xt::xtensor<float, 2> row{{1, 2, 3}};
  const xt::xtensor<float, 2> column{{1}, {2}};
  BOOST_TEST(view(row).columns() == 3);
  BOOST_TEST(view(column).rows() == 2);
}

BOOST_AUTO_TEST_CASE(an_xtensor_array_of_another_dimension_is_refused) {
  const xt::xarray<float> vector{1, 2, 3};
  BOOST_TEST(shape_error_text([&] { view v(vector); }) == "fewclip::matrix_view: dimensions: expected 2, got 1");
  const xt::xtensor<float, 3> cube = xt::zeros<float>({2, 2, 2});
  BOOST_TEST(shape_error_text([&] { view v(cube); }) == "fewclip::matrix_view: dimensions: expected 2, got 3");
}

BOOST_AUTO_TEST_CASE(a_column_major_xtensor_array_is_refused) {
  const xt::xtensor<float, 2, xt::layout_type::column_major> array{{1, 2, 3}, {4, 5, 6}};
  BOOST_TEST(shape_error_text([&] { view v(array); }) ==
             "fewclip::matrix_view: layout: expected row-major without gaps, got other strides");
}

}  // namespace
