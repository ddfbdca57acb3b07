#include "fewclip/backend/products/onednn.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "bf16.hpp"
#include "fewclip/backend/cpu.hpp"

namespace {

using fewclip::index;
namespace products = fewclip::products;
using both_types = std::tuple<products::f32, products::bf16>;

template <class Compute>
bool is_available() {
  const bool out = products::onednn<Compute>::available();
  if (!out) BOOST_TEST_MESSAGE("skipped: no " << Compute::name << " on this processor");
  return out;
}

unsigned fresh_seed() {
  static const unsigned seed = std::random_device{}();
  return seed;
}

std::vector<float> normal_values(index count, unsigned salt) {
  std::mt19937 generator(fresh_seed() + salt);
  std::normal_distribution<float> normal;
  std::vector<float> out(static_cast<std::size_t>(count));
  for (float& value : out) value = normal(generator);
  return out;
}

struct problem {
  index rows, columns, depth;
  std::vector<float> x = normal_values(rows * depth, 1);
  std::vector<float> weights = normal_values(columns * depth, 2);

  const float* row_of_x(index i) const { return x.data() + i * depth; }
  const float* row_of_weights(index j) const { return weights.data() + j * depth; }
};

double inner(const float* a, const float* b, index count) {
  double sum = 0;
  for (index k = 0; k < count; ++k) sum += double{a[k]} * double{b[k]};
  return sum;
}

/// The whole product, tile by tile, on the calling thread.
template <class Provider, class Packed>
std::vector<float> multiply_all(const problem& p, const Packed& packed) {
  std::vector<float> out(static_cast<std::size_t>(p.rows * p.columns), std::numeric_limits<float>::quiet_NaN());
  for (index first = 0; first < p.columns; first += packed.tile_columns) {
    const index width = std::min(packed.tile_columns, p.columns - first);
    std::vector<float> tile(static_cast<std::size_t>(p.rows * width), std::numeric_limits<float>::quiet_NaN());
    Provider::multiply_packed(p.x.data(), p.rows, packed, first, first + width, tile.data());
    for (index i = 0; i < p.rows; ++i) std::copy_n(tile.data() + i * width, width, out.data() + i * p.columns + first);
  }
  return out;
}

/// The largest error of an entry, relative to the norms of its two vectors.
double largest_error(const problem& p, const std::vector<float>& out) {
  double worst = 0;
  for (index i = 0; i < p.rows; ++i) {
    for (index j = 0; j < p.columns; ++j) {
      const float* a = p.row_of_x(i);
      const float* b = p.row_of_weights(j);
      const double scale = std::sqrt(inner(a, a, p.depth) * inner(b, b, p.depth));
      const double error = std::abs(double{out[static_cast<std::size_t>(i * p.columns + j)]} - inner(a, b, p.depth));
      worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error / scale);
    }
  }
  return worst;
}

template <class Compute>
void check_odd_sizes(double tolerance) {
  using provider = products::onednn<Compute>;
  for (const index rows : {1, 7, 193}) {
    for (const index columns : {1, 37, 257, 385, 769}) {
      for (const index depth : {1, 40, 513}) {
        const problem p{rows, columns, depth};
        const auto out = multiply_all<provider>(p, provider::pack(p.weights.data(), columns, depth));
        BOOST_TEST_CONTEXT("seed " << fresh_seed() << " rows " << rows << " columns " << columns << " depth " << depth)
        BOOST_TEST(largest_error(p, out) < tolerance);
      }
    }
  }
}

template <class Compute>
std::vector<float> through_backend(const problem& p, int threads) {
  using backend = fewclip::backend::cpu<float, products::onednn<Compute>>;
  using tensor = typename backend::tensor_type;
  const int before = fewclip::threads();
  fewclip::set_threads(threads);
  const auto packed = backend::pack(tensor::borrow(p.weights.data(), {p.columns, p.depth}));
  std::vector<float> out(static_cast<std::size_t>(p.rows * p.columns));
  backend::product_rows(tensor::borrow(p.x.data(), {p.rows, p.depth}), packed,
                        [&](index row, index first, index last, const float* values) {
                          std::copy_n(values, last - first, out.data() + row * p.columns + first);
                        });
  fewclip::set_threads(before);
  return out;
}

static_assert(fewclip::matrix_product<products::onednn<products::f32>, float>);
static_assert(fewclip::matrix_product<products::onednn<products::bf16>, float>);
static_assert(!fewclip::matrix_product<products::onednn<products::f32>, double>);

BOOST_AUTO_TEST_CASE(single_precision_is_always_available) { BOOST_TEST(products::onednn<products::f32>::available()); }

