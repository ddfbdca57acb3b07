#include "fewclip/autograd/operations/rows.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"
#include "../golden_gradients.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/softmax.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(rows_get_unit_length_and_a_row_of_zeros_stays) {
  const std::vector<double> expected{0.6, 0.8, 0, 0};
  BOOST_TEST(ops::normalise_rows(host_tensor({3, 4, 0, 0}, {2, 2})).to_host() == expected, boost::test_tools::tolerance(1e-15)
                                                                                               << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_row_of_zeros_gets_a_gradient_of_zeros) {
  tape<real> record;
  const auto x = record.leaf(host_tensor({0, 0}, {1, 2}));
  record.backward(apply(weighted_sum_operation{host_tensor({1, 2}, {1, 2})}, ops::normalise_rows(x)));
  const std::vector<double> zeros{0, 0};
  BOOST_TEST(record.gradient(x).to_host() == zeros, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(columns_are_gathered_in_the_order_given) {
  const std::vector<double> expected{3, 1, 6, 4};
  const auto result = ops::gather_columns(host_tensor({1, 2, 3, 4, 5, 6}, {2, 3}), host_labels({2, 0}));
  BOOST_TEST((result.extents() == shape{2, 2}));
  BOOST_TEST(result.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto x = random_tensor({4, 6}, 1);
  require_gradients([](const auto& in) { return ops::normalise_rows(in[0]); }, {x});
  const auto channels = host_labels({5, 0, 3});
  require_gradients([&](const auto& in) { return ops::gather_columns(in[0], channels); }, {x});
  const auto repeated = host_labels({2, 2, 1, 2});
  require_gradients([&](const auto& in) { return ops::gather_columns(in[0], repeated); }, {x});
}

BOOST_AUTO_TEST_CASE(normalised_rows_and_texts_agree_with_pytorch) {
  const golden_case golden("normalize_rows");
  const auto labels = host_labels(golden.labels());
  golden.check({"x", "texts"}, [&](const auto& in) {
    const auto cosines = ops::product_transposed(ops::normalise_rows(in[0]), ops::normalise_rows(in[1]));
    return ops::cross_entropy(ops::scale(cosines, 4), labels, 1.0 / 4);
  });
}
