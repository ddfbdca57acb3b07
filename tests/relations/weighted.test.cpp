#include "fewclip/relations/weighted.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/testing/archetypes.hpp"
#include "fewclip/testing/relation_suite.hpp"

namespace {
namespace t = fewclip::testing;
using part = fewclip::relations::weighted<t::minimal_relation>;
}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(any_relation_makes_a_term, B, t::cpu_backends) {
  t::relation_suite<t::minimal_relation, B>({.gamma = 3, .relation = {}});
}

BOOST_AUTO_TEST_CASE(the_term_is_gamma_times_the_scores) {
  using real = t::exact_backend;
  const t::random_problem<real> problem;
  const auto model = t::fit<part, real>(problem, {.gamma = 3, .relation = {}});
  BOOST_TEST(t::near<real>(model.logits(problem.queries), fewclip::ops::scale(model.relation().scores(problem.queries), 3)));
  BOOST_TEST(model.study_width() == 0);
}
