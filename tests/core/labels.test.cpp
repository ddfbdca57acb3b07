#include "fewclip/core/labels.hpp"

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "../xtensor_views.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/interop/xtensor.hpp"

namespace {

using fewclip::class_labels;
using fewclip::index;
using fewclip::label;
using indices = std::vector<index>;

static_assert(fewclip::label_range<std::vector<int>>);
static_assert(fewclip::label_range<std::array<std::uint8_t, 3>>);
static_assert(fewclip::label_range<std::span<const std::int64_t>>);
static_assert(fewclip::label_range<Eigen::VectorXi>);
static_assert(fewclip::label_range<xt::xtensor<int, 1>>);
static_assert(!fewclip::label_range<std::vector<float>>);

/// Labels of a device: memory that the host cannot read.
struct elsewhere {
  struct memory {
    static constexpr bool host_accessible = false;
  };
};
static_assert(fewclip::label_range<fewclip::basic_tensor<label, fewclip::backend::cpu<float>>>);
static_assert(!fewclip::label_range<fewclip::basic_tensor<label, elsewhere>>);

indices listed(const class_labels& labels) { return {labels.values().begin(), labels.values().end()}; }

std::string value_error_text(const auto& action) {
  try {
    action();
  } catch (const fewclip::value_error& error) {
    return error.what();
  }
  return "no value_error";
}

BOOST_AUTO_TEST_CASE(labels_of_32_bits_are_borrowed) {
  const std::vector<label> values{1, 0, 1};
  const class_labels labels(values, 2);
  BOOST_TEST(labels.values().data() == values.data());
  BOOST_TEST(labels.size() == 3);
  BOOST_TEST(labels.classes() == 2);
  BOOST_TEST(labels[2] == 1);
}

BOOST_AUTO_TEST_CASE(labels_of_other_integers_are_converted) {
  const std::vector<std::int64_t> wide{2, 0};
  const std::array<std::uint8_t, 2> narrow{2, 0};
  const xt::xtensor<std::int16_t, 1> foreign{2, 0};
  for (const class_labels& labels : {class_labels(wide, 3), class_labels(narrow, 3), class_labels(foreign, 3)}) {
    BOOST_TEST(labels[0] == 2);
    BOOST_TEST(labels[1] == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_moved_vector_is_taken_over_and_copies_own_their_labels) {
  class_labels copy;
  {
    const class_labels labels(std::vector<label>{0, 1, 1}, 2);
    copy = labels;
  }
  BOOST_TEST(copy[2] == 1);
  const class_labels moved = std::move(copy);
  BOOST_TEST(moved[1] == 1);
  BOOST_TEST(moved.size() == 3);
}

BOOST_AUTO_TEST_CASE(counts_and_offsets_include_classes_without_rows) {
  const class_labels labels(std::vector<label>{3, 1, 3, 0}, 5);
  BOOST_TEST(labels.counts() == (indices{1, 1, 0, 2, 0}), boost::test_tools::per_element());
  BOOST_TEST(labels.class_offsets() == (indices{0, 1, 2, 2, 4, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rows_are_ordered_by_class_and_stay_in_order_within_a_class) {
  const class_labels labels(std::vector<label>{2, 0, 2, 1, 0, 2}, 3);
  BOOST_TEST(labels.order_by_class() == (indices{1, 4, 3, 0, 2, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_label_outside_the_classes_is_named_with_its_row) {
  BOOST_TEST(value_error_text([] {
               class_labels(std::vector<label>{0, 1, 2}, 2);
             }) == "fewclip::class_labels: label of row 2: expected a class in 0..1, got 2");
  BOOST_TEST(value_error_text([] {
               class_labels(std::vector<label>{0, -1}, 2);
             }) == "fewclip::class_labels: label of row 1: expected a class in 0..1, got -1");
}

BOOST_AUTO_TEST_CASE(wide_labels_are_checked_before_they_are_narrowed) {
  const std::vector<std::int64_t> wide{std::int64_t{1} << 32};  // 0 after narrowing
  BOOST_TEST(value_error_text([&] { class_labels(wide, 2); }) ==
             "fewclip::class_labels: label of row 0: expected a class in 0..1, got 4294967296");
  const std::vector<std::uint64_t> huge{std::numeric_limits<std::uint64_t>::max()};  // -1 as a signed number
  BOOST_TEST(value_error_text([&] { class_labels(huge, 2); }).find("got 18446744073709551615") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_labels_are_fine_with_any_number_of_classes) {
  const class_labels labels(std::vector<label>{}, 2);
  BOOST_TEST(labels.empty());
  BOOST_TEST(labels.counts() == (indices{0, 0}), boost::test_tools::per_element());
  BOOST_TEST(labels.order_by_class().empty());
  BOOST_TEST(class_labels().empty());
}

BOOST_AUTO_TEST_CASE(a_part_of_an_eigen_vector_is_read_where_it_lies) {
  const Eigen::VectorXi all = Eigen::VectorXi::LinSpaced(6, 0, 5);
  const auto last = all.tail(2);
  const class_labels tail(last, 6);
  BOOST_TEST(tail.values().data() == &all(4), "borrowed");
  BOOST_TEST(listed(tail) == (indices{4, 5}), boost::test_tools::per_element());
  const Eigen::Map<const Eigen::VectorXi, 0, Eigen::InnerStride<>> every_second(&all(1), 3, Eigen::InnerStride<>(2));
  BOOST_TEST(listed(class_labels(every_second, 6)) == (indices{1, 3, 5}), boost::test_tools::per_element());
  const Eigen::Map<const Eigen::VectorXi, 0, Eigen::InnerStride<>> backwards(&all(5), 4, Eigen::InnerStride<>(-1));
  BOOST_TEST(listed(class_labels(backwards, 6)) == (indices{5, 4, 3, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_row_or_column_of_an_eigen_matrix_is_read_where_it_lies) {
  Eigen::MatrixXi columns(2, 3);
  columns << 0, 1, 2, 3, 4, 5;
  const Eigen::Matrix<int, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = columns;
  for (const class_labels& labels : {class_labels(columns.row(1), 6), class_labels(rows.row(1), 6)}) {
    BOOST_TEST(listed(labels) == (indices{3, 4, 5}), boost::test_tools::per_element());
  }
  for (const class_labels& labels : {class_labels(columns.col(2), 6), class_labels(rows.col(2), 6), class_labels(rows.rightCols(1), 6)}) {
    BOOST_TEST(listed(labels) == (indices{2, 5}), boost::test_tools::per_element());
  }
  BOOST_CHECK_EXCEPTION(class_labels(columns, 6), fewclip::shape_error, [](const fewclip::shape_error& e) {
    return std::string(e.what()) == "fewclip::class_labels: labels: expected one dimension, one label per row, got a matrix of 2 x 3";
  });
}

BOOST_AUTO_TEST_CASE(a_part_of_an_xtensor_array_is_read_where_it_lies) {
  const xt::xtensor<int, 1> all{0, 1, 2, 3, 4, 5};
  const auto tail = xt::view(all, xt::range(4, 6));
  const class_labels borrowed(tail, 6);
  BOOST_TEST(borrowed.values().data() == &all(4));
  BOOST_TEST(listed(class_labels(xt::view(all, xt::range(1, 6, 2)), 6)) == (indices{1, 3, 5}), boost::test_tools::per_element());
  BOOST_TEST(listed(class_labels(xt::view(all, xt::range(4, 1, -1)), 6)) == (indices{4, 3, 2}), boost::test_tools::per_element());
  const xt::xtensor<std::int64_t, 2> table{{0, 1, 2}, {3, 4, 5}};
  BOOST_TEST(listed(class_labels(xt::view(table, xt::all(), 1), 6)) == (indices{1, 4}), boost::test_tools::per_element());
  BOOST_TEST(listed(class_labels(xt::view(table, 1, xt::all()), 6)) == (indices{3, 4, 5}), boost::test_tools::per_element());
  BOOST_CHECK_THROW(class_labels(table, 6), fewclip::shape_error);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_vector_is_borrowed_where_it_begins_and_a_null_pointer_is_refused) {
  const std::vector<label> all{0, 1, 2, 3};
  const class_labels part(std::span<const label>(all).subspan(2), 4);
  BOOST_TEST(part.values().data() == &all[2]);
  BOOST_TEST(value_error_text([] { class_labels(std::span<const label>(static_cast<const label*>(nullptr), 3), 2); }) ==
             "fewclip::class_labels: labels: expected a pointer to 3 labels, got null");
}

BOOST_AUTO_TEST_CASE(labels_of_a_temporary_are_copied) {
  const auto numbers = [] { return Eigen::VectorXi(Eigen::VectorXi::LinSpaced(50, 0, 49)); };
  const class_labels eigen(numbers(), 50);
  const class_labels array(xt::xtensor<int, 1>(xt::arange<int>(50)), 50);
  const class_labels part(numbers().head(50), 50);
  struct derived : Eigen::VectorXi {
    using Eigen::VectorXi::VectorXi;
  };
  const class_labels of_derived(derived(numbers()), 50);
  const class_labels evaluated(Eigen::Ref<const Eigen::VectorXi>(numbers() * 1), 50);
  const std::vector<std::vector<int>> noise(20, std::vector<int>(50, -1));  // the freed memory is used again
  for (index i = 0; i < 50; ++i) {
    BOOST_TEST(eigen[i] == i);
    BOOST_TEST(array[i] == i);
    BOOST_TEST(part[i] == i);
    BOOST_TEST(of_derived[i] == i);
    BOOST_TEST(evaluated[i] == i);
  }
  const std::vector<int> stays{0, 1};
  const class_labels borrowed(std::span<const int>(stays), 2);
  BOOST_TEST(borrowed.values().data() == stays.data(), "a temporary span borrows as it says");
}

}  // namespace
