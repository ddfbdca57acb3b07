#include "fewclip/autograd/operations/attention_pool.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

/// x and the nine parameters, in the order of attention_pool_weights.
template <class T>
auto pooled(const std::vector<T>& in, fewclip::index heads) {
  return ops::attention_pool(in[0], ops::attention_pool_weights<T>{in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8], in[9]}, heads);
}

std::vector<tensor<real>> random_inputs(fewclip::index n, fewclip::index places, fewclip::index width, fewclip::index embed) {
  const shape square{width, width};
  const shape row{width};
  std::vector<tensor<real>> out;
  for (const shape& extents :
       {shape{n, places, width}, {places + 1, width}, square, row, square, row, square, row, {embed, width}, {embed}}) {
    out.push_back(random_tensor(extents, 50 + out.size()));
  }
  return out;
}

/// A problem whose numbers are written down by formulas of sines, E = 4, two heads, L = 3, D = 8, two samples.
std::vector<tensor<real>> sine_inputs() {
  const auto made = [](const shape& extents, auto value) {
    std::vector<double> values;
    for (fewclip::index i = 0; i < extents.rows(); ++i) {
      for (fewclip::index k = 0; k < extents.columns(); ++k) values.push_back(value(static_cast<double>(i), static_cast<double>(k)));
    }
    return host_tensor(values, extents);
  };
  return {
      made({6, 4}, [](double r, double e) { return std::sin(0.3 + 0.5 * (std::floor(r / 3) + 1) * (std::fmod(r, 3) + 1) + 0.7 * (e + 1)); })
          .reshaped({2, 3, 4}),
      made({4, 4}, [](double l, double e) { return 0.1 * std::cos(l + 2 * e); }),
      made({4, 4}, [](double i, double k) { return 0.5 * std::sin(1 + i + 2 * k); }),
      made({4}, [](double i, double) { return 0.05 * i; }),
      made({4, 4}, [](double i, double k) { return 0.5 * std::cos(1 + 2 * i + k); }),
      made({4}, [](double i, double) { return -0.02 * i; }),
      made({4, 4}, [](double i, double k) { return 0.5 * std::sin(2 + 3 * i + k); }),
      made({4}, [](double i, double) { return 0.03 * (i + 1); }),
      made({8, 4}, [](double r, double k) { return 0.4 * std::cos(0.2 + r + 3 * k); }),
      made({8}, [](double r, double) { return 0.01 * r; })};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_problem_of_sines_gives_the_known_features) {
  const std::vector<double> expected{1.3816375726,  0.7698155866, -0.5405773457, -1.3355780515, -0.8750725945, 0.4267463858,
                                     1.3821864765,  1.1220144183, 0.7057182027,  0.3779230945,  -0.2881388099, -0.6708993136,
                                     -0.4092562207, 0.2654309697, 0.7420519200,  0.5915974806};
  const auto got = pooled(sine_inputs(), 2);
  BOOST_TEST((got.extents() == shape{2, 8}));
  for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST(std::abs(got.to_host()[i] - expected[i]) < 1e-10);
}

BOOST_AUTO_TEST_CASE(all_gradients_agree_with_central_differences) {
  require_gradients([](const auto& in) { return pooled(in, 2); }, sine_inputs());
  require_gradients([](const auto& in) { return pooled(in, 3); }, random_inputs(3, 4, 6, 5));
  require_gradients([](const auto& in) { return pooled(in, 1); }, random_inputs(1, 1, 2, 3));
}

BOOST_AUTO_TEST_CASE(the_gradient_of_the_key_bias_is_zero_and_the_bias_has_no_influence) {
  auto in = random_inputs(2, 5, 8, 3);
  tape<real> record;
  std::vector<variable<real>> leaves;
  for (const auto& input : in) leaves.push_back(record.leaf(input));
  record.backward(apply(weighted_sum_operation{random_tensor({2, 3}, 7)}, pooled(leaves, 2)));
  for (const double slope : record.gradient(leaves[5]).to_host()) BOOST_TEST(slope == 0);
  const auto before = pooled(in, 2).to_host();
  in[5] = random_tensor({8}, 90);
  BOOST_TEST(pooled(in, 2).to_host() == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(positions_get_the_same_gradient_whether_tokens_want_theirs_or_not) {
  const auto in = random_inputs(4, 6, 8, 5);
  std::vector<std::vector<double>> slopes;
  for (const bool frozen : {false, true}) {
    tape<real> record;
    std::vector<variable<real>> leaves;
    for (const auto& input : in) leaves.push_back(frozen && leaves.empty() ? record.constant(input) : record.leaf(input));
    record.backward(apply(weighted_sum_operation{random_tensor({4, 5}, 7)}, pooled(leaves, 4)));
    slopes.push_back(record.gradient(leaves[1]).to_host());
  }
  for (std::size_t i = 0; i < slopes[0].size(); ++i) BOOST_TEST(std::abs(slopes[0][i] - slopes[1][i]) < 1e-12);
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_errors) {
  const auto in = random_inputs(2, 4, 6, 5);
  BOOST_CHECK_THROW(pooled(in, 4), value_error);
  for (std::size_t k = 0; k < in.size(); ++k) {
    auto wrong = in;
    wrong[k] = tensor<real>({7, 7});
    BOOST_CHECK_THROW(pooled(wrong, 2), shape_error);
  }
}
