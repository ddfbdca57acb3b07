#include "fewclip/autograd/operations/linear.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(rows_of_the_weight_are_the_outputs) {
  const auto y = ops::linear(host_tensor({1, 2, 3, 4}, {2, 2}), host_tensor({1, 0, 0, 1, 1, -1}, {3, 2}), host_tensor({10, 20, 30}, {3}));
  const std::vector<double> expected{11, 22, 29, 13, 24, 29};
  BOOST_TEST((y.extents() == shape{2, 3}));
  BOOST_TEST(y.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  for (const fewclip::index out : {5, 16, 19}) {
    require_gradients([](const auto& in) { return ops::linear(in[0], in[1], in[2]); },
                      {random_tensor({7, 3}, 1), random_tensor({out, 3}, 2), random_tensor({out}, 3)});
  }
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_refused) {
  const auto x = random_tensor({2, 3}, 1);
  BOOST_CHECK_THROW(ops::linear(x, random_tensor({4, 2}, 2), random_tensor({4}, 3)), shape_error);
  BOOST_CHECK_THROW(ops::linear(x, random_tensor({4, 3}, 2), random_tensor({3}, 3)), shape_error);
}
