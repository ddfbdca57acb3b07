#pragma once
/// \file
/// What every cache must show, beside adapter_suite.

#include "fewclip/testing/adapter_suite.hpp"

namespace fewclip::testing {

/// Classes in another order give the same columns in that order.
template <class Cache, compute_backend B>
void permuting_classes_permutes_logits(const typename Cache::params& settings = {}) {
  const random_problem<B> problem;
  const auto order = random_stream(seed(), 902).permutation(problem.classes);
  std::vector<label> renamed(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) renamed[static_cast<std::size_t>(order[place])] = static_cast<label>(place);
  std::vector<label> labels;
  for (const label y : problem.labels) labels.push_back(renamed[static_cast<std::size_t>(y)]);
  const fitted_of<Cache, B> permuted(problem.text(order),
                                     support_set<B>(problem.support_rows, class_labels(std::move(labels), problem.classes)), settings);
  const auto before = fit<Cache, B>(problem, settings).logits(problem.queries).to_host();
  const auto after = permuted.logits(problem.queries).to_host();
  const auto classes = static_cast<std::size_t>(problem.classes);
  std::vector<typename B::scalar> expected;
  for (std::size_t i = 0; i < before.size(); ++i) {
    expected.push_back(before[i - i % classes + static_cast<std::size_t>(order[i % classes])]);
  }
  const shape extents{problem.queries.rows(), problem.classes};
  BOOST_TEST(near<B>(tensor<B>::from_host(after.data(), extents), tensor<B>::from_host(expected.data(), extents)));
}

/// A class that no support row belongs to gets nothing from the cache.
template <class Cache, compute_backend B>
void a_class_without_rows_scores_zero(const typename Cache::params& settings = {}) {
  const random_problem<B> problem;
  std::vector<index> rows;
  for (std::size_t row = 0; row < problem.labels.size(); ++row) {
    if (problem.labels[row] != 3) rows.push_back(static_cast<index>(row));
  }
  const fitted_of<Cache, B> model(problem.text(), problem.support(rows), settings);
  const auto scores = model.logits(problem.queries).to_host();
  for (std::size_t i = 3; i < scores.size(); i += static_cast<std::size_t>(problem.classes)) {
    BOOST_TEST(static_cast<double>(scores[i]) == 0);
    BOOST_TEST(static_cast<double>(scores[i + 1]) != 0);
  }
}

/// Every support row twice doubles the logits. Not for refiners that look at the support rows.
template <class Cache, compute_backend B>
void doubling_the_support_doubles_the_logits(const typename Cache::params& settings = {}) {
  const random_problem<B> problem;
  std::vector<index> twice;
  for (index row = 0; row < problem.support_rows.rows(); ++row) twice.insert(twice.end(), {row, row});
  const fitted_of<Cache, B> doubled(problem.text(), problem.support(twice), settings);
  const auto model = fit<Cache, B>(problem, settings);
  BOOST_TEST(near<B>(doubled.logits(problem.queries), ops::scale(model.logits(problem.queries), 2)));
}

/// Runs adapter_suite and what every cache must show beside it.
///
/// \tparam Cache a part of a blend that scores by support rows
/// \tparam B the backend
/// \param settings fitted with these
template <class Cache, compute_backend B>
void cache_suite(const typename Cache::params& settings = {}) {
  adapter_suite<Cache, B>(settings);
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    permuting_classes_permutes_logits<Cache, B>(settings);
    a_class_without_rows_scores_zero<Cache, B>(settings);
  }
}

}  // namespace fewclip::testing
