#include "fewclip/autograd/operations/tokens.hpp"

#include <boost/test/unit_test.hpp>
#include <numeric>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

tensor<real> counted(const shape& extents) {
  std::vector<double> values(static_cast<std::size_t>(extents.size()));
  std::iota(values.begin(), values.end(), 0.0);
  return host_tensor(values, extents);
}

}  // namespace

BOOST_AUTO_TEST_CASE(patches_go_over_the_grid_by_rows_and_hold_channel_row_column) {
  const auto y = ops::patches(counted({1, 3, 4, 4}), 4, 2);
  BOOST_TEST((y.extents() == shape{4, 12}));
  const auto values = y.to_host();
  const std::vector<double> top_right{2, 3, 6, 7, 18, 19, 22, 23, 34, 35, 38, 39};
  const std::vector<double> second(values.begin() + 12, values.begin() + 24);
  BOOST_TEST(second == top_right, boost::test_tools::per_element());
  BOOST_TEST(values[24] == 8);
}

BOOST_AUTO_TEST_CASE(images_as_rows_give_the_same_patches) {
  const auto images = random_tensor({2, 3, 6, 6}, 1);
  BOOST_TEST(ops::patches(images, 6, 3).to_host() == ops::patches(images.reshaped({2, 108}), 6, 3).to_host());
}

BOOST_AUTO_TEST_CASE(a_token_is_put_in_front_of_each_sequence) {
  const auto y = ops::prepend_token(host_tensor({1, 2, 3, 4}, {4, 1}), host_tensor({9}, {1}), 2);
  const std::vector<double> expected{9, 1, 2, 9, 3, 4};
  BOOST_TEST(y.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(positions_repeat_with_the_sequences_and_spare_ones_are_left) {
  const auto y = ops::add_positions(host_tensor({1, 2, 3, 4}, {4, 1}), host_tensor({10, 20, 30}, {3, 1}), 2);
  const std::vector<double> expected{11, 22, 13, 24};
  BOOST_TEST(y.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  require_gradients([](const auto& in) { return ops::patches(in[0], 4, 2); }, {random_tensor({2, 3, 4, 4}, 1)});
  require_gradients([](const auto& in) { return ops::prepend_token(in[0], in[1], 3); }, {random_tensor({6, 5}, 1), random_tensor({5}, 2)});
  require_gradients([](const auto& in) { return ops::add_positions(in[0], in[1], 3); },
                    {random_tensor({6, 5}, 1), random_tensor({4, 5}, 2)});
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_refused) {
  const auto x = random_tensor({6, 5}, 1);
  BOOST_CHECK_THROW(ops::patches(random_tensor({1, 3, 4, 4}, 1), 5, 1), shape_error);
  BOOST_CHECK_THROW(ops::patches(random_tensor({1, 3, 4, 4}, 1), 4, 3), shape_error);
  BOOST_CHECK_THROW(ops::prepend_token(x, random_tensor({5}, 2), 4), shape_error);
  BOOST_CHECK_THROW(ops::prepend_token(x, random_tensor({4}, 2), 3), shape_error);
  BOOST_CHECK_THROW(ops::add_positions(x, random_tensor({2, 5}, 2), 3), shape_error);
  BOOST_CHECK_THROW(ops::add_positions(x, random_tensor({3, 4}, 2), 3), shape_error);
}
