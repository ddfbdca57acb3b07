#include "fewclip/autograd/operations/elementwise.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(scale_multiplies_every_element) {
  const std::vector<double> expected{-2, 4};
  BOOST_TEST(ops::scale(host_tensor({1, -2}, {2}), -2).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(add_scaled_is_a_linear_combination) {
  const std::vector<double> expected{2 - 9, 4 - 12};
  const auto result = ops::add_scaled(host_tensor({1, 2}, {2}), 2, host_tensor({3, 4}, {2}), -3);
  BOOST_TEST(result.to_host() == expected, boost::test_tools::per_element());
  BOOST_CHECK_THROW(ops::add(host_tensor({1, 2}, {2}), host_tensor({1}, {1})), shape_error);
}

BOOST_AUTO_TEST_CASE(add_row_adds_to_every_row) {
  const std::vector<double> expected{11, 22, 13, 24};
  BOOST_TEST(ops::add_row(host_tensor({1, 2, 3, 4}, {2, 2}), host_tensor({10, 20}, {2})).to_host() == expected,
             boost::test_tools::per_element());
  BOOST_CHECK_THROW(ops::add_row(host_tensor({1, 2}, {1, 2}), host_tensor({1}, {1})), shape_error);
}

BOOST_AUTO_TEST_CASE(relu_keeps_what_is_positive) {
  const std::vector<double> expected{0, 0, 3};
  BOOST_TEST(ops::relu(host_tensor({-1, 0, 3}, {3})).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_derivative_of_relu_at_zero_is_zero) {
  tape<real> record;
  const auto x = record.leaf(host_tensor({0}, {1}));
  record.backward(ops::relu(x));
  BOOST_TEST(record.gradient(x).to_host()[0] == 0);
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto x = random_tensor({5, 3}, 1);
  const auto y = random_tensor({5, 3}, 2);
  require_gradients([](const auto& in) { return ops::scale(in[0], 1.7); }, {x});
  require_gradients([](const auto& in) { return ops::add_scaled(in[0], 0.3, in[1], -2.5); }, {x, y});
  require_gradients([](const auto& in) { return ops::add_scaled(in[0], 0.3, in[0], -2.5); }, {x});
  require_gradients([](const auto& in) { return ops::add(in[0], in[1]); }, {x, y});
  require_gradients([](const auto& in) { return ops::add_row(in[0], in[1]); }, {x, random_tensor({3}, 3)});
}

BOOST_AUTO_TEST_CASE(the_gradient_of_relu_agrees_with_central_differences_away_from_zero) {
  tensor<real> x = random_tensor({6, 5}, 4);
  for (fewclip::index i = 0; i < x.size(); ++i) x.mutable_data()[i] += x.data()[i] > 0 ? 0.01 : -0.01;
  require_gradients([](const auto& in) { return ops::relu(in[0]); }, {x});
}
