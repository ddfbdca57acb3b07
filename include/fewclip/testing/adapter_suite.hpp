#pragma once
/// \file
/// What every adapter must show.

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/blend_part.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"
#include "fewclip/testing/settings_suite.hpp"

namespace fewclip::testing {

/// The fitted form of an adapter.
template <class Adapter, compute_backend B>
using fitted_of = typename Adapter::template fitted<B>;

/// An adapter fitted on a random problem.
template <class Adapter, compute_backend B>
fitted_of<Adapter, B> fit(const random_problem<B>& problem, const typename Adapter::params& settings = {}) {
  return fitted_of<Adapter, B>(problem.text(), problem.support(), settings);
}

/// Logits have one row per query and one column per class, and are finite.
template <class Adapter, compute_backend B>
void logits_have_a_row_per_query_and_a_column_per_class(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  const auto model = fit<Adapter, B>(problem, settings);
  for (const index rows : {index{70}, index{33}, index{1}}) {
    const tensor<B> scores = model.logits(problem.queries.rows_slice(0, rows));
    BOOST_TEST((scores.extents() == shape{rows, problem.classes}));
    BOOST_TEST(near<B>(scores, scores), "logits that are not finite");
  }
}

/// Support rows in another order, labels with them, give the same logits.
template <class Adapter, compute_backend B>
void permuting_support_rows_changes_nothing(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  const auto order = random_stream(seed(), 901).permutation(problem.support_rows.rows());
  const fitted_of<Adapter, B> permuted(problem.text(), problem.support(order), settings);
  BOOST_TEST(near<B>(permuted.logits(problem.queries), fit<Adapter, B>(problem, settings).logits(problem.queries)));
}

/// The logits of a batch do not depend on how it is cut, unless the adapter says that they do.
template <class Adapter, compute_backend B>
void slices_of_a_batch_equal_the_whole_batch(const typename Adapter::params& settings = {}) {
  if (Adapter::needs.whole_batch) {
    BOOST_TEST_MESSAGE("skipped: the adapter says that it needs the whole batch");
    return;
  }
  const random_problem<B> problem;
  const auto model = fit<Adapter, B>(problem, settings);
  const tensor<B> whole = model.logits(problem.queries);
  for (const index step : {index{1}, index{33}}) {
    for (index begin = 0; begin < whole.rows(); begin += step) {
      const index count = std::min(step, whole.rows() - begin);
      BOOST_TEST(near<B>(model.logits(problem.queries.rows_slice(begin, count)), whole.rows_slice(begin, count)));
    }
  }
}

/// A fitted adapter can be asked by several threads at once.
template <class Adapter, compute_backend B>
void two_threads_get_equal_logits(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  const auto model = fit<Adapter, B>(problem, settings);
  const tensor<B> expected = model.logits(problem.queries);
  std::vector<tensor<B>> got(2);
  {
    std::vector<std::jthread> threads;
    for (tensor<B>& mine : got) {
      threads.emplace_back([&model, &problem, &mine] {
        for (int round = 0; round < 5; ++round) mine = model.logits(problem.queries);
      });
    }
  }
  for (const tensor<B>& each : got) BOOST_TEST(identical<B>(each, expected));
}

/// A model that is given other settings that take effect at prediction equals one that was fitted with them.
template <class Adapter, compute_backend B>
void retuning_equals_a_new_fit(const typename Adapter::params& settings = {}) {
  const random_problem<B> problem;
  for (const setting_value& each : list_settings(settings)) {
    if (each.about.takes_effect != effect::prediction) continue;
    BOOST_TEST_CONTEXT("setting " << each.about.name) {
      typename Adapter::params other = settings;
      set_setting(other, each.about.name, 0.5 * each.value + 0.25);
      auto model = fit<Adapter, B>(problem, settings);
      const tensor<B> before = model.logits(problem.queries);
      const tensor<B> expected = fit<Adapter, B>(problem, other).logits(problem.queries);
      BOOST_TEST(!near<B>(before, expected), "the setting changes nothing");
      if constexpr (retunable<Adapter, B>) {
        model.retune(other);
        BOOST_TEST(near<B>(model.logits(problem.queries), expected));
        model.retune(settings);
        BOOST_TEST(near<B>(model.logits(problem.queries), before));
      } else {
        BOOST_ERROR("a setting takes effect at prediction, but 'fitted' has no 'retune(params)'");
      }
    }
  }
}

/// Runs every check that an adapter must pass, trained or not.
///
/// \tparam Adapter a fewclip::adapter on unit rows, or a part of a blend
/// \tparam B the backend
/// \param settings fitted with these; settings that take effect at prediction should not be at a value where they change nothing
template <class Adapter, compute_backend B>
void adapter_suite(const typename Adapter::params& settings = {}) {
  static_assert(adapter<Adapter, B>, "fewclip::testing::adapter_suite: Adapter needs 'fitted<B>::logits(x)' [concept adapter]");
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    settings_suite<typename Adapter::params>(settings);
    logits_have_a_row_per_query_and_a_column_per_class<Adapter, B>(settings);
    permuting_support_rows_changes_nothing<Adapter, B>(settings);
    slices_of_a_batch_equal_the_whole_batch<Adapter, B>(settings);
    two_threads_get_equal_logits<Adapter, B>(settings);
    retuning_equals_a_new_fit<Adapter, B>(settings);
  }
}

}  // namespace fewclip::testing
