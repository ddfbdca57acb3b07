#pragma once
// A linear classifier and a training set, for the tests of trainers.

#include <cmath>
#include <string_view>
#include <vector>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/random.hpp"

namespace fewclip::tests {

using real = backend::cpu<double>;
using single = backend::cpu<float>;

/// x W^T + b from zero.
template <class B>
struct affine_model {
  parameter<B> weights;
  parameter<B> bias;

  affine_model(index classes, index dim) : weights(tensor<B>({classes, dim})), bias(tensor<B>({classes})) {}

  template <class X>
  auto logits(const X& x) const {
    return ops::add_row(ops::product_transposed(x, weights), bias);
  }
  template <class Visitor>
  void visit_parameters(Visitor&& visitor) {
    visitor("weights", weights);
    visitor("bias", bias);
  }
  static bool decays(std::string_view name) { return name != "bias"; }
};

template <class B>
struct training_set {
  tensor<B> features;
  label_tensor<B> labels;
};

/// Normal rows around one random centre per class.
template <class B>
training_set<B> random_set(index rows, index dim, index classes) {
  const random_stream numbers(7);
  std::vector<typename B::scalar> x(static_cast<std::size_t>(rows * dim));
  std::vector<label> y(static_cast<std::size_t>(rows));
  for (index r = 0; r < rows; ++r) {
    y[static_cast<std::size_t>(r)] = static_cast<label>(r % classes);
    for (index d = 0; d < dim; ++d) {
      const double centre = random_stream(8, static_cast<std::uint64_t>(r % classes)).normal(static_cast<std::uint64_t>(d));
      const double value = centre + numbers.normal(static_cast<std::uint64_t>(r * dim + d));
      x[static_cast<std::size_t>(r * dim + d)] = static_cast<typename B::scalar>(value);
    }
  }
  return {tensor<B>::from_host(x.data(), {rows, dim}), label_tensor<B>::from_host(y.data(), {rows})};
}

/// The raw support rows of the toy problem of the specification: 3 classes, 2 rows each, 8 dimensions.
template <class B>
training_set<B> toy_support() {
  std::vector<typename B::scalar> x;
  std::vector<label> y;
  for (int r = 0; r < 6; ++r) {
    y.push_back(r / 2);
    for (int j = 1; j <= 8; ++j) {
      const double value = std::sin(0.7 * (r / 2 + 1) * j) + 0.5 * std::sin(1.3 * (r + 1) * j + 0.2);
      x.push_back(static_cast<typename B::scalar>(value));
    }
  }
  return {tensor<B>::from_host(x.data(), {6, 8}), label_tensor<B>::from_host(y.data(), {6})};
}

template <class Model>
auto all_values(Model& model) {
  auto values = model.weights.value().to_host();
  for (const auto value : model.bias.value().to_host()) values.push_back(value);
  return values;
}

}  // namespace fewclip::tests
