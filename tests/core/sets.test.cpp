#include "fewclip/core/sets.hpp"

#include <boost/test/unit_test.hpp>

#include <Eigen/Core>
#include <limits>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/metrics/query_labels.hpp"

namespace {

using fewclip::label;
using real = fewclip::backend::cpu<double>;
using rows = fewclip::matrix_view<double>;
using support_set = fewclip::support_set<real>;
using validation_set = fewclip::validation_set<real>;
using query_set = fewclip::query_set<real>;

// No public member of a query set gives its labels, under this or another name that its siblings have.
template <class Set>
concept gives_labels = requires(const Set& set) {
  set.labels();
};
template <class Set>
concept gives_rows_with_labels = requires(const Set& set) {
  set.rows_;
};
static_assert(gives_labels<support_set> && gives_labels<validation_set>);
static_assert(!gives_labels<query_set> && !gives_rows_with_labels<query_set>);
static_assert(!std::is_convertible_v<query_set, support_set> && !std::is_convertible_v<query_set, validation_set>);
static_assert(!std::is_constructible_v<support_set, query_set> && !std::is_constructible_v<validation_set, query_set>);
static_assert(!std::is_constructible_v<fewclip::class_labels, query_set> &&
              !std::is_base_of_v<fewclip::detail::labelled_rows<real>, query_set>);

const double values[]{1, 0, 0, 1, 0.6, 0.8};

std::string message(const auto& action) {
  try {
    action();
  } catch (const fewclip::error& error) {
    return error.what();
  }
  return "nothing thrown";
}

BOOST_AUTO_TEST_CASE(sets_borrow_the_rows_of_the_host) {
  const std::vector<label> labels{0, 1, 1};
  const support_set support(rows(values, 3, 2), {labels, 2});
  const query_set queries(rows(values, 3, 2), {labels, 2});
  const fewclip::class_text<real> text(rows(values, 3, 2));
  BOOST_TEST(support.features().data() == values);
  BOOST_TEST(queries.features().data() == values);
  BOOST_TEST(text.rows().data() == values);
  BOOST_TEST(support.labels().values().data() == labels.data());
  const support_set copy = support;
  BOOST_TEST(copy.features().data() == values);
}

BOOST_AUTO_TEST_CASE(a_row_major_eigen_matrix_is_borrowed) {
  const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> matrix = Eigen::MatrixXd::Ones(3, 2);
  const support_set support(rows(matrix), {std::vector<int>{0, 0, 1}, 2});
  BOOST_TEST(support.features().data() == matrix.data());
  BOOST_TEST(support.features().extents().text() == "[3, 2]");
}

BOOST_AUTO_TEST_CASE(features_and_labels_must_be_equally_many) {
  const std::vector<label> two{0, 1};
  BOOST_TEST(message([&] {
               support_set(rows(values, 3, 2), {two, 2});
             }) == "fewclip::support_set: labels: expected 3 (one per row of the features), got 2");
  BOOST_TEST(message([&] {
               validation_set(rows(values, 3, 2), {two, 2});
             }) == "fewclip::validation_set: labels: expected 3 (one per row of the features), got 2");
  BOOST_TEST(message([&] {
               query_set(rows(values, 3, 2), {two, 2});
             }) == "fewclip::query_set: labels: expected 3 (one per row of the features), got 2");
}

BOOST_AUTO_TEST_CASE(a_label_that_is_no_class_is_named_with_its_row) {
  BOOST_TEST(message([&] {
               support_set(rows(values, 3, 2), {std::vector<int>{0, 1, 2}, 2});
             }) == "fewclip::class_labels: label of row 2: expected a class in 0..1, got 2");
}

BOOST_AUTO_TEST_CASE(only_metrics_open_the_labels_of_a_query_set) {
  const query_set queries(rows(values, 3, 2), {std::vector<int>{1, 0, 1}, 2});
  BOOST_TEST(queries.size() == 3);
  const auto seen = fewclip::metrics::query_labels::of(queries).values();
  BOOST_TEST(std::vector<label>(seen.begin(), seen.end()) == (std::vector<label>{1, 0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(empty_sets_are_empty) {
  BOOST_TEST(support_set().labels().empty());
  BOOST_TEST(query_set().size() == 0);
  BOOST_TEST(fewclip::class_text<real>().empty());
  BOOST_TEST(fewclip::class_text<real>().classes() == 0);
  BOOST_TEST(fewclip::class_text<real>(rows(values, 3, 2)).classes() == 3);
}

BOOST_AUTO_TEST_CASE(rows_are_checked_for_finite_numbers_and_for_length_one) {
  const auto check = [](std::vector<double> numbers, bool unit_rows) {
    const auto matrix = fewclip::to_backend<real>(rows(numbers.data(), static_cast<fewclip::index>(numbers.size()) / 2, 2));
    return message([&] { fewclip::require_rows<real>(matrix, "f", "x", unit_rows); });
  };
  BOOST_TEST(check({1, 0, 0.6, 0.8}, true) == "nothing thrown");
  BOOST_TEST(check({3, 4}, false) == "nothing thrown");
  BOOST_TEST(check({1.0019, 0}, true) == "nothing thrown");
  BOOST_TEST(check({1, 0, 1.003, 0}, true) ==
             "f: x, row 1: expected a row of length 1 (see fewclip::ops::normalise_rows), got length 1.003000");
  BOOST_TEST(check({0, 0}, true) == "f: x, row 0: expected a row of length 1 (see fewclip::ops::normalise_rows), got length 0.000000");
  BOOST_TEST(check({1, 0, 0, std::numeric_limits<double>::infinity()}, false) ==
             "f: x, row 1: expected finite numbers, got NaN or infinity");
}

BOOST_AUTO_TEST_CASE(temporaries_live_as_long_as_the_sets) {
  using row_major = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto numbered = [](double first) {
    row_major out(4, 9);
    for (Eigen::Index i = 0; i < out.size(); ++i) out.data()[i] = first + static_cast<double>(i);
    return out;
  };
  const fewclip::class_text<real> text(numbered(100));
  const support_set support(numbered(200), {std::vector<int>{0, 1, 2, 3}, 4});
  const validation_set validation(numbered(300), {std::vector<int>{0, 1, 2, 3}, 4});
  const query_set queries(numbered(400), {std::vector<int>{0, 1, 2, 3}, 4});
  const std::vector<row_major> noise(8, row_major::Constant(4, 9, -1));  // the freed memory is used again
  BOOST_TEST(text.rows().data()[35] == 135);
  BOOST_TEST(support.features().data()[35] == 235);
  BOOST_TEST(validation.features().data()[35] == 335);
  BOOST_TEST(queries.features().data()[35] == 435);
}

}  // namespace
