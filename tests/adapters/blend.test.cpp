#include "fewclip/adapters/blend.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "fewclip/adapters/mapped.hpp"
#include "fewclip/caches/key_value.hpp"
#include "fewclip/caches/signature_divergence.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/layers/bottleneck.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/losses/pull_to_start.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/testing/trainable_suite.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "fewclip/trainers/trained_numbers.hpp"

namespace {

namespace t = fewclip::testing;
namespace caches = fewclip::caches;
using fewclip::adapters::blend;
using fewclip::heads::text;
using real = t::exact_backend;
using cache = caches::key_value<>;
using divergence = caches::signature_divergence<>;
using trained_cache = caches::key_value<fewclip::kernels::exponential_affinity, caches::learnable_keys, caches::learnable_weights>;
using three = blend<text, cache, divergence>;
using trained = blend<text, trained_cache>;

BOOST_AUTO_TEST_CASE(blends_behave_as_adapters) {
  t::adapter_suite<blend<text>, real>();
  t::adapter_suite<three, real>();
  trained::params settings;
  settings.head.scale = 10;
  t::adapter_suite<trained, real>(settings);
  t::trainable_suite<trained, real>(settings);
}

BOOST_AUTO_TEST_CASE(the_logits_are_the_sum_of_the_logits_of_the_parts) {
  const t::random_problem<real> problem;
  three::params settings;
  settings.head.scale = 30;
  settings.cache.alpha = 2;
  settings.divergence.gamma = 0.5;
  const auto model = t::fit<three, real>(problem, settings);
  const auto& x = problem.queries;
  const auto head = t::fit<text, real>(problem, settings.head).logits(x);
  const auto votes = t::fit<cache, real>(problem, settings.cache).logits(x);
  const auto off = t::fit<divergence, real>(problem, settings.divergence).logits(x);
  const auto got = model.logits(x);
  for (fewclip::index i = 0; i < got.size(); ++i) {
    BOOST_TEST(std::abs(got.data()[i] - (head.data()[i] + votes.data()[i] + off.data()[i])) < 1e-12);
  }
  BOOST_TEST(t::identical<real>(model.part<cache>().logits(x), votes));
}

BOOST_AUTO_TEST_CASE(a_shift_reaches_every_part) {
  const t::random_problem<real> problem;
  const auto model = t::fit<blend<text, cache>, real>(problem);
  const auto shift = fewclip::ops::scale(t::random_tensor<real>({70, 7}, 5), 0.1);
  const auto sum = fewclip::ops::add(model.part<text>().logits(problem.queries, shift), model.part<cache>().logits(problem.queries, shift));
  BOOST_TEST(t::identical<real>(model.logits(problem.queries, shift), sum));
}

BOOST_AUTO_TEST_CASE(settings_of_the_parts_stand_under_their_roles_in_the_order_of_the_parts) {
  std::vector<std::string> names;
  for (const auto& each : fewclip::list_settings(three::params{})) names.emplace_back(each.about.name);
  BOOST_TEST(names == (std::vector<std::string>{"scale", "alpha", "beta", "gamma", "temperature"}), boost::test_tools::per_element());
  three::params settings;
  fewclip::set_setting(settings, "beta", 2);
  BOOST_TEST(settings.cache.kernel.beta == 2);
}

BOOST_AUTO_TEST_CASE(needs_are_those_of_all_parts) {
  static_assert(!blend<text>::needs.support && three::needs.text && three::needs.support);
  static_assert(!three::needs.whole_batch);
  static_assert(blend<text, caches::signature_divergence<caches::rescaling::transductive>>::needs.whole_batch);
}

BOOST_AUTO_TEST_CASE(sealing_prepares_the_parts_and_changes_no_logits) {
  const t::random_problem<real> problem;
  auto model = t::fit<trained, real>(problem);
  t::shake_parameters<real>(model);
  const auto before = model.logits(problem.queries);
  fewclip::seal(model);
  BOOST_TEST(t::identical<real>(model.logits(problem.queries), before));
}

/// A cache that says all that a component can say of its parameters, and counts what it is asked for.
struct outspoken {
  struct counts {
    int bound = 0, refreshed = 0, sealed = 0, starts = 0;
  };
  struct params : trained_cache::params {};
  struct role {
    params cache;
    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      params::visit_settings(self.cache, visit);
    }
  };
  static const params& params_of(const role& all) { return all.cache; }
  static constexpr fewclip::input_needs needs = trained_cache::needs;

