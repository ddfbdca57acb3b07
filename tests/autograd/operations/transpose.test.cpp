#include "fewclip/autograd/operations/transpose.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(rows_become_columns) {
  const auto out = ops::transpose(host_tensor({1, 2, 3, 4, 5, 6}, {2, 3}));
  const std::vector<double> expected{1, 4, 2, 5, 3, 6};
  BOOST_TEST((out.extents() == shape{3, 2}));
  BOOST_TEST(out.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  require_gradients([](const auto& in) { return ops::transpose(in[0]); }, {random_tensor({4, 3}, 1)});
}
