#pragma once
/// \file
/// What every trainer must show.

#include "fewclip/concepts/trainer.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace fewclip::testing {

/// Runs every check that a trainer must pass: the same training twice gives the same bits, an observer is heard and can end it, and what is
/// reported fits together.
///
/// \tparam Trainer a fewclip::trainer
/// \tparam Adapter what is trained, on unit rows
/// \tparam B the backend
/// \param settings few steps suffice
/// \param of_adapter settings of the adapter
template <class Trainer, class Adapter, compute_backend B>
void trainer_suite(const typename Trainer::params& settings = {}, const typename Adapter::params& of_adapter = {}) {
  static_assert(trainer<Trainer, B, fitted_of<Adapter, B>>, "fewclip::testing::trainer_suite: Trainer needs 'train' [concept trainer]");
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << seed()) {
    settings_suite<typename Trainer::params>(settings);
    const random_problem<B> problem;
    const auto labels = label_tensor<B>::from_host(problem.labels.data(), {static_cast<index>(problem.labels.size())});
    const auto train = [&](auto& model, const progress_observer& observer) {
      return Trainer::train(model, problem.support_rows, labels, settings, observer, nullptr, {});
    };
    index heard = 0;
    auto once = fit<Adapter, B>(problem, of_adapter);
    auto again = once;
    const tensor<B> untrained = once.logits(problem.queries);
    const training_report report = train(once, {});
    train(again, [&heard](const progress&) { return ++heard > 0; });
    const tensor<B> trained = once.logits(problem.queries);
    BOOST_TEST(identical<B>(again.logits(problem.queries), trained));
    if (report.steps > 0) {
      BOOST_TEST(!near<B>(trained, untrained));
      BOOST_TEST(heard > 0);
      BOOST_TEST(!report.losses.empty());
      BOOST_TEST(report.trained_parameters > 0);
      auto stopped = fit<Adapter, B>(problem, of_adapter);
      const training_report early = train(stopped, [](const progress&) { return false; });
      BOOST_TEST(early.steps <= report.steps);
      BOOST_TEST((early.stopped_early || early.steps == report.steps));
    } else {
      BOOST_TEST(identical<B>(trained, untrained));
    }
  }
}

}  // namespace fewclip::testing
