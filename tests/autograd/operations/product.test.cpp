#include "fewclip/autograd/operations/product.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"
#include "../golden_gradients.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/autograd/operations/softmax.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(the_rows_of_both_operands_meet) {
  const std::vector<double> expected{1, 2, 5, 3, 4, 11};
  const auto result = ops::product_transposed(host_tensor({1, 2, 3, 4}, {2, 2}), host_tensor({1, 0, 0, 1, 1, 2}, {3, 2}));
  BOOST_TEST((result.extents() == shape{2, 3}));
  BOOST_TEST(result.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(different_depths_are_a_shape_error) {
  BOOST_CHECK_THROW(ops::product_transposed(host_tensor({1, 2}, {1, 2}), host_tensor({1, 2, 3}, {1, 3})), shape_error);
}

BOOST_AUTO_TEST_CASE(both_gradients_agree_with_central_differences) {
  const auto product = [](const auto& in) { return ops::product_transposed(in[0], in[1]); };
  require_gradients(product, {random_tensor({5, 4}, 1), random_tensor({3, 4}, 2)});
}

BOOST_AUTO_TEST_CASE(a_matrix_times_itself_gets_both_contributions) {
  require_gradients([](const auto& in) { return ops::product_transposed(in[0], in[0]); }, {random_tensor({4, 3}, 3)});
}

BOOST_AUTO_TEST_CASE(two_layers_mixed_with_their_input_agree_with_pytorch) {
  const golden_case golden("relu_bottleneck");
  const auto labels = host_labels(golden.labels());
  golden.check({"x", "W1", "W2", "texts"}, [&](const auto& in) {
    const auto adapted = ops::relu(ops::product_transposed(ops::relu(ops::product_transposed(in[0], in[1])), in[2]));
    const auto mixed = ops::normalise_rows(ops::add_scaled(adapted, 0.3, in[0], 0.7));
    return ops::cross_entropy(ops::scale(ops::product_transposed(mixed, in[3]), 10), labels, 1.0 / 5);
  });
}