BOOST_AUTO_TEST_CASE(single_precision_equals_double_arithmetic_at_odd_sizes) { check_odd_sizes<products::f32>(1e-5); }

BOOST_AUTO_TEST_CASE(bf16_stays_within_its_rounding_at_odd_sizes, *boost::unit_test::precondition(bf16::is_there)) {
  check_odd_sizes<products::bf16>(1.0 / 128);
}

BOOST_AUTO_TEST_CASE(bf16_rounds_to_nearest_with_ties_to_even_and_f32_keeps_every_bit, *boost::unit_test::precondition(bf16::is_there)) {
  constexpr float step = 1.0F / 128;  // the distance of bf16 values above 1
  const std::vector<float> x{1 + step / 4, 1 + step * 3 / 4, 1 + step / 2, 1 + step * 3 / 2, -(1 + step * 3 / 4)};
  const std::vector<float> rounded{1, 1 + step, 1, 1 + 2 * step, -(1 + step)};
  const float one = 1;
  std::vector<float> out(x.size());
  products::onednn<products::f32>::multiply_packed(x.data(), 5, products::onednn<products::f32>::pack(&one, 1, 1), 0, 1, out.data());
  BOOST_TEST(out == x, boost::test_tools::per_element());
  products::onednn<products::bf16>::multiply_packed(x.data(), 5, products::onednn<products::bf16>::pack(&one, 1, 1), 0, 1, out.data());
  BOOST_TEST(out == rounded, boost::test_tools::per_element());
  products::onednn<products::bf16>::multiply_packed(&one, 1, products::onednn<products::bf16>::pack(x.data(), 5, 1), 0, 5, out.data());
  BOOST_TEST(out == rounded, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(bf16_passes_infinities_and_what_is_not_a_number, *boost::unit_test::precondition(bf16::is_there)) {
  const float weight = 2.0F;
  const auto packed = products::onednn<products::bf16>::pack(&weight, 1, 1);
  const std::vector<float> x{std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), -3.0F};
  std::vector<float> out(3);
  products::onednn<products::bf16>::multiply_packed(x.data(), 3, packed, 0, 1, out.data());
  BOOST_TEST(out[0] == std::numeric_limits<float>::infinity());
  BOOST_TEST(std::isnan(out[1]));
  BOOST_TEST(out[2] == -6.0F);
}

BOOST_AUTO_TEST_CASE(bf16_and_double_name_the_same_nearest_row_on_separated_data, *boost::unit_test::precondition(bf16::is_there)) {
  problem p{100, 50, 64};
  for (index i = 0; i < p.rows; ++i) {  // each row is a weight row plus noise of a quarter of its size
    for (index k = 0; k < p.depth; ++k) {
      const auto at = static_cast<std::size_t>(i * p.depth + k);
      p.x[at] = p.row_of_weights(i % p.columns)[k] + 0.25F * p.x[at];
    }
  }
  using provider = products::onednn<products::bf16>;
  const auto out = multiply_all<provider>(p, provider::pack(p.weights.data(), p.columns, p.depth));
  for (index i = 0; i < p.rows; ++i) {
    const auto row = out.begin() + i * p.columns;
    BOOST_TEST_CONTEXT("seed " << fresh_seed() << " row " << i)
    BOOST_TEST(std::distance(row, std::max_element(row, row + p.columns)) == i % p.columns);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_and_two_threads_give_equal_bits, Compute, both_types) {
  if (!is_available<Compute>()) return;
  for (const index rows : {5, 577}) {
    const problem p{rows, 1000, 70};
    BOOST_TEST((through_backend<Compute>(p, 1) == through_backend<Compute>(p, 2)));
  }
}

// oneDNN's own scratchpad is shared by the threads that run one primitive, and gave sums that were 0.3 to 1.6 % off.
BOOST_AUTO_TEST_CASE_TEMPLATE(threads_that_share_a_packed_operand_do_not_disturb_each_other, Compute, both_types) {
  using provider = products::onednn<Compute>;
  if (!is_available<Compute>()) return;
  const problem p{64, 300, 513};
  const auto packed = provider::pack(p.weights.data(), p.columns, p.depth);
  const auto expected = multiply_all<provider>(p, packed);
  std::vector<int> different(8, 0);
  std::vector<std::thread> threads;
  for (int& count : different) {
    threads.emplace_back([&p, &expected, &count, packed] {
      for (int repeat = 0; repeat < 30; ++repeat) count += multiply_all<provider>(p, packed) != expected ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(different == std::vector<int>(8, 0), boost::test_tools::per_element());
}

#if defined(_OPENMP)
BOOST_AUTO_TEST_CASE(openmp_stays_serial_inside_loops_of_any_length_and_is_restored_after_calls) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(3);
  for (const index count : {1, 5}) {
    std::atomic<int> serial{0};
    fewclip::parallel_for(count, 1, [&](index, index) { serial += omp_get_max_threads() == 1 ? 1 : 0; });
    BOOST_TEST(serial.load() == count);
    BOOST_TEST(omp_get_max_threads() == 3);
  }
  const problem p{2, 3, 4};
  multiply_all<products::onednn<products::f32>>(p, products::onednn<products::f32>::pack(p.weights.data(), 3, 4));
  BOOST_TEST(omp_get_max_threads() == 3);
  omp_set_num_threads(before);
}
#endif

BOOST_AUTO_TEST_CASE(copies_of_a_packed_operand_share_it_and_need_the_weights_no_more) {
  using provider = products::onednn<products::f32>;
  problem p{3, 300, 40};
  auto packed = provider::pack(p.weights.data(), p.columns, p.depth);
  const auto copy = packed;
  BOOST_TEST(copy.tiles.get() == packed.tiles.get());
  const auto before = multiply_all<provider>(p, packed);
  packed = {};
  p.weights.assign(p.weights.size(), 0.0F);
  BOOST_TEST((multiply_all<provider>(p, copy) == before));
}

BOOST_AUTO_TEST_CASE(empty_extents_give_nothing_or_zeros) {
  using provider = products::onednn<products::f32>;
  const float value = 1;
  float out = 7;
  provider::multiply_packed(&value, 0, provider::pack(&value, 1, 1), 0, 1, &out);
  BOOST_TEST(out == 7.0F);
  provider::multiply_packed(&value, 1, provider::pack(&value, 1, 0), 0, 1, &out);
  BOOST_TEST(out == 0.0F);
  BOOST_TEST(!provider::pack(&value, 0, 3).tiles);
}

BOOST_AUTO_TEST_CASE(many_different_numbers_of_rows_outlive_the_store_of_primitives) {
  using provider = products::onednn<products::f32>;
  const problem p{300, 5, 8};
  const auto packed = provider::pack(p.weights.data(), p.columns, p.depth);
  for (index rows = 1; rows <= p.rows; ++rows) {
    std::vector<float> out(static_cast<std::size_t>(rows * p.columns));
    provider::multiply_packed(p.x.data(), rows, packed, 0, p.columns, out.data());
    BOOST_TEST(std::abs(double{out.back()} - inner(p.row_of_x(rows - 1), p.row_of_weights(p.columns - 1), p.depth)) < 1e-4);
  }
}

BOOST_DATA_TEST_CASE(the_general_product_is_that_of_eigen, boost::unit_test::data::make({1, 13}), rows) {
  using provider = products::onednn<products::f32>;
  const products::product_extents size{rows, 21, 40};
  const index a_stride = 50;
  const index b_stride = 45;
  const index c_stride = 30;
  const auto a = normal_values(50 * a_stride, 3);
  const auto b = normal_values(50 * b_stride, 4);
  for (const bool left : {false, true}) {
    for (const bool right : {false, true}) {
      for (const float beta : {0.0F, 1.0F, -0.5F}) {
        auto c = normal_values(size.rows * c_stride, 5);
        if (beta == 0.0F) c.assign(c.size(), std::numeric_limits<float>::quiet_NaN());
        auto expected = c;
        provider::multiply({left, right}, size, 1.5F, a.data(), a_stride, b.data(), b_stride, beta, c.data(), c_stride);
        products::eigen::multiply({left, right}, size, 1.5F, a.data(), a_stride, b.data(), b_stride, beta, expected.data(), c_stride);
        for (index i = 0; i < size.rows; ++i) {
          for (index j = 0; j < c_stride; ++j) {
            const auto at = static_cast<std::size_t>(i * c_stride + j);
            if (j >= size.columns && std::isnan(expected[at])) {
              BOOST_TEST(std::isnan(c[at]));
            } else {
              BOOST_TEST(std::abs(c[at] - expected[at]) < 1e-3F);
            }
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_backends_general_product_is_in_single_precision_with_every_provider, Compute, both_types) {
  using backend = fewclip::backend::cpu<float, products::onednn<Compute>>;
  using tensor = typename backend::tensor_type;
  const problem p{150, 530, 64};
  tensor out({p.rows, p.columns});
  backend::product({false, true, 1, 0}, tensor::borrow(p.x.data(), {p.rows, p.depth}),
                   tensor::borrow(p.weights.data(), {p.columns, p.depth}), out);
  BOOST_TEST(largest_error(p, out.to_host()) < 1e-5);
}

}  // namespace
