#include "fewclip/core/matrix_view.hpp"

#include <Eigen/Core>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "../xtensor_views.hpp"
#include "fewclip/interop/xtensor.hpp"

namespace {

using view = fewclip::matrix_view<float>;
using row_major = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static_assert(std::is_convertible_v<const row_major&, view>);
static_assert(std::is_convertible_v<const xt::xtensor<float, 2>&, view>);
static_assert(!std::is_convertible_v<const Eigen::MatrixXd&, view>, "another scalar is not converted silently");
static_assert(!std::is_convertible_v<const xt::xarray<double>&, view>);

/// Six rows of four numbers: row r holds 10 r, 10 r + 1, ...
xt::xtensor<float, 2> numbered() {
  xt::xtensor<float, 2> out = xt::zeros<float>({6, 4});
  for (std::size_t r = 0; r < 6; ++r) {
    for (std::size_t c = 0; c < 4; ++c) out(r, c) = static_cast<float>(10 * r + c);
  }
  return out;
}

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

BOOST_AUTO_TEST_CASE(a_null_pointer_is_refused_unless_there_is_nothing_to_read) {
  const auto expected = [](const fewclip::value_error& e) {
    return std::string(e.what()) == "fewclip::matrix_view: data: expected a pointer to 2 x 3 numbers, got null";
  };
  BOOST_CHECK_EXCEPTION(view(nullptr, 2, 3), fewclip::value_error, expected);
  const Eigen::Map<const row_major> map(nullptr, 2, 3);
  BOOST_CHECK_EXCEPTION((view(map)), fewclip::value_error, expected);
  BOOST_TEST(view(nullptr, 0, 3).columns() == 3);
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

BOOST_AUTO_TEST_CASE(a_part_of_an_eigen_matrix_begins_where_it_begins) {
  const row_major all = row_major::Random(6, 4);
  const view middle = all.middleRows(2, 3);
  BOOST_TEST(middle.data() == &all(2, 0));
  BOOST_TEST(middle.rows() == 3);
  BOOST_TEST(view(all.row(5)).data() == &all(5, 0));
  const Eigen::Ref<const row_major> part = all.bottomRows(2);
  BOOST_TEST(view(part).data() == &all(4, 0));
  BOOST_TEST(view(all.topRows(1).rightCols(2)).data() == &all(0, 2), "one row may end before the matrix does");
  const Eigen::MatrixXf columns = Eigen::MatrixXf::Random(4, 6);
  BOOST_TEST(view(columns.middleCols(2, 3).transpose()).data() == &columns(0, 2));
}

BOOST_AUTO_TEST_CASE(a_part_of_an_eigen_matrix_with_gaps_is_refused) {
  const row_major all = row_major::Random(6, 4);
  BOOST_CHECK_THROW(view(all.leftCols(3)), fewclip::shape_error);
  BOOST_CHECK_THROW(view(all.block(1, 1, 2, 3)), fewclip::shape_error);
  const Eigen::MatrixXf columns = Eigen::MatrixXf::Random(4, 6);
  BOOST_CHECK_THROW(view(columns.row(1)), fewclip::shape_error);
  const Eigen::Ref<const row_major, 0, Eigen::OuterStride<>> part = all.leftCols(3);
  BOOST_CHECK_THROW((view(part)), fewclip::shape_error);
  const Eigen::Map<const row_major, 0, Eigen::OuterStride<>> upwards(&all(5, 0), 6, 4, Eigen::OuterStride<>(-4));
  BOOST_CHECK_THROW((view(upwards)), fewclip::shape_error);
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

BOOST_AUTO_TEST_CASE(a_part_of_an_xtensor_array_begins_where_it_begins) {
  const xt::xtensor<float, 2> all = numbered();
  const auto rows = xt::view(all, xt::range(2, 5), xt::all());
  BOOST_TEST(view(rows).data() == &all(2, 0));
  BOOST_TEST(view(rows).rows() == 3);
  BOOST_TEST(view(xt::view(all, xt::range(5, 6), xt::all())).data() == &all(5, 0));
  BOOST_TEST(view(xt::view(all, xt::range(3, 4), xt::range(1, 3))).data() == &all(3, 1), "one row may end before the array does");
  BOOST_TEST(view(xt::view(rows, xt::range(1, 3), xt::all())).data() == &all(3, 0), "a view of a view");
  BOOST_TEST(view(xt::strided_view(all, {xt::range(4, 6), xt::all()})).data() == &all(4, 0));
  const xt::xtensor<float, 3> cube = xt::ones<float>({3, 2, 4});
  BOOST_TEST(view(xt::view(cube, 1, xt::all(), xt::all())).data() == &cube(1, 0, 0));
  BOOST_TEST(view(xt::view(all, xt::range(2, 2), xt::all())).empty());
}

BOOST_AUTO_TEST_CASE(a_part_of_an_xtensor_array_with_gaps_or_in_another_order_is_refused) {
  const xt::xtensor<float, 2> all = numbered();
  BOOST_CHECK_THROW(view(xt::view(all, xt::all(), xt::range(0, 3))), fewclip::shape_error);
  BOOST_CHECK_THROW(view(xt::view(all, xt::range(0, 6, 2), xt::all())), fewclip::shape_error);
  BOOST_CHECK_THROW(view(xt::view(all, xt::range(4, 1, -1), xt::all())), fewclip::shape_error);
  BOOST_CHECK_THROW(view(xt::view(all, xt::range(0, 1), xt::range(3, 0, -1))), fewclip::shape_error);
  BOOST_CHECK_THROW(view(xt::strided_view(all, {xt::range(0, 6, 3), xt::all()})), fewclip::shape_error);
}

BOOST_AUTO_TEST_CASE(a_temporary_matrix_is_taken_over_and_anything_else_is_borrowed) {
  row_major eigen = row_major::Constant(3, 4, 7);
  const float* const at = eigen.data();
  BOOST_TEST(!view(eigen).owner());
  BOOST_TEST(!view(eigen.topRows(2)).owner(), "a part of a matrix that stays");
  BOOST_TEST(!view(Eigen::Map<const row_major>(at, 3, 4)).owner());
  const view taken = view(std::move(eigen));
  BOOST_TEST(taken.data() == at, "moved, not copied");
  BOOST_TEST(taken.owner().get() == at);
  const view of_function = row_major(row_major::Constant(2, 5, 3));
  BOOST_TEST(of_function.rows() == 2);
  BOOST_TEST(of_function.data()[9] == 3);

  xt::xtensor<float, 2> array = numbered();
  BOOST_TEST(!view(array).owner());
  const float* const first = array.data();
  BOOST_TEST(view(std::move(array)).data() == first);
  const view part = xt::view(numbered(), xt::range(2, 5), xt::all());
  BOOST_TEST(part.rows() == 3);
  BOOST_TEST(part.data()[0] == 20, "a view of a temporary owns it");
  const xt::xtensor<float, 2> stays = numbered();
  BOOST_TEST(view(xt::view(stays, xt::range(2, 5), xt::all())).data() == &stays(2, 0));
}

BOOST_AUTO_TEST_CASE(a_temporary_is_checked_like_any_matrix) {
  BOOST_TEST(shape_error_text([] { view v(xt::xtensor<float, 1>{1, 2}); }) == "fewclip::matrix_view: dimensions: expected 2, got 1");
  BOOST_TEST(view(row_major(0, 4)).empty());
}

}  // namespace

BOOST_AUTO_TEST_CASE(temporaries_that_have_elements_without_being_a_matrix_are_taken_over_as_well) {
  struct derived : row_major {
    using row_major::row_major;
  };
  derived one(2, 2);
  one << 1, 2, 3, 4;
  const float* const place = one.data();
  const view moved = std::move(one);
  BOOST_TEST(moved.data() == place);
  BOOST_TEST(moved.owner() != nullptr);
  const row_major all = row_major::Ones(2, 2);
  const view evaluated = Eigen::Ref<const row_major>(all * 2);
  BOOST_TEST(evaluated.owner() != nullptr);
  BOOST_TEST(evaluated.data()[3] == 2);
  const Eigen::Ref<const row_major> named = all;
  BOOST_TEST(view(named).data() == all.data());
}

BOOST_AUTO_TEST_CASE(a_view_that_was_moved_from_is_empty) {
  view one = row_major(row_major::Ones(3, 2));
  const view two = std::move(one);
  BOOST_TEST(two.rows() == 3);
  BOOST_TEST(one.empty());               // NOLINT(bugprone-use-after-move)
  BOOST_TEST((one.data() == nullptr));   // NOLINT(bugprone-use-after-move)
  BOOST_TEST((one.owner() == nullptr));  // NOLINT(bugprone-use-after-move)
  view three = two;
  three = view();
  BOOST_TEST(three.empty());
  BOOST_TEST(two.data()[5] == 1);
}
