#include "fewclip/losses/ridge_cross_entropy.hpp"

#include <boost/test/unit_test.hpp>
#include "../autograd/finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

namespace {

struct affine {
  parameter<real> weights{host_tensor({3, -4}, {1, 2})};
  parameter<real> bias{host_tensor({100}, {1})};
  template <class Visitor>
  void visit_parameters(Visitor&& visitor) {
    visitor("head.weights", weights);
    visitor("head.bias", bias);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_loss_is_the_weighted_sum_and_half_the_squared_norm_without_the_bias) {
  affine model;
  const auto logits = host_tensor({0, std::log(4.0), 7, 7}, {2, 2});
  const losses::ridge_cross_entropy loss{{.inverse_regularisation = 10}};
  const double expected = -10 * (std::log(0.8) + std::log(0.5)) + 12.5;
  BOOST_TEST(loss(model, logits, host_labels({1, 0})).to_host()[0] == expected, tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_penalty_pulls_bound_parameters_towards_zero) {
  affine model;
  tape<real> record;
  model.weights.bind(record);
  model.bias.bind(record);
  const auto logits = record.leaf(host_tensor({1, 2}, {1, 2}));
  record.backward(losses::ridge_cross_entropy{}(model, logits, host_labels({0})));
  const std::vector<double> expected{3, -4};
  BOOST_TEST(record.gradient(model.weights.leaf()).to_host() == expected, tt::per_element());
  BOOST_TEST(record.gradient(model.bias.leaf()).to_host()[0] == 0);
  BOOST_TEST(record.gradient(logits).to_host()[1] == 31.6 / (1 + std::exp(-1.0)), tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(an_unbound_model_counts_with_its_value) {
  affine model;
  tape<real> record;
  const auto logits = record.leaf(host_tensor({7, 7}, {1, 2}));
  const auto loss = losses::ridge_cross_entropy{{.inverse_regularisation = 1}}(model, logits, host_labels({0}));
  BOOST_TEST(loss.value().to_host()[0] == std::log(2.0) + 12.5, tt::tolerance(1e-14));
}
