#include "fewclip/losses/cross_entropy.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "../autograd/finite_differences.hpp"
#include "fewclip/io/safetensors.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

namespace {
struct without_parameters {
} model;
}  // namespace

BOOST_AUTO_TEST_CASE(the_loss_is_the_mean_of_minus_log_shares) {
  const auto logits = host_tensor({0, std::log(4.0), 7, 7}, {2, 2});
  const auto loss = losses::cross_entropy{}(model, logits, host_labels({1, 0}));
  BOOST_TEST(loss.to_host()[0] == -(std::log(0.8) + std::log(0.5)) / 2, tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(smoothing_spreads_part_of_the_target_over_all_classes) {
  const auto logits = host_tensor({0, std::log(4.0), 7, 7}, {2, 2});
  const losses::cross_entropy smooth{{.label_smoothing = 0.2}};
  const double first = -(0.9 * std::log(0.8) + 0.1 * std::log(0.2));
  BOOST_TEST(smooth(model, logits, host_labels({1, 0})).to_host()[0] == (first - std::log(0.5)) / 2, tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_gradient_agrees_with_central_differences) {
  const auto labels = host_labels({2, 0, 1, 1});
  for (const double smoothing : {0.0, 0.3, 1.0}) {
    const losses::cross_entropy loss{{.label_smoothing = smoothing}};
    require_gradients([&](const auto& in) { return loss(model, in[0], labels); }, {random_tensor({4, 3}, 1)});
  }
}

BOOST_AUTO_TEST_CASE(loss_and_gradient_agree_with_pytorch) {
  const io::safetensors_file golden(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/autograd.safetensors");
  tape<real> record;
  const auto logits = record.leaf(host_tensor(golden.read<double>("cross_entropy.logits"), {5, 4}));
  const auto loss = losses::cross_entropy{}(model, logits, host_labels(golden.read<label>("cross_entropy.labels")));
  BOOST_TEST(loss.value().to_host() == golden.read<double>("cross_entropy.loss"), tt::tolerance(1e-12) << tt::per_element());
  record.backward(loss);
  BOOST_TEST(record.gradient(logits).to_host() == golden.read<double>("cross_entropy.grad.logits"), tt::tolerance(1e-10)
                                                                                                        << tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_label_for_every_row_is_required) {
  BOOST_CHECK_THROW(losses::cross_entropy{}(model, host_tensor({1, 2}, {1, 2}), host_labels({0, 1})), shape_error);
}