  template <fewclip::compute_backend B>
  struct fitted {
    fitted(const fewclip::class_text<B>& text, const fewclip::support_set<B>& support, const params& settings)
        : inner(text, support, settings) {}
    template <fewclip::operand X>
    auto logits(const X& x) const {
      return inner.logits(x);
    }
    void retune(const params& settings) { inner.retune(settings); }
    auto parts() { return std::tie(inner); }
    bool decays(std::string_view) const { return false; }
    double rate_factor(std::string_view name) const { return name == "keys" ? 0.5 : 1; }
    void bind_derived(fewclip::tape<B>&) { ++asked.bound; }
    void refresh() { ++asked.refreshed; }
    void seal() { ++asked.sealed; }
    template <class Visitor>
    void visit_starts(Visitor&&) {
      ++asked.starts;
    }

    trained_cache::fitted<B> inner;
    counts asked;
  };
};

BOOST_AUTO_TEST_CASE(nothing_that_a_part_says_is_lost_however_deep_it_stands) {
  using inner = blend<text, outspoken>;
  using whole = fewclip::adapters::mapped<fewclip::layers::bottleneck, inner>;
  static_assert(fewclip::has_starts<whole::fitted<real>> && !fewclip::has_starts<trained::fitted<real>>);
  const t::random_problem<real> problem;
  auto model = t::fit<whole, real>(problem);
  std::map<std::string, fewclip::update_rule> rules;
  fewclip::visit_update_rules(
      model, [&](std::string_view name, auto&, const fewclip::update_rule& rule) { rules.emplace(std::string(name), rule); });
  BOOST_TEST(rules.size() == 4U);
  BOOST_TEST((rules["first"].decays && rules["first"].rate_factor == 1));
  BOOST_TEST((!rules["keys"].decays && rules["keys"].rate_factor == 0.5));
  BOOST_TEST((!rules["weights"].decays && rules["weights"].rate_factor == 1));

  using trainer = fewclip::trainers::minibatch<fewclip::losses::pull_to_start<fewclip::losses::cross_entropy>, fewclip::optimizers::adamw,
                                               fewclip::schedules::constant, fewclip::samplers::shuffled>;
  trainer::params settings;
  settings.epochs = 2;
  settings.loss.pull = 1;
  const auto labels = fewclip::to_backend<real>(problem.support().labels());
  trainer::train<real>(model, problem.support().features(), labels, settings);
  fewclip::seal(model);
  const outspoken::counts asked = std::get<1>(model.parts()).part<outspoken>().asked;
  BOOST_TEST(asked.bound == 2);
  BOOST_TEST(asked.refreshed == 2);
  BOOST_TEST(asked.starts == 2);
  BOOST_TEST(asked.sealed == 1);
}

BOOST_AUTO_TEST_CASE(a_part_that_forbids_decay_is_not_decayed_inside_a_blend) {
  const t::random_problem<real> problem;
  using trainer = fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::adamw, fewclip::schedules::constant,
                                               fewclip::samplers::shuffled>;
  const auto trained_keys = [&]<class Part>(std::type_identity<Part>, double decay) {
    auto model = t::fit<blend<text, Part>, real>(problem);
    typename trainer::params settings;
    settings.epochs = 3;
    settings.optimizer.weight_decay = decay;
    trainer::train<real>(model, problem.support().features(), fewclip::to_backend<real>(problem.support().labels()), settings);
    return fewclip::trainers::copy_parameters<real>(model).at("keys");
  };
  BOOST_TEST(t::identical<real>(trained_keys(std::type_identity<outspoken>{}, 0.5), trained_keys(std::type_identity<outspoken>{}, 0)));
  BOOST_TEST(
      !t::identical<real>(trained_keys(std::type_identity<trained_cache>{}, 0.5), trained_keys(std::type_identity<trained_cache>{}, 0)));
}

}  // namespace
