#include "fewclip/autograd/operations/layer_norm.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(a_row_is_centred_and_divided_by_its_deviation) {
  // Mean 3, biased variance 5: with epsilon 4 the divisor is 3.
  const auto x = host_tensor({0, 2, 4, 6}, {1, 4});
  const auto y = ops::layer_norm(x, host_tensor({3, 3, 3, 6}, {4}), host_tensor({1, 0, 0, -1}, {4}), 4);
  const std::vector<double> expected{-2, -1, 1, 5};
  BOOST_TEST(y.to_host() == expected, boost::test_tools::tolerance(1e-14) << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_constant_row_becomes_the_bias) {
  const auto y = ops::layer_norm(host_tensor({7, 7}, {1, 2}), host_tensor({3, 3}, {2}), host_tensor({1, 2}, {2}));
  const std::vector<double> expected{1, 2};
  BOOST_TEST(y.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  for (const fewclip::index columns : {3, 16, 35}) {
    const auto x = random_tensor({3, columns}, 1);
    const auto w = random_tensor({columns}, 2);
    const auto b = random_tensor({columns}, 3);
    require_gradients([](const auto& in) { return ops::layer_norm(in[0], in[1], in[2], 1e-2); }, {x, w, b});
  }
}

BOOST_AUTO_TEST_CASE(rows_far_from_zero_keep_their_digits_in_single_precision) {
  using B = backend::cpu<float>;
  const std::vector<float> values{1000, 1001, 1002, 1003};
  const std::vector<float> ones(4, 1);
  const auto y = ops::layer_norm(tensor<B>::from_host(values.data(), {1, 4}), tensor<B>::from_host(ones.data(), {4}), tensor<B>({4}));
  const double deviation = std::sqrt(1.25 + 1e-5);
  for (std::size_t i = 0; i < 4; ++i)
    BOOST_TEST(std::abs(static_cast<double>(y.to_host()[i]) - (static_cast<double>(i) - 1.5) / deviation) < 1e-6);
}

BOOST_AUTO_TEST_CASE(rows_of_another_length_are_refused) {
  const auto x = random_tensor({2, 3}, 1);
  const auto right = random_tensor({3}, 2);
  const auto wrong = random_tensor({2}, 2);
  BOOST_CHECK_THROW(ops::layer_norm(x, wrong, right), shape_error);
  BOOST_CHECK_THROW(ops::layer_norm(x, right, wrong), shape_error);
}
