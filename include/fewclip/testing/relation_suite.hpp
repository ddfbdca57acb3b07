#pragma once
/// \file
/// What every relation must show, as a term of a blend.

#include "fewclip/relations/weighted.hpp"
#include "fewclip/testing/cache_suite.hpp"

namespace fewclip::testing {

/// Sealing is for speed alone.
template <class Relation, compute_backend B>
void sealing_a_relation_changes_nothing(const typename relations::weighted<Relation>::params& settings = {}) {
  const random_problem<B> problem;
  auto model = fit<relations::weighted<Relation>, B>(problem, settings);
  const tensor<B> before = model.logits(problem.queries);
  fewclip::seal(model);
  BOOST_TEST(near<B>(model.logits(problem.queries), before));
}

/// A sealed relation that is given other settings equals one that was fitted with them.
template <class Relation, compute_backend B>
void retuning_a_sealed_relation_equals_a_new_fit(const typename relations::weighted<Relation>::params& settings = {}) {
  const random_problem<B> problem;
  for (const setting_value& each : list_settings(settings)) {
    if (each.about.takes_effect != effect::prediction) continue;
    BOOST_TEST_CONTEXT("setting " << each.about.name) {
      auto other = settings;
      set_setting(other, each.about.name, 0.5 * each.value + 0.25);
      auto model = fit<relations::weighted<Relation>, B>(problem, settings);
      fewclip::seal(model);
      model.retune(other);
      BOOST_TEST(near<B>(model.logits(problem.queries), fit<relations::weighted<Relation>, B>(problem, other).logits(problem.queries)));
    }
  }
}

/// The terms of a study add up to the logits, under any settings that take effect at prediction.
template <class Relation, compute_backend B>
void a_study_of_a_relation_gives_its_logits(const typename relations::weighted<Relation>::params& settings = {}) {
  const random_problem<B> problem;
  const auto model = fit<relations::weighted<Relation>, B>(problem, settings);
  if constexpr (requires { model.study(problem.queries); }) {
    auto study = model.study(problem.queries);
    auto other = settings;
    for (const setting_value& each : list_settings(settings)) {
      if (each.about.takes_effect == effect::prediction) set_setting(other, each.about.name, 0.5 * each.value + 0.25);
    }
    for (const auto& now : {settings, other, settings}) {
      const tensor<B> expected = fit<relations::weighted<Relation>, B>(problem, now).logits(problem.queries);
      study.visit_terms(
          now, [&](std::string_view, double weight, const tensor<B>& term) { BOOST_TEST(near<B>(ops::scale(term, weight), expected)); });
    }
  } else {
    BOOST_TEST_MESSAGE("skipped: the relation has no study");
  }
}

/// Runs adapter_suite and what every relation must show beside it.
///
/// \tparam Relation a fewclip::relation that needs no text source
/// \tparam B the backend
/// \param settings of relations::weighted<Relation>; not at values where they change nothing
template <class Relation, compute_backend B>
void relation_suite(const typename relations::weighted<Relation>::params& settings = {}) {
  adapter_suite<relations::weighted<Relation>, B>(settings);
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    permuting_classes_permutes_logits<relations::weighted<Relation>, B>(settings);
    sealing_a_relation_changes_nothing<Relation, B>(settings);
    retuning_a_sealed_relation_equals_a_new_fit<Relation, B>(settings);
    a_study_of_a_relation_gives_its_logits<Relation, B>(settings);
  }
}

}  // namespace fewclip::testing
