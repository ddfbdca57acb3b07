#include "fewclip/autograd/operations/pooling.hpp"

#include <boost/test/unit_test.hpp>

#include "../../encoders/golden_resnet.hpp"
#include "../finite_differences.hpp"
#include "fewclip/autograd/operations/layout.hpp"
#include "fewclip/autograd/operations/norm.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(squares_become_their_mean) {
  const std::vector<double> expected{3.5, 35, 5.5, 55};
  const auto x = host_tensor({1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60, 7, 70, 8, 80}, {1, 2, 4, 2});
  const auto result = ops::average_pool(x, 2);
  BOOST_TEST((result.extents() == shape{1, 1, 2, 2}));
  BOOST_TEST(result.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(result_and_gradient_agree_with_pytorch) {
  const golden_resnet golden;
  tape<real> record;
  const auto x = record.leaf(drawn<real>(1, {2, 3, 6, 8}));
  const auto result = ops::average_pool(ops::channels_last(x), 2);
  golden.near(result.value(), "pool.result", 1e-14);
  record.backward(ops::half_squared_norm(result));
  golden.near(record.gradient(x), "pool.grad.x", 1e-14);
}

BOOST_AUTO_TEST_CASE(the_gradient_agrees_with_central_differences) {
  for (const fewclip::index size : {1, 2, 3}) {
    require_gradients([&](const auto& in) { return ops::average_pool(in[0], size); }, {random_tensor({2, 6, 6, 3}, 1)});
  }
}

BOOST_AUTO_TEST_CASE(maps_that_do_not_divide_are_errors) {
  BOOST_CHECK_THROW(ops::average_pool(tensor<real>({1, 3, 4, 2}), 2), shape_error);
  BOOST_CHECK_THROW(ops::average_pool(tensor<real>({4, 4}), 2), shape_error);
  BOOST_CHECK_THROW(ops::average_pool(tensor<real>({1, 4, 4, 2}), 0), value_error);
}
