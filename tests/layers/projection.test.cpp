#include "fewclip/layers/projection.hpp"

#include <boost/test/unit_test.hpp>

#include "../autograd/finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(rows_are_multiplied_with_the_rows_of_the_weight) {
  layers::projection<real> map(2, 3);
  map.weight().mutable_value() = host_tensor({1, 2, 3, 4, 5, 6}, {3, 2});
  const auto x = host_tensor({1, 10}, {1, 2});
  const std::vector<double> expected{21, 43, 65};
  BOOST_TEST(map.forward(x).to_host() == expected, boost::test_tools::per_element());
  map.prepare();
  BOOST_TEST(map.forward(x).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_packed_weight_is_used_until_the_weight_changes) {
  layers::projection<real> map(2, 3);
  BOOST_TEST(map.packed() == nullptr);
  map.prepare();
  BOOST_TEST(map.packed() != nullptr);
  const layers::projection<real> copy = map;
  BOOST_TEST(copy.packed() != nullptr);
  map.weight().mutable_value().mutable_data()[0] = 7;
  BOOST_TEST(map.packed() == nullptr);
  BOOST_TEST(map.forward(host_tensor({1, 0}, {1, 2})).data()[0] == 7);
  BOOST_TEST(copy.packed() != nullptr);
  BOOST_TEST(copy.forward(host_tensor({1, 0}, {1, 2})).data()[0] == 0);
}
