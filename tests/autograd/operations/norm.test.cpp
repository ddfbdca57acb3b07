#include "fewclip/autograd/operations/norm.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(half_the_squared_norm_of_3_and_4_is_12_and_a_half) {
  const auto result = ops::half_squared_norm(host_tensor({3, -4}, {2}));
  BOOST_TEST((result.extents() == shape{1}));
  BOOST_TEST(result.to_host()[0] == 12.5);
}

BOOST_AUTO_TEST_CASE(all_ranks_are_summed_over_all_elements) {
  BOOST_TEST(ops::half_squared_norm(tensor<real>({2, 3, 5}, 2)).to_host()[0] == 60);
}

BOOST_AUTO_TEST_CASE(the_gradient_agrees_with_central_differences) {
  require_gradients([](const auto& in) { return ops::half_squared_norm(in[0]); }, {random_tensor({4, 3}, 1)});
}
