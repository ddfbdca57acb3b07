#include "fewclip/trainers/contrastive_pairs.hpp"

#include <boost/test/unit_test.hpp>

#include "../tuners/tiny_pairs.hpp"
#include "fewclip/optimizers/adam.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using trainer_type = trainers::contrastive_pairs<losses::contrastive, optimizers::adam, schedules::constant>;

namespace {

trainer_type::params settings(fewclip::index epochs) {
  trainer_type::params out;
  out.epochs = epochs;
  out.optimizer.learning_rate = 5e-3;
  return out;
}

/// Epochs of 2 and 1 batches in turn.
struct uneven {
  fixed_pairs<real> all = tiny_source<real>();
  fewclip::index batches(fewclip::index epoch) const { return epoch % 2 == 0 ? 2 : 1; }
  pair_batch<real> batch(fewclip::index epoch, fewclip::index i) const { return all.batch(0, (epoch + i) % 2); }
};
static_assert(pair_source<uneven, real>);

}  // namespace

BOOST_AUTO_TEST_CASE(the_loss_of_a_whole_clip_falls) {
  auto model = tiny_clip<real>();
  const auto report = trainer_type::train<real>(model, tiny_source<real>(), settings(15));
  BOOST_TEST(report.steps == 30);
  BOOST_TEST(report.epochs == 15);
  BOOST_TEST(report.losses.size() == 30U);
  BOOST_TEST(report.final_loss < 0.3 * report.first_loss);
  BOOST_TEST(report.converged);
}

BOOST_AUTO_TEST_CASE(training_that_was_interrupted_goes_on_bit_for_bit) {
  const uneven source;
  for (const fewclip::index stop : {1, 3, 4}) {
    auto whole = tiny_clip<real>();
    const auto expected = trainer_type::train<real>(whole, source, settings(4));
    BOOST_TEST(expected.steps == 6);
    trainer_state<real> state;
    auto first = tiny_clip<real>();
    const auto cut = trainer_type::train<real>(
        first, source, settings(4), [stop](const progress& e) { return e.done != stop; }, &state);
    BOOST_TEST(cut.stopped_early);
    auto second = tiny_clip<real>();
    const auto rest = trainer_type::train<real>(second, source, settings(4), {}, &state);
    BOOST_TEST((rest.losses == expected.losses));
    BOOST_TEST((values_of<real>(second) == values_of<real>(whole)));
  }
}

BOOST_AUTO_TEST_CASE(the_best_epoch_is_kept_and_patience_ends_the_training) {
  auto model = tiny_clip<real>();
  auto chosen = settings(20);
  chosen.stop.patience = 3;
  const std::vector<double> seen{0.1, 0.4, 0.4, 0.2, 0.3, 0.9};
  std::size_t at = 0;
  std::map<std::string, std::vector<double>> best;
  const auto report = trainer_type::train<real>(model, tiny_source<real>(), chosen, {}, nullptr, [&] {
    if (at == 1) best = values_of<real>(model);
    return seen.at(at++);
  });
  BOOST_TEST((report.watched == std::vector<double>{0.1, 0.4, 0.4, 0.2, 0.3}));
  BOOST_TEST(report.stopped_early);
  BOOST_TEST(report.steps == 10);
  BOOST_TEST((values_of<real>(model) == best));
}

BOOST_AUTO_TEST_CASE(a_schedule_sees_the_steps_of_all_epochs) {
  using cosine = trainers::contrastive_pairs<losses::contrastive, optimizers::adam, schedules::cosine_per_step>;
  auto model = tiny_clip<real>();
  cosine::params chosen;
  chosen.epochs = 2;
  chosen.optimizer.learning_rate = 1e-3;
  const auto report = cosine::train<real>(model, tiny_source<real>(), chosen);
  BOOST_TEST(std::abs(report.learning_rates[2] - 5e-4) < 1e-15);
}

// In single precision steps of 5e-8 are lost on a weight of 1.5, unless sums are compensated.
BOOST_AUTO_TEST_CASE(compensated_sums_keep_steps_below_the_precision) {
  using B = backend::cpu<float>;
  const auto moved = [](bool compensated) {
    optimizers::adam::params chosen;
    chosen.learning_rate = 5e-8;
    chosen.compensated = compensated;
    optimizers::adam::state<B> state(chosen);
    parameter<B> p(tensor<B>({1}, 1.5F));
    for (int t = 0; t < 1000; ++t) state.step(0, p, tensor<B>({1}, -1.0F), chosen.learning_rate, true);
    return static_cast<double>(p.value().data()[0]) - 1.5;
  };
  BOOST_TEST(moved(false) == 0);
  BOOST_TEST(std::abs(moved(true) - 5e-5) < 2e-7);
}

BOOST_AUTO_TEST_CASE(an_epoch_without_batches_and_a_state_of_another_model_are_refused) {
  auto model = tiny_clip<real>();
  BOOST_CHECK_THROW(trainer_type::train<real>(model, fixed_pairs<real>({}), settings(1)), value_error);
  trainer_state<real> other;
  other.tensors["parameter/other"] = tensor<real>({1});
  BOOST_CHECK_THROW(trainer_type::train<real>(model, tiny_source<real>(), settings(1), {}, &other), value_error);
}
