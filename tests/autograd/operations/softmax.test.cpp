#include "fewclip/autograd/operations/softmax.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(softmax_of_logarithms_is_their_share) {
  const std::vector<double> expected{0.2, 0.8, 0.5, 0.5};
  const auto x = host_tensor({0, std::log(4.0), 7, 7}, {2, 2});
  BOOST_TEST(ops::softmax(x).to_host() == expected, tt::tolerance(1e-14) << tt::per_element());
}

BOOST_AUTO_TEST_CASE(large_logits_do_not_overflow) {
  const std::vector<double> expected{1, 0};
  BOOST_TEST(ops::softmax(host_tensor({1e4, -1e4}, {1, 2})).to_host() == expected, tt::per_element());
  const auto loss = ops::cross_entropy(host_tensor({1e4, -1e4}, {1, 2}), host_labels({1}), 1);
  BOOST_TEST(loss.to_host()[0] == 2e4);
}

BOOST_AUTO_TEST_CASE(cross_entropy_of_shares_is_minus_their_logarithm_summed_and_weighted) {
  const auto x = host_tensor({0, std::log(4.0), 7, 7}, {2, 2});
  const auto loss = ops::cross_entropy(x, host_labels({1, 0}), 3);
  BOOST_TEST((loss.extents() == shape{1}));
  BOOST_TEST(loss.to_host()[0] == -3 * (std::log(0.8) + std::log(0.5)), tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_label_for_every_row_is_required) {
  BOOST_CHECK_THROW(ops::cross_entropy(host_tensor({1, 2}, {1, 2}), host_labels({0, 1}), 1), shape_error);
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto x = random_tensor({5, 4}, 1);
  require_gradients([](const auto& in) { return ops::softmax(in[0]); }, {x});
  const auto labels = host_labels({3, 0, 0, 2, 1});
  require_gradients([&](const auto& in) { return ops::cross_entropy(in[0], labels, 0.2); }, {x});
  require_gradients([&](const auto& in) { return ops::cross_entropy(ops::softmax(in[0]), labels, 2.5); }, {x});
}
