#pragma once
/// \file
/// What every refiner must show.

#include <thread>
#include <vector>

#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/concepts/refiner.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"
#include "fewclip/testing/settings_suite.hpp"

namespace fewclip::testing {

/// Rows stay rows: one out per row in, each refined by itself, the same alone, in a batch and from two threads.
template <class Refiner, compute_backend B>
void rows_are_refined_one_by_one(const typename Refiner::template fitted<B>& fitted, const tensor<B>& rows) {
  const tensor<B> all = value_of(fitted.refine(rows));
  BOOST_TEST(all.rows() == rows.rows());
  BOOST_TEST(all.columns() >= 1);
  for (index row = 0; row < rows.rows(); ++row) {
    BOOST_TEST(near<B>(value_of(fitted.refine(rows.rows_slice(row, 1))), all.rows_slice(row, 1)));
  }
  std::vector<tensor<B>> got(2);
  {
    std::vector<std::jthread> threads;
    for (tensor<B>& mine : got) threads.emplace_back([&] { mine = value_of(fitted.refine(rows)); });
  }
  for (const tensor<B>& each : got) BOOST_TEST(identical<B>(each, all));
}

/// Variables are refined as tensors are, with the gradient of central differences (in double precision).
template <class Refiner, compute_backend B>
void variables_are_refined_as_tensors(const typename Refiner::template fitted<B>& fitted, const tensor<B>& rows) {
  const auto weighted_sum = [&fitted](const tensor<B>& x) {
    double sum = 0;
    double weight = 1;
    for (const auto value : value_of(fitted.refine(x)).to_host()) sum += (weight += 0.01) * static_cast<double>(value);
    return sum;
  };
  tape<B> record;
  const variable<B> x = record.leaf(rows);
  const variable<B> refined = fitted.refine(x);
  BOOST_TEST(near<B>(refined.value(), value_of(fitted.refine(rows))));
  if constexpr (in_double<B>) {
    std::vector<typename B::scalar> weights;
    double weight = 1;
    for (index i = 0; i < refined.value().size(); ++i) weights.push_back(weight += 0.01);
    const auto as_row = tensor<B>::from_host(weights.data(), {1, refined.value().size()});
    // One product of all refined numbers with the weights: reshaping keeps the place on the tape.
    const variable<B> flat = record.record(
        refined.value().reshaped({1, refined.value().size()}), {refined.position()},
        [extents = refined.extents()](const tensor<B>& gradient, gradient_sink<B>& sink) { sink.add(0, gradient.reshaped(extents)); });
    record.backward(ops::product_transposed(flat, as_row));
    check_gradient<B>(weighted_sum, rows, record.gradient(x));
  }
}

/// Runs every check that a refiner must pass.
///
/// \tparam Refiner a fewclip::refiner
/// \tparam B the backend
/// \param settings fitted with these
template <class Refiner, compute_backend B>
void refiner_suite(const typename Refiner::params& settings = {}) {
  static_assert(refiner<Refiner, B>, "fewclip::testing::refiner_suite: Refiner needs 'refine(x) const' [concept refiner]");
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    settings_suite<typename Refiner::params>(settings);
    const random_problem<B> problem;
    const typename Refiner::template fitted<B> fitted(problem.text(), problem.support(), settings);
    const auto order = random_stream(seed(), 903).permutation(problem.support_rows.rows());
    const typename Refiner::template fitted<B> permuted(problem.text(), problem.support(order), settings);
    BOOST_TEST(near<B>(value_of(permuted.refine(problem.queries)), value_of(fitted.refine(problem.queries))));
    rows_are_refined_one_by_one<Refiner, B>(fitted, problem.queries);
    variables_are_refined_as_tensors<Refiner, B>(fitted, problem.queries.rows_slice(0, 5));
  }
}

}  // namespace fewclip::testing
