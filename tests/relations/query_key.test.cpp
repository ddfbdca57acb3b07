#include "fewclip/relations/query_key.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/relations/open_semantics.hpp"
#include "fewclip/relations/weighted.hpp"
#include "fewclip/testing/relation_suite.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

namespace t = fewclip::testing;
namespace relations = fewclip::relations;
using linear = relations::weighted<relations::open_semantics<relations::fixed_anchors, relations::linear_query_key>>;
using identity = relations::weighted<relations::open_semantics<>>;

/// Temperatures at which nothing is saturated.
template <class Part>
typename Part::params soft() {
  typename Part::params out;
  out.gamma = 7;
  out.relation.relation_temperature = 0.3;
  out.relation.attention_temperature = 0.2;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(linear_maps_start_as_the_identity, B, t::cpu_backends) {
  const t::random_problem<B> problem;
  BOOST_TEST(t::near<B>(t::fit<linear, B>(problem, soft<linear>()).logits(problem.queries),
                        t::fit<identity, B>(problem, soft<identity>()).logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(a_relation_with_linear_maps_behaves_as_a_trainable_relation) {
  t::relation_suite<relations::open_semantics<relations::fixed_anchors, relations::linear_query_key>, t::exact_backend>(soft<linear>());
  t::trainable_suite<linear, t::exact_backend>(soft<linear>());
}
