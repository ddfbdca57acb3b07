#include "fewclip/poolers/blend_places.hpp"

#include <boost/test/unit_test.hpp>

#include "../autograd/finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

// f = (3, 0), f0 = (0, 1).
BOOST_AUTO_TEST_CASE(raw_features_count_by_their_length_and_unit_features_alike) {
  const auto tuned = host_tensor({3, 0}, {1, 2});
  const auto original = host_tensor({0, 1}, {1, 2});
  const auto raw = poolers::blend_raw_features::blend(tuned, original, 0.25).to_host();
  BOOST_TEST(std::abs(raw[0] - 1 / std::sqrt(2.0)) < 1e-15);
  BOOST_TEST(std::abs(raw[1] - 1 / std::sqrt(2.0)) < 1e-15);
  const auto unit = poolers::blend_unit_features::blend(tuned, original, 0.25).to_host();
  BOOST_TEST(std::abs(unit[0] - 1 / std::sqrt(10.0)) < 1e-15);
  BOOST_TEST(std::abs(unit[1] - 3 / std::sqrt(10.0)) < 1e-15);
}
