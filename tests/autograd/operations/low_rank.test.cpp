#include "fewclip/autograd/operations/low_rank.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(each_part_of_the_rows_gets_the_product_of_its_own_factors) {
  // Two parts of two rows, rank 1, three columns.
  const auto weight = host_tensor({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {4, 3});
  const auto a = host_tensor({1, 2, 3, 10, 20, 30}, {2, 3});
  const auto b = host_tensor({1, 0, 2, -1}, {4, 1});
  const std::vector<double> expected{1.5, 2, 2.5, 1, 1, 1, 11, 21, 31, -4, -9, -14};
  BOOST_TEST(ops::add_low_rank(weight, a, b, 2, 0.5).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto weight = random_tensor({6, 5}, 1);
  const auto weights = random_tensor({6, 5}, 2);
  require_gradients([&](const auto& in) { return apply(weighted_sum_operation{weights}, ops::add_low_rank(weight, in[0], in[1], 3, 0.7)); },
                    {random_tensor({6, 5}, 3), random_tensor({6, 2}, 4)});
}

BOOST_AUTO_TEST_CASE(factors_that_do_not_fit_are_refused) {
  const tensor<real> weight({4, 3});
  BOOST_CHECK_THROW(ops::add_low_rank(weight, tensor<real>({2, 2}), tensor<real>({4, 1}), 2, 1), shape_error);
  BOOST_CHECK_THROW(ops::add_low_rank(weight, tensor<real>({2, 3}), tensor<real>({3, 1}), 2, 1), shape_error);
  BOOST_CHECK_THROW(ops::add_low_rank(weight, tensor<real>({3, 3}), tensor<real>({4, 1}), 3, 1), value_error);
}
