#pragma once
// The cases of tests/golden/autograd.safetensors, by PyTorch in double precision.

#include <string>
#include <vector>

#include "fewclip/io/safetensors.hpp"
#include "finite_differences.hpp"

namespace fewclip::tests {

class golden_case {
 public:
  explicit golden_case(std::string name)
      : file_(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/autograd.safetensors"), name_(std::move(name)) {}

  tensor<real> input(const std::string& input) const {
    shape extents;
    for (const auto extent : file_.info(name_ + "." + input).shape) extents.append(static_cast<index>(extent));
    return host_tensor(file_.read<double>(name_ + "." + input), extents);
  }
  std::vector<label> labels(const std::string& input = "labels") const { return file_.read<label>(name_ + "." + input); }

  /// Compares the loss, and its gradients by the inputs of these names, of which function(variables) is a function.
  template <class Function>
  void check(const std::vector<std::string>& inputs, const Function& function) const {
    tape<real> record;
    std::vector<variable<real>> leaves;
    for (const auto& each : inputs) leaves.push_back(record.leaf(input(each)));
    const variable<real> loss = function(leaves);
    near(loss.value().to_host(), "loss");
    record.backward(loss);
    for (std::size_t k = 0; k < inputs.size(); ++k) near(record.gradient(leaves[k]).to_host(), "grad." + inputs[k]);
  }

 private:
  void near(const std::vector<double>& got, const std::string& what) const {
    const auto expected = file_.read<double>(name_ + "." + what);
    BOOST_TEST_REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      BOOST_TEST(std::abs(got[i] - expected[i]) <= 1e-10 * std::max(1.0, std::abs(expected[i])), name_ << " " << what << " " << i);
    }
  }

  io::safetensors_file file_;
  std::string name_;
};

}  // namespace fewclip::tests
