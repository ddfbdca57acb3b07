#pragma once
/// \file
/// How the shared suites compare tensors, and gradients with central differences.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/testing/backends.hpp"

namespace fewclip::testing {

/// The largest difference of two tensors, relative to the largest entry or 1; infinite where extents differ or an entry is not finite.
template <compute_backend B>
double difference(const tensor<B>& a, const tensor<B>& b) {
  if (!(a.extents() == b.extents())) return std::numeric_limits<double>::infinity();
  const auto left = a.to_host();
  const auto right = b.to_host();
  double largest = 1;
  double off = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto x = static_cast<double>(left[i]);
    const auto y = static_cast<double>(right[i]);
    if (!std::isfinite(x) || !std::isfinite(y)) return std::numeric_limits<double>::infinity();
    largest = std::max({largest, std::abs(x), std::abs(y)});
    off = std::max(off, std::abs(x - y));
  }
  return off / largest;
}

/// Whether two tensors are equal but for rounding.
template <compute_backend B>
bool near(const tensor<B>& a, const tensor<B>& b) {
  return difference<B>(a, b) <= tolerance<B>;
}

/// Whether two tensors are equal bit for bit.
template <compute_backend B>
bool identical(const tensor<B>& a, const tensor<B>& b) {
  return a.extents() == b.extents() && a.to_host() == b.to_host();
}

/// Checks a gradient against central differences of `value(at)`, where value takes the tensor with one entry moved.
///
/// A kink (of a ReLU) nearby spoils the differences across it, so smaller steps follow where the first disagrees: a wrong gradient is wrong with
/// each, while the rounding of a value of 10 with the smallest, 1e-7, is 2e-8 of the slope. Entries where one-sided differences still disagree, by
/// more than a second derivative of 100 explains, lie on a kink and are skipped; at most a tenth may be.
/// \param value a function of a tensor, in double precision
/// \param at where
/// \param gradient of the same extents
template <compute_backend B, class Function>
void check_gradient(const Function& value, const tensor<B>& at, const tensor<B>& gradient) {
  static_assert(in_double<B>, "fewclip::testing::check_gradient needs double precision");
  BOOST_TEST_REQUIRE((gradient.extents() == at.extents()));
  auto point = at.to_host();
  const auto slopes = gradient.to_host();
  const auto moved = [&](std::size_t i, double by) {
    const double before = point[i];
    point[i] = before + by;
    const double out = value(tensor<B>::from_host(point.data(), at.extents()));
    point[i] = before;
    return out;
  };
  const double here = value(at);
  std::size_t kinks = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double scale = std::max(1.0, std::abs(slopes[i]));
    double central = 0;
    double gap = 0;
    bool agrees = false;
    for (double h = 1e-5; h > 5e-8 && !agrees; h /= 10) {
      const double up = moved(i, h);
      const double down = moved(i, -h);
      central = (up - down) / (2 * h);
      gap = std::abs(up + down - 2 * here) / h;
      agrees = std::abs(slopes[i] - central) < 1e-6 * scale;
    }
    if (!agrees && gap > 1e-5 * scale) {
      ++kinks;
      continue;
    }
    BOOST_TEST(agrees, "entry " << i << ": gradient " << slopes[i] << ", differences " << central);
  }
  BOOST_TEST(10 * kinks <= point.size());
}

}  // namespace fewclip::testing
