#pragma once
/// \file
/// What every adapter that can be trained must show, beside adapter_suite.

#include <set>

#include "fewclip/testing/adapter_suite.hpp"

namespace fewclip::testing {

/// The names of the parameters, in the order they are visited.
template <class Model>
std::vector<std::string> parameter_names(Model& model) {
  std::vector<std::string> out;
  fewclip::visit_parameters(model, [&out](std::string_view name, auto&) { out.emplace_back(name); });
  return out;
}

/// Moves every parameter a little away from its start, so that zeros and ones hide nothing.
template <compute_backend B, class Model>
void shake_parameters(Model& model) {
  std::uint64_t stream = 911;
  fewclip::visit_parameters(model, [&stream](std::string_view, parameter<B>& each) {
    each.mutable_value() = ops::add_scaled(each.value(), 1, random_tensor<B>(each.value().extents(), stream++), 0.05);
  });
}

/// Parameters have names of their own, and come in the same order at every visit and in every fit.
template <class Adapter, compute_backend B>
void parameters_are_visited_in_a_stable_order(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  auto model = fit<Adapter, B>(problem, settings);
  auto other = fit<Adapter, B>(random_problem<B>(1), settings);
  const auto names = parameter_names(model);
  BOOST_TEST(!names.empty());
  BOOST_TEST(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  BOOST_TEST(parameter_names(model) == names, boost::test_tools::per_element());
  BOOST_TEST(parameter_names(other) == names, boost::test_tools::per_element());
}

/// The forward on tensors and that on variables are one.
template <class Adapter, compute_backend B>
void logits_of_variables_equal_logits_of_tensors(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  auto model = fit<Adapter, B>(problem, settings);
  shake_parameters<B>(model);
  tape<B> record;
  fewclip::visit_parameters(model, [&record](std::string_view, parameter<B>& each) { each.bind(record); });
  const variable<B> recorded = model.logits(record.constant(problem.queries));
  fewclip::visit_parameters(model, [](std::string_view, parameter<B>& each) { each.release(); });
  BOOST_TEST(near<B>(recorded.value(), model.logits(problem.queries)));
}

/// A copy of a model does not follow the training of the original.
template <class Adapter, compute_backend B>
void a_copy_keeps_its_parameters(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  auto model = fit<Adapter, B>(problem, settings);
  const auto copy = model;
  const tensor<B> before = copy.logits(problem.queries);
  shake_parameters<B>(model);
  BOOST_TEST(identical<B>(copy.logits(problem.queries), before));
  BOOST_TEST(!near<B>(model.logits(problem.queries), before));
}

/// The gradient of the mean cross-entropy with respect to every parameter is that of central differences.
template <class Adapter, compute_backend B>
void gradients_equal_central_differences(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  auto model = fit<Adapter, B>(problem, settings);
  shake_parameters<B>(model);
  const tensor<B> rows = problem.queries.rows_slice(0, 9);
  const auto labels = label_tensor<B>::from_host(problem.query_truth.data(), {9});
  tape<B> record;
  std::vector<parameter<B>*> parameters;
  fewclip::visit_parameters(model, [&](std::string_view, parameter<B>& each) {
    each.bind(record);
    parameters.push_back(&each);
  });
  record.backward(ops::cross_entropy(model.logits(record.constant(rows)), labels, 1.0 / 9));
  std::vector<tensor<B>> gradients;
  for (const auto* each : parameters) gradients.push_back(record.gradient(each->leaf()));
  for (auto* each : parameters) each->release();
  const auto names = parameter_names(model);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    BOOST_TEST_CONTEXT("parameter " << names[k]) {
      const tensor<B> at = parameters[k]->value();
      check_gradient<B>(
          [&](const tensor<B>& moved) {
            parameters[k]->mutable_value() = moved;
            return ops::cross_entropy(model.logits(rows), labels, 1.0 / 9).to_host()[0];
          },
          at, gradients[k]);
      parameters[k]->mutable_value() = at;
    }
  }
}

/// Runs every check that a trainable adapter must pass beside adapter_suite; gradients on backends in double precision only.
///
/// \tparam Adapter a fewclip::adapter with parameters, on unit rows
/// \tparam B the backend
/// \param settings fitted with these; a small logit scale keeps the cross-entropy from vanishing
template <class Adapter, compute_backend B>
void trainable_suite(const typename Adapter::params& settings = {}) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    parameters_are_visited_in_a_stable_order<Adapter, B>(settings);
    logits_of_variables_equal_logits_of_tensors<Adapter, B>(settings);
    a_copy_keeps_its_parameters<Adapter, B>(settings);
    if constexpr (in_double<B>) {
      gradients_equal_central_differences<Adapter, B>(settings);
    } else {
      BOOST_TEST_MESSAGE("gradients skipped: central differences need double precision");
    }
  }
}

}  // namespace fewclip::testing
