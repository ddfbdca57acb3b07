#include "fewclip/autograd/operations/layout.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(channels_move_to_the_end) {
  const std::vector<double> expected{1, 5, 2, 6, 3, 7, 4, 8};
  const auto result = ops::channels_last(host_tensor({1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 2, 2}));
  BOOST_TEST((result.extents() == shape{1, 2, 2, 2}));
  BOOST_TEST(result.to_host() == expected, boost::test_tools::per_element());
  BOOST_TEST((ops::channels_last(tensor<real>({5, 3, 2, 4})).extents() == shape{5, 2, 4, 3}));
}

BOOST_AUTO_TEST_CASE(the_gradient_agrees_with_central_differences) {
  require_gradients([](const auto& in) { return ops::channels_last(in[0]); }, {random_tensor({2, 3, 2, 4}, 1)});
}

BOOST_AUTO_TEST_CASE(other_numbers_of_axes_are_errors) { BOOST_CHECK_THROW(ops::channels_last(tensor<real>({2, 3, 4})), shape_error); }
