#pragma once
// Gradients by central differences in double precision, for the tests of operations.

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/testing/comparisons.hpp"

namespace fewclip::tests {

using real = backend::cpu<double>;

/// Drawn afresh by every run; failures print it.
inline std::uint64_t fresh_seed() {
  static const std::uint64_t seed = std::random_device{}();
  return seed;
}

/// Normal numbers; `stream` tells the inputs of one test apart.
inline tensor<real> random_tensor(const shape& extents, std::uint64_t stream) {
  const random_stream numbers(fresh_seed(), stream);
  std::vector<double> values(static_cast<std::size_t>(extents.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = numbers.normal(i);
  return tensor<real>::from_host(values.data(), extents);
}

inline tensor<real> host_tensor(const std::vector<double>& values, const shape& extents) {
  return tensor<real>::from_host(values.data(), extents);
}

inline label_tensor<real> host_labels(const std::vector<label>& values) {
  return label_tensor<real>::from_host(values.data(), {static_cast<index>(values.size())});
}

/// A fixed linear function of all elements, so that any result becomes one number.
struct weighted_sum_operation {
  tensor<real> weights;

  tensor<real> forward(const tensor<real>& x) const {
    double sum = 0;
    for (index i = 0; i < x.size(); ++i) sum += weights.data()[i] * x.data()[i];
    return tensor<real>({1}, sum);
  }
  void backward(const tensor<real>& gradient, gradient_sink<real>& sink) const {
    tensor<real> out = weights;
    for (index i = 0; i < out.size(); ++i) out.mutable_data()[i] *= gradient.data()[0];
    sink.add(0, out);
  }
};

/// Compares the gradients of `function(inputs)` with central differences, see testing::check_gradient. The function takes a vector of tensors or of
/// variables and returns one of the same kind.
template <class Function>
void require_gradients(const Function& function, const std::vector<tensor<real>>& inputs) {
  BOOST_TEST_CONTEXT("seed " << fresh_seed()) {
    const tensor<real> plain = function(inputs);
    const tensor<real> weights = random_tensor(plain.extents(), 1000);
    tape<real> record;
    std::vector<variable<real>> leaves;
    for (const auto& input : inputs) leaves.push_back(record.leaf(input));
    const variable<real> recorded = function(leaves);
    BOOST_TEST(recorded.value().to_host() == plain.to_host(), boost::test_tools::per_element());
    record.backward(apply(weighted_sum_operation{weights}, recorded));
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      BOOST_TEST_CONTEXT("input " << k) {
        const auto value = [&](const tensor<real>& at) {
          std::vector<tensor<real>> moved = inputs;
          moved[k] = at;
          return weighted_sum_operation{weights}.forward(function(moved)).data()[0];
        };
        testing::check_gradient<real>(value, inputs[k], record.gradient(leaves[k]));
      }
    }
  }
}

}  // namespace fewclip::tests
