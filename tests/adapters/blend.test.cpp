#include "fewclip/adapters/blend.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/caches/key_value.hpp"
#include "fewclip/caches/signature_divergence.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/testing/trainable_suite.hpp"

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
  model.seal();
  BOOST_TEST(t::identical<real>(model.logits(problem.queries), before));
}

}  // namespace
