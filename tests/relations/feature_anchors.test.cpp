#include "fewclip/relations/feature_anchors.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/relations/open_semantics.hpp"
#include "fewclip/relations/weighted.hpp"
#include "fewclip/testing/relation_suite.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

namespace t = fewclip::testing;
namespace relations = fewclip::relations;
using real = t::exact_backend;
using relation = relations::open_semantics<relations::feature_anchors>;
using part = relations::weighted<relation>;

part::params soft(fewclip::index anchors = 256) {
  part::params out;
  out.gamma = 7;
  out.relation.relation_temperature = 0.3;
  out.relation.attention_temperature = 0.2;
  out.relation.anchors.anchor_count = anchors;
  return out;
}

fewclip::tensor<real> anchors_from(const fewclip::class_text<real>& text, fewclip::index count) {
  const relations::feature_anchors::fitted<real> anchors(text, {}, {.anchor_count = count});
  return anchors.rows(text.rows());
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(they_make_a_relation, B, t::cpu_backends) { t::relation_suite<relation, B>(soft()); }

BOOST_AUTO_TEST_CASE(they_are_trained_with_the_right_gradients) { t::trainable_suite<part, real>(soft()); }

BOOST_AUTO_TEST_CASE(they_start_as_the_rows_that_are_given_or_as_the_classes) {
  const t::random_problem<real> problem;
  BOOST_TEST(t::near<real>(anchors_from(problem.text(), 256), problem.text_rows));
  const fewclip::class_text<real> with_anchors(problem.text_rows, nullptr, problem.support_rows);
  BOOST_TEST(t::near<real>(anchors_from(with_anchors, 256), problem.support_rows));
}

BOOST_AUTO_TEST_CASE(of_too_many_rows_those_far_from_each_other_are_taken) {
  const std::vector<double> rows{1, 0, 0.8, 0.6, 0, 1, -0.6, 0.8, -1, 0};
  const fewclip::class_text<real> text(fewclip::tensor<real>::from_host(rows.data(), {5, 2}));
  const std::vector<double> two{1, 0, -1, 0};
  BOOST_TEST(anchors_from(text, 2).to_host() == two, boost::test_tools::per_element());
  const std::vector<double> three{1, 0, -1, 0, 0, 1};
  BOOST_TEST(anchors_from(text, 3).to_host() == three, boost::test_tools::per_element());
}
