#pragma once
// What every system of Thrust must do. Each check compares a backend B with a backend R of the same scalar that is known to be right.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/random.hpp"

namespace fewclip::thrust_checks {

/// Draws inputs afresh in every run; the seed is printed with every failure.
class drawn_values {
 public:
  drawn_values() : seed_(std::random_device{}()) { BOOST_TEST_MESSAGE("inputs drawn with seed " << seed_); }
  std::uint64_t seed() const { return seed_; }

  template <class Scalar>
  std::vector<Scalar> next(index count) {
    const random_stream stream(seed_, drawn_++);
    std::vector<Scalar> out(static_cast<std::size_t>(count));
    for (index i = 0; i < count; ++i) out[static_cast<std::size_t>(i)] = static_cast<Scalar>(stream.normal(static_cast<std::uint64_t>(i)));
    return out;
  }

 private:
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

/// The largest difference in units of max(1, the largest expected value); not a number counts as infinite.
template <class Scalar>
double largest_difference(const std::vector<Scalar>& got, const std::vector<Scalar>& expected) {
  if (got.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double size = 1;
  double difference = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    size = std::max(size, std::abs(static_cast<double>(expected[i])));
    const double d = std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i]));
    difference = std::isfinite(d) ? std::max(difference, d) : std::numeric_limits<double>::infinity();
  }
  return difference / size;
}

/// Rounding errors of sums of some hundred terms.
template <class Scalar>
constexpr double tolerance = std::is_same_v<Scalar, double> ? 1e-12 : 2e-5;

template <class B>
tensor<B> tensor_of(const std::vector<typename B::scalar>& values, const shape& extents) {
  return tensor<B>::from_host(values.data(), extents);
}

template <class B>
void check_memory() {
  using scalar = typename B::scalar;
  drawn_values draw;
  const std::vector<scalar> values = draw.next<scalar>(33 * 57);
  tensor<B> x = tensor_of<B>(values, {33, 57});
  BOOST_TEST(x.to_host() == values);
  tensor<B> shared = x;
  BOOST_TEST(shared.data() == x.data());
  scalar* written = shared.mutable_data();
  B::for_each(shared.size(), [=] FEWCLIP_HOST_DEVICE(index i) { written[i] = scalar(7); });
  BOOST_TEST(shared.to_host() == std::vector<scalar>(values.size(), scalar(7)));
  BOOST_TEST(x.to_host() == values);
  tensor<B> borrowed = tensor<B>::borrow(x.data(), {57, 33});
  BOOST_TEST(borrowed.data() == x.data());
  BOOST_TEST(borrowed.mutable_data() != x.data());
  BOOST_TEST(borrowed.to_host() == values);
  BOOST_TEST((label_tensor<B>({41}, label{5}).to_host() == std::vector<label>(41, 5)));
  BOOST_TEST(tensor<B>({0, 5}).to_host().empty());
  BOOST_TEST(tensor<B>({0, 5}).clone().empty());
}

template <class B>
void check_loops() {
  for (const index count : {index{0}, index{1}, index{33}, index{100003}}) {
    basic_tensor<index, B> calls({count + 1}, index{-1});
    index* out = calls.mutable_data();
    B::for_each(count, [=] FEWCLIP_HOST_DEVICE(index i) { out[i] += i * i + 1; });
    B::for_each_row(count, 57, [=] FEWCLIP_HOST_DEVICE(index r) { out[r] += 1; });
    const std::vector<index> got = calls.to_host();
    index wrong = 0;
    for (index i = 0; i < count; ++i) wrong += got[static_cast<std::size_t>(i)] == i * i + 1 ? 0 : 1;
    BOOST_TEST(wrong == 0);
    BOOST_TEST(got.back() == -1);
  }
}

/// Extents of op(A) op(B).
struct extents {
  index rows, columns, depth;
};

template <class B>
std::vector<typename B::scalar> product_of(const product_options& options, extents n, const std::vector<typename B::scalar>& a,
                                           const std::vector<typename B::scalar>& b, const std::vector<typename B::scalar>& c) {
  tensor<B> out = tensor_of<B>(c, {n.rows, n.columns});
  B::product(options, tensor_of<B>(a, options.transpose_left ? shape{n.depth, n.rows} : shape{n.rows, n.depth}),
             tensor_of<B>(b, options.transpose_right ? shape{n.columns, n.depth} : shape{n.depth, n.columns}), out);
  return out.to_host();
}

template <class B, class R>
void check_products() {
  using scalar = typename B::scalar;
  drawn_values draw;
  for (const extents n : {extents{1, 1, 1}, {33, 57, 65}, {1, 131, 259}, {67, 259, 517}, {129, 1, 33}, {35, 37, 0}, {0, 5, 3}}) {
    const std::vector<scalar> a = draw.next<scalar>(n.rows * n.depth);
    const std::vector<scalar> b = draw.next<scalar>(n.depth * n.columns);
    const std::vector<scalar> c = draw.next<scalar>(n.rows * n.columns);
    const std::vector<scalar> unread(c.size(), std::numeric_limits<scalar>::quiet_NaN());
    for (const bool left : {false, true}) {
      for (const bool right : {false, true}) {
        BOOST_TEST_CONTEXT("seed " << draw.seed() << ", " << n.rows << " x " << n.columns << " x " << n.depth << ", transposed: " << left
                                   << right) {
          const product_options plain{.transpose_left = left, .transpose_right = right};
          BOOST_TEST(largest_difference(product_of<B>(plain, n, a, b, unread), product_of<R>(plain, n, a, b, c)) <= tolerance<scalar>);
          const product_options update{.transpose_left = left, .transpose_right = right, .alpha = 0.5, .beta = -2};
          BOOST_TEST(largest_difference(product_of<B>(update, n, a, b, c), product_of<R>(update, n, a, b, c)) <= tolerance<scalar>);
        }
      }
    }
  }
}

