#include "fewclip/adapters/named.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "fewclip/adapters/blend.hpp"
#include "fewclip/caches/key_value.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/testing/trainable_suite.hpp"
#include "fewclip/trainers/minibatch.hpp"

namespace {

namespace t = fewclip::testing;
namespace caches = fewclip::caches;
using fewclip::adapters::blend;
using fewclip::adapters::named;
using fewclip::heads::text;
using real = t::exact_backend;
using cache = caches::key_value<>;
using trained_cache = caches::key_value<fewclip::kernels::exponential_affinity, caches::learnable_keys>;
using one = named<"one", cache>;
using two = named<"two", cache>;
using both = blend<text, one, two>;
using both_trained = blend<text, named<"one", trained_cache>, named<"two", trained_cache>>;

BOOST_AUTO_TEST_CASE(two_caches_of_one_kind_behave_as_an_adapter) {
  t::adapter_suite<both, real>();
  both_trained::params settings;
  settings.head.scale = 10;
  t::adapter_suite<both_trained, real>(settings);
  t::trainable_suite<both_trained, real>(settings);
}

BOOST_AUTO_TEST_CASE(settings_and_parameters_have_the_name_of_their_part) {
  std::vector<std::string> names;
  for (const auto& each : fewclip::list_settings(both::params{})) names.emplace_back(each.about.name);
  BOOST_TEST(names == (std::vector<std::string>{"scale", "one.alpha", "one.beta", "two.alpha", "two.beta"}),
             boost::test_tools::per_element());
  both::params settings;
  fewclip::set_setting(settings, "two.beta", 3);
  BOOST_TEST(two::settings_in(settings).kernel.beta == 3);
  BOOST_TEST(one::settings_in(settings).kernel.beta != 3);
  const t::random_problem<real> problem;
  auto model = t::fit<both_trained, real>(problem);
  BOOST_TEST(t::parameter_names(model) == (std::vector<std::string>{"one.keys", "two.keys"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_logits_are_the_sum_of_the_head_and_both_caches) {
  const t::random_problem<real> problem;
  both::params settings;
  settings.head.scale = 30;
  one::settings_in(settings).alpha = 2;
  two::settings_in(settings) = {.alpha = 0.5, .kernel = {1.5}, .values = {}, .refiner = {}};
  const auto got = t::fit<both, real>(problem, settings).logits(problem.queries).to_host();
  const auto head = t::fit<text, real>(problem, settings.head).logits(problem.queries).to_host();
  const auto first = t::fit<cache, real>(problem, one::settings_in(settings)).logits(problem.queries).to_host();
  const auto second = t::fit<cache, real>(problem, two::settings_in(settings)).logits(problem.queries).to_host();
  for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(std::abs(got[i] - (head[i] + first[i] + second[i])) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_search_over_a_named_setting_finds_what_fits_one_by_one_find) {
  const t::random_problem<real> problem;
  using method = fewclip::classifier<real, both, fewclip::trainers::closed_form, fewclip::selectors::grid>;
  using plain = fewclip::classifier<real, both>;
  const std::vector<double> alphas{0, 0.5, 2, 20, 200}, betas{0.5, 5};
  method::params settings;
  settings.selector.axes = {{"two.beta", betas}, {"two.alpha", alphas}};
  const fewclip::validation_set<real> held_out(problem.queries, fewclip::class_labels(problem.query_truth, problem.classes));
  const method found(problem.text(), problem.support(), settings, held_out);
  fewclip::index best = -1;
  double best_beta = 0, best_alpha = 0;
  for (const double beta : betas) {
    for (const double alpha : alphas) {
      plain::params fixed;
      two::settings_in(fixed.adapter).kernel.beta = beta;
      two::settings_in(fixed.adapter).alpha = alpha;
      const auto predicted = plain(problem.text(), problem.support(), fixed).predict(problem.queries);
      fewclip::index hits = 0;
      for (std::size_t i = 0; i < predicted.size(); ++i) hits += predicted[i] == problem.query_truth[i] ? 1 : 0;
      if (hits <= best) continue;
      best = hits;
      best_beta = beta;
      best_alpha = alpha;
    }
  }
  BOOST_TEST(found.search().fits == 1);
  BOOST_TEST(found.search().best_hits == best);
  auto chosen = found.settings();
  BOOST_TEST(two::settings_in(chosen.adapter).kernel.beta == best_beta);
  BOOST_TEST(two::settings_in(chosen.adapter).alpha == best_alpha);
}

BOOST_AUTO_TEST_CASE(both_caches_are_trained_and_the_classifier_is_made_again_from_its_numbers) {
  using trainer = fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::adamw, fewclip::schedules::constant,
                                               fewclip::samplers::shuffled>;
  using method = fewclip::classifier<real, both_trained, trainer>;
  const t::random_problem<real> problem;
  method::params settings;
  settings.trainer.epochs = 3;
  settings.trainer.optimizer.learning_rate = 0.01;
  const method fitted(problem.text(), problem.support(), settings);
  const auto trained = fitted.trained();
  BOOST_TEST(trained.values.size() == 2U);
  BOOST_TEST(!t::near<real>(trained.values.at("one.keys"), method(problem.text(), problem.support(), {}).trained().values.at("one.keys")));
  const method again(trained, problem.text(), problem.support(), settings);
  BOOST_TEST(t::identical<real>(again.logits(problem.queries), fitted.logits(problem.queries)));
}

}  // namespace
