#include "fewclip/relations/open_semantics.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/rtos_fixed_anchors.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/testing/relation_suite.hpp"

namespace {

namespace t = fewclip::testing;
namespace relations = fewclip::relations;
using real = t::exact_backend;
using relation = relations::open_semantics<>;
using fixed = fewclip::methods::rtos_fixed_anchors<real>;

relation::params soft(double relation_temperature = 0.3, double attention_temperature = 0.2) {
  return {.relation_temperature = relation_temperature, .attention_temperature = attention_temperature, .anchors = {}, .query_key = {}};
}

/// Other rows than the classes, [count, 45].
fewclip::tensor<real> other_rows(fewclip::index count) {
  return fewclip::ops::normalise_rows(t::random_tensor<real>({count, t::random_problem<real>::dim}, 77));
}

fewclip::tensor<real> scores(const fewclip::tensor<real>& anchors, const relation::params& settings, bool sealed = true) {
  const t::random_problem<real> problem;
  relation::fitted<real> model({problem.text_rows, nullptr, anchors}, {}, settings);
  if (sealed) fewclip::seal(model);
  return model.scores(problem.queries);
}

fixed::params settings_of(double gamma) {
  fixed::params out;
  out.adapter.relation.gamma = gamma;
  out.adapter.relation.relation = soft();
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(it_is_a_relation, B, t::cpu_backends) { t::relation_suite<relation, B>({.gamma = 7, .relation = soft()}); }

BOOST_AUTO_TEST_CASE(each_image_and_each_class_shares_itself_out_over_the_anchors) {
  const t::random_problem<real> problem;
  const relation::fitted<real> model({problem.text_rows, nullptr, other_rows(9)}, {}, soft());
  const auto values = model.transition().to_host();
  for (std::size_t c = 0; c < 7; ++c) {
    double sum = 0;
    for (std::size_t m = 0; m < 9; ++m) sum += values[c * 9 + m];
    BOOST_TEST(std::abs(sum - 1) < 1e-12);
  }
  // With one class row repeated, R has equal rows, so every Z of an image is the sum over m of Att_m R_m; with flat R it is 1 / M.
  for (const double z : scores(other_rows(9), soft(1e6)).to_host()) BOOST_TEST(std::abs(z - 1.0 / 9) < 1e-6);
}

BOOST_AUTO_TEST_CASE(the_scores_are_those_of_plain_loops) {
  const t::random_problem<real> problem;
  const auto anchors = other_rows(9);
  const auto a = anchors.to_host();
  const auto x = problem.queries.to_host();
  const auto text = problem.text_rows.to_host();
  const auto share = [&](const std::vector<double>& rows, std::size_t row, double temperature) {
    std::vector<double> out(9);
    double sum = 0;
    for (std::size_t m = 0; m < 9; ++m) {
      double cosine = 0;
      for (std::size_t d = 0; d < 45; ++d) cosine += rows[row * 45 + d] * a[m * 45 + d];
      sum += out[m] = std::exp(cosine / temperature);
    }
    for (double& each : out) each /= sum;
    return out;
  };
  for (const bool sealed : {false, true}) {
    const auto got = scores(anchors, soft(), sealed).to_host();
    for (std::size_t b = 0; b < 70; ++b) {
      for (std::size_t c = 0; c < 7; ++c) {
        double z = 0;
        for (std::size_t m = 0; m < 9; ++m) z += share(x, b, 0.2)[m] * share(text, c, 0.3)[m];
        BOOST_TEST(std::abs(got[b * 7 + c] - z) < 1e-12);
        BOOST_TEST((z > 0 && z <= 1));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_order_of_the_anchors_does_not_matter) {
  const auto anchors = other_rows(9);
  const auto order = fewclip::random_stream(t::seed(), 5).permutation(9);
  BOOST_TEST(t::near<real>(scores(t::take_rows<real>(anchors, order), soft()), scores(anchors, soft())));
}

BOOST_AUTO_TEST_CASE(every_anchor_twice_halves_the_scores) {
  std::vector<fewclip::index> twice;
  for (fewclip::index m = 0; m < 9; ++m) twice.insert(twice.end(), {m, m});
  const auto anchors = other_rows(9);
  BOOST_TEST(t::near<real>(scores(t::take_rows<real>(anchors, twice), soft()), fewclip::ops::scale(scores(anchors, soft()), 0.5)));
}

BOOST_AUTO_TEST_CASE(anchors_that_are_the_classes_give_zero_shot_probabilities) {
  const t::random_problem<real> problem;
  const auto expected = fewclip::ops::softmax(fewclip::ops::scale(fewclip::ops::product_transposed(problem.queries, problem.text_rows), 5));
  BOOST_TEST(t::near<real>(scores(problem.text_rows, soft(1e-4)), expected));
  BOOST_TEST(t::near<real>(scores({}, soft(1e-4)), expected));  // no anchors: the classes stand in
  fixed::params settings = settings_of(20);
  settings.adapter.relation.relation.relation_temperature = 1e-4;
  const fixed model(problem.text(), {}, settings);
  const fewclip::methods::zero_shot<real> plain(problem.text(), {});
  BOOST_TEST(model.predict(problem.queries) == plain.predict(problem.queries), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_hot_attention_gives_every_class_the_same) {
  for (const double z : scores(other_rows(9), soft(0.3, 1e6)).to_host()) BOOST_TEST(std::abs(z - 1.0 / 9) < 1e-6);
}

BOOST_AUTO_TEST_CASE(without_weight_the_method_is_zero_shot) {
  const t::random_problem<real> problem;
  const fewclip::class_text<real> text(problem.text_rows, nullptr, other_rows(9));
  const fewclip::methods::zero_shot<real> plain(problem.text(), {});
  BOOST_TEST(t::identical<real>(fixed(text, {}, settings_of(0)).logits(problem.queries), plain.logits(problem.queries)));
  BOOST_TEST(!t::near<real>(fixed(text, {}, settings_of(2)).logits(problem.queries), plain.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(a_search_finds_what_refitting_finds) {
  using searched = fewclip::methods::rtos_fixed_anchors<real, fewclip::selectors::grid>;
  const t::random_problem<real> problem;
  const fewclip::class_text<real> text(problem.text_rows, nullptr, other_rows(9));
  const fewclip::validation_set<real> held_out(problem.queries, fewclip::class_labels(problem.query_truth, 7));
  searched::params settings;
  settings.selector.axes = {{"relation_temperature", {0.05, 0.5}}, {"attention_temperature", {0.05, 0.5}}, {"gamma", {0, 50, 5000}}};
  const searched found(text, {}, settings, held_out);
  const fixed again(text, {}, {found.settings().adapter, {}, {}});
  BOOST_TEST(t::near<real>(found.logits(problem.queries), again.logits(problem.queries)));
  const auto right = [&](const fixed::params& with) {
    const auto guesses = fixed(text, {}, with).predict(problem.queries);
    int hits = 0;
    for (std::size_t b = 0; b < guesses.size(); ++b) hits += guesses[b] == problem.query_truth[b] ? 1 : 0;
    return hits;
  };
  int best = -1;
  for (const double r : {0.05, 0.5}) {
    for (const double a : {0.05, 0.5}) {
      for (const double g : {0.0, 50.0, 5000.0}) {
        fixed::params with = settings_of(g);
        with.adapter.relation.relation = soft(r, a);
        best = std::max(best, right(with));
      }
    }
  }
  BOOST_TEST(right({found.settings().adapter, {}, {}}) == best);
}

BOOST_AUTO_TEST_CASE(anchors_of_another_width_or_length_are_refused) {
  const t::random_problem<real> problem;
  const auto narrow = fewclip::ops::normalise_rows(t::random_tensor<real>({9, 44}, 78));
  BOOST_CHECK_THROW(fixed({problem.text_rows, nullptr, narrow}, {}), fewclip::shape_error);
  BOOST_CHECK_THROW(fixed({problem.text_rows, nullptr, fewclip::ops::scale(other_rows(9), 2)}, {}), fewclip::value_error);
}
