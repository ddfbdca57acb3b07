#include "fewclip/adapters/mapped.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "fewclip/adapters/blend.hpp"
#include "fewclip/adapters/class_residual.hpp"
#include "fewclip/caches/key_value.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/layers/bottleneck.hpp"
#include "fewclip/refiners/prior_channels.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

namespace t = fewclip::testing;
using real = t::exact_backend;
using adapter = fewclip::adapters::mapped<fewclip::layers::bottleneck, fewclip::heads::text>;
using before_cache = fewclip::adapters::mapped<
    fewclip::layers::bottleneck,
    fewclip::adapters::blend<fewclip::heads::text,
                             fewclip::caches::key_value<fewclip::kernels::exponential_affinity, fewclip::caches::learnable_keys>>>;

adapter::params settings(double ratio) {
  adapter::params out;
  out.map = {.ratio = ratio, .hidden = 5};
  out.inner.scale = 10;
  return out;
}

BOOST_AUTO_TEST_CASE(a_map_before_a_head_behaves_as_a_trainable_adapter) {
  t::adapter_suite<adapter, real>(settings(0.4));
  t::trainable_suite<adapter, real>(settings(0.4));
}

BOOST_AUTO_TEST_CASE(a_map_before_a_blend_behaves_as_a_trainable_adapter) {
  before_cache::params chosen;
  chosen.map = {.ratio = 0.4, .hidden = 3};
  chosen.inner.head.scale = 10;
  t::adapter_suite<before_cache, real>(chosen);
  t::trainable_suite<before_cache, real>(chosen);
}

BOOST_AUTO_TEST_CASE(logits_are_those_of_the_inner_adapter_on_mapped_rows) {
  const t::random_problem<real> problem;
  const fewclip::layers::bottleneck::fitted<real> map(problem.text(), problem.support(), settings(0.4).map);
  const fewclip::heads::text::fitted<real> head(problem.text(), problem.support(), settings(0.4).inner);
  const auto model = t::fit<adapter, real>(problem, settings(0.4));
  BOOST_TEST(t::identical<real>(model.logits(problem.queries), head.logits(map.map(problem.queries))));
}

BOOST_AUTO_TEST_CASE(parameters_of_the_map_come_first) {
  const t::random_problem<real> problem;
  auto model = t::fit<before_cache, real>(problem);
  BOOST_TEST(t::parameter_names(model) == (std::vector<std::string>{"first", "second", "keys"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_the_inner_adapter_says_of_decay_and_sealing_is_heard) {
  using residual = fewclip::adapters::class_residual<
      fewclip::refiners::prior_channels<fewclip::refiners::prior::text>,
      fewclip::adapters::blend<fewclip::heads::text,
                               fewclip::caches::key_value<fewclip::kernels::exponential_affinity, fewclip::caches::learnable_keys,
                                                          fewclip::caches::learnable_weights>>>;
  using both = fewclip::adapters::mapped<fewclip::layers::bottleneck, residual>;
  const t::random_problem<real> problem;
  auto model = t::fit<both, real>(problem);
  std::map<std::string, bool> decays;
  fewclip::visit_update_rules(
      model, [&](std::string_view name, auto&, const fewclip::update_rule& rule) { decays.emplace(std::string(name), rule.decays); });
  BOOST_TEST(
      (decays == std::map<std::string, bool>{{"first", true}, {"second", true}, {"residual", true}, {"keys", true}, {"weights", false}}));
  const auto before = model.logits(problem.queries);
  fewclip::seal(model);
  BOOST_TEST(t::identical<real>(model.logits(problem.queries), before));
}

BOOST_AUTO_TEST_CASE(needs_are_those_of_both_parts_but_unit_rows_are_the_business_of_the_map) {
  static_assert(adapter::needs.text && adapter::needs.support && !adapter::needs.unit_rows && !adapter::needs.whole_batch);
}

}  // namespace
