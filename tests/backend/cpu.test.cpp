#include "fewclip/backend/cpu.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using fewclip::index;
using fewclip::shape;
using single = fewclip::backend::cpu<float>;
using twice = fewclip::backend::cpu<double>;
using backends = std::tuple<single, twice>;

static_assert(fewclip::compute_backend<single>);
static_assert(fewclip::compute_backend<twice>);

unsigned fresh_seed() {
  static const unsigned seed = std::random_device{}();
  return seed;
}

template <class Backend>
fewclip::tensor<Backend> normal_tensor(const shape& extents, unsigned salt) {
  using scalar = typename Backend::scalar;
  std::mt19937 generator(fresh_seed() + salt);
  std::normal_distribution<scalar> normal;
  fewclip::tensor<Backend> out(extents);
  std::generate_n(out.mutable_data(), out.size(), [&] { return normal(generator); });
  return out;
}

/// Runs `action` with a number of threads, then restores the number.
template <class Action>
auto with_threads(int count, const Action& action) {
  const int before = fewclip::threads();
  fewclip::set_threads(count);
  auto out = action();
  fewclip::set_threads(before);
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

/// All products through product_rows, placed by row and column.
template <class Backend>
std::vector<typename Backend::scalar> collected(const fewclip::tensor<Backend>& x, const fewclip::tensor<Backend>& weights) {
  std::vector<typename Backend::scalar> out(static_cast<std::size_t>(x.rows() * weights.rows()), -1);
  Backend::product_rows(x, Backend::pack(weights), [&](index row, index first, index last, const typename Backend::scalar* values) {
    std::copy_n(values, last - first, out.data() + row * weights.rows() + first);
  });
  return out;
}

BOOST_AUTO_TEST_CASE(the_name_says_provider_and_scalar) {
  BOOST_TEST(single::name() == "cpu/eigen/f32");
  BOOST_TEST(twice::name() == "cpu/eigen/f64");
}

BOOST_AUTO_TEST_CASE(for_each_calls_every_position_once) {
  for (const index count : {index{0}, index{1}, index{100000}}) {
    std::vector<int> calls(static_cast<std::size_t>(count), 0);
    int* out = calls.data();
    single::for_each(count, [out](index i) { ++out[i]; });
    BOOST_TEST(std::count(calls.begin(), calls.end(), 1) == count);
  }
}

BOOST_AUTO_TEST_CASE(for_each_row_calls_every_row_once_for_any_estimate_of_work) {
  for (const index work : {index{0}, index{1}, index{1000}, index{1} << 40}) {
    std::vector<int> calls(777, 0);
    int* out = calls.data();
    single::for_each_row(777, work, [out](index i) { ++out[i]; });
    BOOST_TEST(std::count(calls.begin(), calls.end(), 1) == 777);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(product_is_the_plain_sum_for_all_transpositions_and_factors, B, backends) {
  const double tolerance = std::is_same_v<B, single> ? 1e-3 : 1e-11;
  const index rows = 131;  // more than one tile of rows, and not a multiple of one
  const index columns = 515;
  const index depth = 37;
  for (int form = 0; form < 12; ++form) {
    const bool left = form % 2 != 0;
    const bool right = form / 2 % 2 != 0;
    const double alpha = form < 4 ? 1 : -0.5;
    const double beta = form / 4;
    const auto a = normal_tensor<B>(left ? shape{depth, rows} : shape{rows, depth}, 1);
    const auto b = normal_tensor<B>(right ? shape{columns, depth} : shape{depth, columns}, 2);
    const auto before = normal_tensor<B>({rows, columns}, 3);
    auto c = before;
    B::product({left, right, alpha, beta}, a, b, c);
    double worst = 0;
    for (index i = 0; i < rows; ++i) {
      for (index j = 0; j < columns; ++j) {
        double sum = 0;
        for (index k = 0; k < depth; ++k) {
          sum += double{a.data()[left ? k * rows + i : i * depth + k]} * double{b.data()[right ? j * depth + k : k * columns + j]};
        }
        const double expected = alpha * sum + beta * double{before.data()[i * columns + j]};
        worst = std::max(worst, std::abs(double{c.data()[i * columns + j]} - expected));
      }
    }
    BOOST_TEST_CONTEXT("seed " << fresh_seed() << " form " << form) BOOST_TEST(worst < tolerance);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(product_rows_is_the_plain_sum_for_few_and_many_rows, B, backends) {
  const double tolerance = std::is_same_v<B, single> ? 1e-3 : 1e-11;
  for (const index rows : {1, 7, 8, 200}) {
    const auto x = normal_tensor<B>({rows, 40}, 1);
    const auto weights = normal_tensor<B>({801, 40}, 2);
    const auto got = collected<B>(x, weights);
    double worst = 0;
    for (index i = 0; i < rows; ++i) {
      for (index j = 0; j < 801; ++j) {
        double sum = 0;
        for (index k = 0; k < 40; ++k) sum += double{x.data()[i * 40 + k]} * double{weights.data()[j * 40 + k]};
        worst = std::max(worst, std::abs(double{got[static_cast<std::size_t>(i * 801 + j)]} - sum));
      }
    }
    BOOST_TEST_CONTEXT("seed " << fresh_seed() << " rows " << rows) BOOST_TEST(worst < tolerance);
  }
}

BOOST_AUTO_TEST_CASE(the_epilogue_of_a_row_comes_in_ascending_order_without_gaps_and_may_overwrite_its_values) {
  for (const index rows : {3, 500}) {
    const auto x = normal_tensor<single>({rows, 10}, 1);
    const auto packed = single::pack(normal_tensor<single>({1000, 10}, 2));
    std::vector<index> reached(static_cast<std::size_t>(rows), 0);
    std::vector<int> jumps(static_cast<std::size_t>(rows), 0);
    single::product_rows(x, packed, [&](index row, index first, index last, float* values) {
      const auto r = static_cast<std::size_t>(row);
      jumps[r] += first == reached[r] && last > first ? 0 : 1;
      reached[r] = last;
      std::fill_n(values, last - first, 0.0F);
    });
    BOOST_TEST(std::count(reached.begin(), reached.end(), 1000) == rows);
    BOOST_TEST(std::count(jumps.begin(), jumps.end(), 0) == rows);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(results_are_equal_bit_for_bit_for_one_two_and_five_threads, B, backends) {
  const auto a = normal_tensor<B>({300, 70}, 1);
  const auto b = normal_tensor<B>({600, 70}, 2);
  const auto few = normal_tensor<B>({5, 70}, 3);
  const auto all = [&] {
    fewclip::tensor<B> c({300, 600});
    B::product({false, true, 1, 0}, a, b, c);
    return std::tuple(c.to_host(), collected<B>(a, b), collected<B>(few, b));
  };
  const auto expected = with_threads(1, all);
  BOOST_TEST((with_threads(2, all) == expected));
  BOOST_TEST((with_threads(5, all) == expected));
}

BOOST_AUTO_TEST_CASE(wrong_extents_are_named_with_what_was_expected) {
  const fewclip::tensor<single> a({2, 3});
  const fewclip::tensor<single> b({4, 3});
  fewclip::tensor<single> c({2, 4});
  BOOST_TEST(shape_error_text([&] { single::product({}, a, b, c); }) ==
             "fewclip::backend::product: inner extent of the right operand: expected 3, got 4");
  fewclip::tensor<single> small({2, 3});
  BOOST_TEST(shape_error_text([&] {
               single::product({false, true, 1, 0}, a, b, small);
             }) == "fewclip::backend::product: result: expected shape [2, 4], got [2, 3]");
  const auto packed = single::pack(fewclip::tensor<single>({4, 5}));
  BOOST_TEST(shape_error_text([&] { single::product_rows(a, packed, [](index, index, index, float*) {}); }) ==
             "fewclip::backend::product_rows: columns of x: expected 5, got 3");
}

BOOST_AUTO_TEST_CASE(borrowed_inputs_are_read_in_place_and_a_borrowed_result_is_copied_before_it_is_written) {
  const std::vector<float> a{1, 2, 3, 4};
  std::vector<float> memory{5, 6, 7, 8};
  const auto left = fewclip::tensor<single>::borrow(a.data(), {2, 2});
  auto result = fewclip::tensor<single>::borrow(memory.data(), {2, 2});
  single::product({}, left, left, result);
  BOOST_TEST(result.to_host() == (std::vector<float>{7, 10, 15, 22}), boost::test_tools::per_element());
  BOOST_TEST(memory == (std::vector<float>{5, 6, 7, 8}), boost::test_tools::per_element());
  BOOST_TEST(left.data() == a.data());
}

BOOST_AUTO_TEST_CASE(a_packed_operand_keeps_its_weights_alive) {
  auto weights = fewclip::tensor<single>({3, 2}, 1.0F);
  const auto packed = single::pack(weights);
  weights = {};
  std::vector<float> sums;
  single::product_rows(fewclip::tensor<single>({1, 2}, 2.0F), packed, [&](index, index first, index last, const float* values) {
    sums.insert(sums.end(), values, values + last - first);
  });
  BOOST_TEST(sums == (std::vector<float>{4, 4, 4}), boost::test_tools::per_element());
}

}  // namespace