/// Stores the products, counts columns that come out of order, and sums segments of `width` columns.
template <class Scalar>
struct recording_epilogue {
  Scalar* products;  ///< [rows, columns]
  Scalar* sums;      ///< [rows, segments], zero before
  index* next;       ///< [rows], zero before: the column that must come next
  index* wrong;      ///< [rows], zero before
  index columns, segments, width;

  FEWCLIP_HOST_DEVICE void operator()(index row, index first, index last, Scalar* values) const {
    if (next[row] != first || last <= first) wrong[row] += 1;
    next[row] = last;
    for (index j = first; j < last; ++j) {
      products[row * columns + j] = values[j - first];
      sums[row * segments + j / width] += values[j - first];
      values[j - first] = Scalar(-1);  // which is allowed
    }
  }
};

template <class Scalar>
struct recorded_rows {
  std::vector<Scalar> products, sums;
  std::vector<index> next, wrong;
};

template <class B>
recorded_rows<typename B::scalar> record_rows(extents n, const std::vector<typename B::scalar>& x,
                                              const std::vector<typename B::scalar>& w) {
  const index width = 16;
  const index segments = (n.columns + width - 1) / width;
  tensor<B> products = tensor<B>::uninitialised({n.rows, n.columns});
  tensor<B> sums({n.rows, segments});
  basic_tensor<index, B> next({n.rows});
  basic_tensor<index, B> wrong({n.rows});
  const auto packed = B::pack(tensor_of<B>(w, {n.columns, n.depth}));  // keeps its tensor alive
  B::product_rows(tensor_of<B>(x, {n.rows, n.depth}), packed,
                  recording_epilogue<typename B::scalar>{products.mutable_data(), sums.mutable_data(), next.mutable_data(),
                                                         wrong.mutable_data(), n.columns, segments, width});
  return {products.to_host(), sums.to_host(), next.to_host(), wrong.to_host()};
}

/// The last extents need a buffer beyond 64 MB and hence several chunks of rows.
template <class B, class R>
void check_product_rows() {
  using scalar = typename B::scalar;
  drawn_values draw;
  for (const extents n : {extents{1, 1, 1}, {1, 1333, 65}, {33, 57, 65}, {259, 517, 131}, {35, 37, 0}, {0, 5, 3}, {3701, 5003, 3}}) {
    BOOST_TEST_CONTEXT("seed " << draw.seed() << ", " << n.rows << " x " << n.columns << " x " << n.depth) {
      const std::vector<scalar> x = draw.next<scalar>(n.rows * n.depth);
      const std::vector<scalar> w = draw.next<scalar>(n.columns * n.depth);
      const auto got = record_rows<B>(n, x, w);
      const auto expected = record_rows<R>(n, x, w);
      BOOST_TEST(largest_difference(got.products, expected.products) <= tolerance<scalar>);
      BOOST_TEST(largest_difference(got.sums, expected.sums) <= tolerance<scalar>);
      BOOST_TEST(std::count(got.next.begin(), got.next.end(), n.columns) == n.rows);
      BOOST_TEST(std::count(got.wrong.begin(), got.wrong.end(), 0) == n.rows);
    }
  }
}

/// What a call throws as Error says; empty where it throws nothing.
template <class Error, class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& failure) {
    return failure.what();
  }
  return {};
}

template <class B>
std::vector<std::string> shape_messages() {
  const tensor<B> a({33, 57});
  const tensor<B> b({56, 41});
  tensor<B> c({33, 40});
  const auto ignore = recording_epilogue<typename B::scalar>{};
  return {message_of<shape_error>([&] { B::product({}, a, b, c); }),
          message_of<shape_error>([&] { B::product({.transpose_left = true, .transpose_right = true}, a, b, c); }),
          message_of<shape_error>([&] {
            B::product({.transpose_left = true}, a, tensor<B>({33, 41}), c);
          }),
          message_of<shape_error>([&] { B::product_rows(a, B::pack(b), ignore); })};
}

template <class B>
void check_errors() {
  const std::vector<std::string> got = shape_messages<B>();
  BOOST_TEST(got[0] == "fewclip::backend::product: inner extent of the right operand: expected 57, got 56");
  BOOST_TEST(got[1] == "fewclip::backend::product: inner extent of the right operand: expected 33, got 41");
  BOOST_TEST(got[2] == "fewclip::backend::product: result: expected shape [57, 41], got [33, 40]");
  BOOST_TEST(got[3] == "fewclip::backend::product_rows: columns of x: expected 41, got 57");
}

}  // namespace fewclip::thrust_checks
