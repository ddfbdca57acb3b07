#pragma once
// The gradient of the mean cross-entropy by every parameter of a model, against central differences in double precision.

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace fewclip::tests {

template <compute_backend B, class Model>
void require_model_gradients(Model& model, const tensor<B>& rows, const label_tensor<B>& labels) {
  const double weight = 1 / static_cast<double>(labels.size());
  tape<B> record;
  std::vector<std::string> names;
  std::vector<parameter<B>*> parameters;
  fewclip::visit_parameters(model, [&](std::string_view name, parameter<B>& each) {
    each.bind(record);
    names.emplace_back(name);
    parameters.push_back(&each);
  });
  BOOST_TEST_REQUIRE(!parameters.empty());
  record.backward(ops::cross_entropy(model.logits(record.constant(rows)), labels, weight));
  std::vector<tensor<B>> gradients;
  for (const auto* each : parameters) gradients.push_back(record.gradient(each->leaf()));
  for (auto* each : parameters) each->release();
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    BOOST_TEST_CONTEXT("parameter " << names[k]) {
      const tensor<B> at = parameters[k]->value();
      double size = 0;
      for (const auto g : gradients[k].to_host()) size = std::max(size, std::abs(static_cast<double>(g)));
      BOOST_TEST(size > 1e-9, "a gradient of zero shows nothing");
      testing::check_gradient<B>(
          [&](const tensor<B>& moved) {
            parameters[k]->mutable_value() = moved;
            return ops::cross_entropy(model.logits(rows), labels, weight).to_host()[0];
          },
          at, gradients[k]);
      parameters[k]->mutable_value() = at;
    }
  }
}

}  // namespace fewclip::tests
