#include "fewclip/layers/layer_norm.hpp"

#include <boost/test/unit_test.hpp>

#include "../autograd/finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(a_new_norm_has_gain_one_and_no_shift) {
  const layers::layer_norm<real> norm(2, 3.0);
  const auto y = norm.forward(host_tensor({4, 6}, {1, 2}));  // variance 1, divisor 2
  const std::vector<double> expected{-0.5, 0.5};
  BOOST_TEST(y.to_host() == expected, boost::test_tools::tolerance(1e-14) << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(weight_and_bias_are_named_and_used) {
  layers::layer_norm<real> norm(2, 3.0);
  std::vector<std::string> names;
  norm.visit_parameters([&](std::string_view name, parameter<real>& p) {
    names.emplace_back(name);
    p.mutable_value() = name == "weight" ? host_tensor({2, 4}, {2}) : host_tensor({10, 20}, {2});
  });
  const std::vector<std::string> expected_names{"weight", "bias"};
  BOOST_TEST(names == expected_names);
  const std::vector<double> expected{9, 22};
  BOOST_TEST(norm.forward(host_tensor({4, 6}, {1, 2})).to_host() == expected, boost::test_tools::tolerance(1e-14)
                                                                                  << boost::test_tools::per_element());
}
