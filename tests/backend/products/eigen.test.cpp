#include "fewclip/backend/products/eigen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "fewclip/concepts/matrix_product.hpp"

namespace {

using fewclip::index;
using fewclip::products::eigen;
using scalars = std::tuple<float, double>;

static_assert(fewclip::matrix_product<eigen, float>);
static_assert(fewclip::matrix_product<eigen, double>);

unsigned fresh_seed() {
  static const unsigned seed = std::random_device{}();
  return seed;
}

template <class Scalar>
std::vector<Scalar> normal_values(index count, unsigned salt) {
  std::mt19937 generator(fresh_seed() + salt);
  std::normal_distribution<Scalar> normal;
  std::vector<Scalar> out(static_cast<std::size_t>(count));
  for (Scalar& value : out) value = normal(generator);
  return out;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_hand_computed_product, Scalar, scalars) {
  const std::vector<Scalar> x{1, 2, 3, 4};               // two rows
  const std::vector<Scalar> weights{1, 0, 0, 1, 1, -1};  // three rows
  std::vector<Scalar> out(6);
  const auto packed = eigen::pack(weights.data(), 3, 2);
  eigen::multiply_packed(x.data(), 2, packed, 0, 3, out.data());
  BOOST_TEST(out == (std::vector<Scalar>{1, 2, -1, 3, 4, -1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_range_of_columns_is_written_without_gaps, Scalar, scalars) {
  const std::vector<Scalar> x{1, 2, 3, 4};
  const std::vector<Scalar> weights{1, 0, 0, 1, 1, -1};
  std::vector<Scalar> out(4);
  eigen::multiply_packed(x.data(), 2, eigen::pack(weights.data(), 3, 2), 1, 3, out.data());
  BOOST_TEST(out == (std::vector<Scalar>{2, -1, 4, -1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_row_and_many_rows_give_the_plain_sums, Scalar, scalars) {
  const double tolerance = std::is_same_v<Scalar, float> ? 1e-4 : 1e-12;
  for (const index rows : {1, 2, 193}) {
    const index columns = 385;
    const index depth = 77;
    const auto x = normal_values<Scalar>(rows * depth, 1);
    const auto weights = normal_values<Scalar>(columns * depth, 2);
    std::vector<Scalar> out(static_cast<std::size_t>(rows * columns));
    eigen::multiply_packed(x.data(), rows, eigen::pack(weights.data(), columns, depth), 0, columns, out.data());
    double worst = 0;
    for (index i = 0; i < rows; ++i) {
      for (index j = 0; j < columns; ++j) {
        double sum = 0;
        for (index k = 0; k < depth; ++k) {
          sum += double{x[static_cast<std::size_t>(i * depth + k)]} * double{weights[static_cast<std::size_t>(j * depth + k)]};
        }
        worst = std::max(worst, std::abs(double{out[static_cast<std::size_t>(i * columns + j)]} - sum));
      }
    }
    BOOST_TEST_CONTEXT("seed " << fresh_seed() << " rows " << rows) BOOST_TEST(worst < tolerance);
  }
}

/// The general product in all its forms against plain sums.
template <class Scalar>
void check_general_product(const fewclip::products::product_extents& size) {
  const index a_stride = 20;
  const index b_stride = 21;
  const index c_stride = 10;
  const auto a = normal_values<Scalar>(20 * a_stride, 3);
  const auto b = normal_values<Scalar>(20 * b_stride, 4);
  for (int form = 0; form < 12; ++form) {
    const bool left = form % 2 != 0;
    const bool right = form / 2 % 2 != 0;
    const auto beta = static_cast<Scalar>(form / 4);  // 0, 1 or 2
    const auto before = normal_values<Scalar>(size.rows * c_stride, 5);
    auto c = before;
    eigen::multiply<Scalar>({left, right}, size, Scalar(-2), a.data(), a_stride, b.data(), b_stride, beta, c.data(), c_stride);
    for (index i = 0; i < size.rows; ++i) {
      for (index j = 0; j < c_stride; ++j) {
        const auto at = static_cast<std::size_t>(i * c_stride + j);
        double expected = double{before[at]};
        if (j < size.columns) {
          double sum = 0;
          for (index k = 0; k < size.depth; ++k) {
            sum += double{a[static_cast<std::size_t>(left ? k * a_stride + i : i * a_stride + k)]} *
                   double{b[static_cast<std::size_t>(right ? j * b_stride + k : k * b_stride + j)]};
          }
          expected = -2 * sum + double{beta} * expected;
        }
        BOOST_TEST_CONTEXT("seed " << fresh_seed() << " form " << form) BOOST_TEST(std::abs(double{c[at]} - expected) < 1e-5);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_general_product_respects_transpositions_strides_alpha_and_beta, Scalar, scalars) {
  check_general_product<Scalar>({5, 7, 3});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(so_does_the_product_of_one_row, Scalar, scalars) { check_general_product<Scalar>({1, 7, 19}); }

BOOST_AUTO_TEST_CASE(what_c_held_is_not_read_where_beta_is_zero) {
  const double a = 2;
  const double b = 3;
  double c = std::numeric_limits<double>::quiet_NaN();
  eigen::multiply<double>({}, {1, 1, 1}, 1, &a, 1, &b, 1, 0, &c, 1);
  BOOST_TEST(c == 6.0);
}

}  // namespace
