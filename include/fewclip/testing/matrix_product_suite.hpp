#pragma once
/// \file
/// What every matrix-product provider must show.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "fewclip/concepts/matrix_product.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace fewclip::testing {

/// Checks a provider against plain loops in double precision: all tiles, first to last, of products of odd sizes.
///
/// \tparam Provider a matrix_product
/// \tparam Scalar float or double
/// \param relative_error allowed error of one inner product, relative to the product of the lengths of its rows
template <class Provider, class Scalar>
void matrix_product_suite(double relative_error = sizeof(Scalar) == 8 ? 1e-14 : 1e-5) {
  static_assert(matrix_product<Provider, Scalar>,
                "fewclip::testing::matrix_product_suite: Provider needs 'pack' and 'multiply_packed' [concept matrix_product]");
  struct extents {
    index rows, columns, depth;
  };
  const auto numbers = [](index count, std::uint64_t stream) {
    const random_stream from(seed(), stream);
    std::vector<Scalar> out(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Scalar>(from.normal(i));
    return out;
  };
  for (const extents size : {extents{1, 1, 1}, {1, 37, 45}, {3, 700, 33}, {70, 45, 1}, {45, 1, 70}, {193, 45, 37}, {33, 1031, 45}}) {
    BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed() << ", rows " << size.rows << ", columns " << size.columns << ", depth "
                                            << size.depth) {
      const auto x = numbers(size.rows * size.depth, 921);
      const auto w = numbers(size.columns * size.depth, 922);
      const auto packed = Provider::pack(w.data(), size.columns, size.depth);
      BOOST_TEST(packed.columns == size.columns);
      BOOST_TEST(packed.depth == size.depth);
      BOOST_TEST_REQUIRE(packed.tile_columns >= 1);
      for (index first = 0; first < size.columns; first += packed.tile_columns) {
        const index last = std::min(size.columns, first + packed.tile_columns);
        std::vector<Scalar> out(static_cast<std::size_t>(size.rows * (last - first)), Scalar(99));
        Provider::multiply_packed(x.data(), size.rows, packed, first, last, out.data());
        double worst = 0;
        for (index i = 0; i < size.rows; ++i) {
          for (index j = first; j < last; ++j) {
            double sum = 0, of_x = 0, of_w = 0;
            for (index k = 0; k < size.depth; ++k) {
              const auto a = static_cast<double>(x[static_cast<std::size_t>(i * size.depth + k)]);
              const auto b = static_cast<double>(w[static_cast<std::size_t>(j * size.depth + k)]);
              sum += a * b;
              of_x += a * a;
              of_w += b * b;
            }
            const auto got = static_cast<double>(out[static_cast<std::size_t>(i * (last - first) + j - first)]);
            worst = std::max(worst, std::abs(got - sum) / std::sqrt(of_x * of_w));
          }
        }
        BOOST_TEST(worst <= relative_error);
      }
    }
  }
}

}  // namespace fewclip::testing
