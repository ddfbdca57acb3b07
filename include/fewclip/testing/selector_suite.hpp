#pragma once
/// \file
/// What every selector must show.

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "fewclip/classifier.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"
#include "fewclip/testing/settings_suite.hpp"

namespace fewclip::testing {

/// Runs every check that a selector must pass: it says what it looks at, chooses the same twice, stays within the ranges of the settings, and
/// hands back the model of the settings that it reports.
///
/// \tparam Selector a fewclip::selector
/// \tparam Adapter what is fitted, on unit rows and without training
/// \tparam B the backend
/// \param settings of the selector
template <class Selector, class Adapter, compute_backend B>
void selector_suite(const typename Selector::params& settings = {}) {
  static_assert(selector<Selector>,
                "fewclip::testing::selector_suite: Selector needs 'params', 'protocol' and 'select' [concept selector]");
  using selecting = classifier<B, Adapter, trainers::closed_form, Selector>;
  using given = classifier<B, Adapter>;
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    settings_suite<typename Selector::params>(settings);
    BOOST_TEST(!std::string(Selector::protocol).empty());
    const random_problem<B> problem;
    const validation_set<B> validation(problem.queries, class_labels(std::vector<label>(problem.query_truth), problem.classes));
    typename selecting::params all;
    all.selector = settings;
    const selecting once(problem.text(), problem.support(), all, validation);
    const selecting again(problem.text(), problem.support(), all, validation);
    BOOST_CHECK_NO_THROW(require_valid_settings(once.settings(), "fewclip::testing::selector_suite"));
    BOOST_TEST(once.search().fits >= 1);
    BOOST_TEST(once.search().best_hits <= once.search().rows);
    BOOST_TEST(identical<B>(once.logits(problem.queries), again.logits(problem.queries)));
    typename given::params chosen;
    chosen.adapter = once.settings().adapter;
    const given refitted(problem.text(), problem.support(), chosen);
    BOOST_TEST(near<B>(refitted.logits(problem.queries), once.logits(problem.queries)));
  }
}

}  // namespace fewclip::testing
