#include "fewclip/autograd/operations/activation.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(values_agree_with_their_definitions) {
  const std::vector<double> x{-60, -3, -0.5, 0, 0.25, 2, 60};
  const auto quick = ops::quick_gelu(host_tensor(x, {7})).to_host();
  const auto exact = ops::gelu(host_tensor(x, {7})).to_host();
  for (std::size_t i = 0; i < x.size(); ++i) {
    BOOST_TEST(std::abs(quick[i] - x[i] / (1 + std::exp(-1.702 * x[i]))) < 1e-13);
    BOOST_TEST(std::abs(exact[i] - x[i] * 0.5 * std::erfc(-x[i] / std::sqrt(2.0))) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(the_two_differ_by_two_hundredths_at_most_but_differ) {
  BOOST_TEST(ops::quick_gelu(host_tensor({1}, {1})).data()[0] == 0.8457957659328212, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(ops::gelu(host_tensor({1}, {1})).data()[0] == 0.8413447460685429, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(single_precision_is_close_to_double_precision_and_stays_finite) {
  using B = backend::cpu<float>;
  std::vector<float> x;
  for (int i = -1000; i <= 1000; ++i) x.push_back(static_cast<float>(i) * 0.1F);
  const auto rows = tensor<B>::from_host(x.data(), {static_cast<fewclip::index>(x.size())});
  const auto quick = ops::quick_gelu(rows).to_host();
  const auto exact = ops::gelu(rows).to_host();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double at = x[i];
    const double size = std::max(1.0, std::abs(at));
    BOOST_TEST(std::abs(static_cast<double>(quick[i]) - at / (1 + std::exp(-1.702 * at))) < 4e-7 * size, "quick_gelu at " << at);
    BOOST_TEST(std::abs(static_cast<double>(exact[i]) - at * 0.5 * std::erfc(-at / std::sqrt(2.0))) < 4e-7 * size, "gelu at " << at);
  }
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto x = random_tensor({4, 5}, 1);
  require_gradients([](const auto& in) { return ops::quick_gelu(in[0]); }, {x});
  require_gradients([](const auto& in) { return ops::gelu(in[0]); }, {x});
}
