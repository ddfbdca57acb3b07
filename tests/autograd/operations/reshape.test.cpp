#include "fewclip/autograd/operations/reshape.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(elements_stay_and_storage_is_shared) {
  const auto x = host_tensor({1, 2, 3, 4, 5, 6}, {2, 3});
  const auto y = ops::reshape(x, {3, 2});
  BOOST_TEST((y.extents() == shape{3, 2}));
  BOOST_TEST(y.data() == x.data());
  BOOST_CHECK_THROW(ops::reshape(x, {4, 2}), shape_error);
}

BOOST_AUTO_TEST_CASE(gradients_come_back_under_the_old_extents) {
  require_gradients([](const auto& in) { return ops::reshape(in[0], {2, 2, 3}); }, {random_tensor({4, 3}, 1)});
}
