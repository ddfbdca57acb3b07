// Where a term is switched off, one method becomes another: the training-free methods.
#include "fewclip/methods/ape.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/tip_x.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
namespace methods = fewclip::methods;
using fewclip::index;
using real = t::exact_backend;
using zero_shot = methods::zero_shot<real>;
using tip_adapter = methods::tip_adapter<real>;
using ape = methods::ape<real>;
using tip_x = methods::tip_x<real>;
using tip_x_transductive = methods::tip_x<real, fewclip::selectors::fixed, fewclip::caches::rescaling::transductive>;

template <class Method>
typename Method::params with(std::initializer_list<std::pair<std::string_view, double>> values) {
  typename Method::params out;
  for (const auto& [name, value] : values) fewclip::set_setting(out, name, value);
  return out;
}

struct on_a_random_problem {
  t::random_problem<real> problem;
  on_a_random_problem() { BOOST_TEST_MESSAGE("FEWCLIP_TEST_SEED=" << t::seed()); }

  template <class Method>
  Method fitted(std::initializer_list<std::pair<std::string_view, double>> values = {}) const {
    return Method(problem.text(), problem.support(), with<Method>(values));
  }
  template <class Method>
  fewclip::tensor<real> logits(std::initializer_list<std::pair<std::string_view, double>> values = {}) const {
    return fitted<Method>(values).logits(problem.queries);
  }
};

BOOST_FIXTURE_TEST_SUITE(with_a_random_problem, on_a_random_problem)

BOOST_AUTO_TEST_CASE(without_their_own_terms_all_methods_are_zero_shot) {
  const auto expected = logits<zero_shot>();
  const auto of_tip_adapter = logits<tip_adapter>({{"alpha", 0}});
  const auto of_tip_x = logits<tip_x>({{"alpha", 0}, {"gamma", 0}});
  const auto of_ape = logits<ape>({{"alpha", 0}});
  BOOST_TEST(t::near<real>(of_tip_adapter, expected));
  BOOST_TEST(t::near<real>(of_tip_x, expected));
  BOOST_TEST(t::near<real>(of_ape, expected));
}

BOOST_AUTO_TEST_CASE(the_argmax_of_zero_shot_does_not_depend_on_the_scale) {
  const auto usual = fitted<zero_shot>();
  const auto other = fitted<zero_shot>({{"scale", 3}});
  BOOST_TEST(usual.predict(problem.queries) == other.predict(problem.queries), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(with_beta_zero_and_equal_shots_the_argmax_is_that_of_zero_shot) {
  std::vector<index> balanced;
  std::vector<int> taken(7, 0);
  for (std::size_t row = 0; row < problem.labels.size(); ++row) {
    if (taken[static_cast<std::size_t>(problem.labels[row])]++ < 1) balanced.push_back(static_cast<index>(row));
  }
  const tip_adapter model(problem.text(), problem.support(balanced), with<tip_adapter>({{"alpha", 5}, {"beta", 0}}));
  const auto plain = fitted<zero_shot>();
  BOOST_TEST(model.predict(problem.queries) == plain.predict(problem.queries), boost::test_tools::per_element());
  const auto shifted = fewclip::ops::add_scaled(model.logits(problem.queries), 1, logits<zero_shot>(), -1);
  for (const double each : shifted.to_host()) BOOST_TEST(std::abs(each - 5) < 1e-11);
}

BOOST_AUTO_TEST_CASE(all_rows_twice_equal_twice_alpha) {
  std::vector<index> twice;
  for (index row = 0; row < 47; ++row) twice.insert(twice.end(), {row, row});
  const tip_adapter doubled(problem.text(), problem.support(twice));
  const auto expected = logits<tip_adapter>({{"alpha", 2}});
  BOOST_TEST(t::near<real>(doubled.logits(problem.queries), expected));
}

BOOST_AUTO_TEST_CASE(ape_on_all_channels_with_gamma_zero_is_tip_adapter) {
  const auto of_ape = logits<ape>({{"alpha", 1.5}, {"beta", 4}, {"gamma", 0}, {"channels", 1}});
  const auto expected = logits<tip_adapter>({{"alpha", 1.5}, {"beta", 4}});
  BOOST_TEST(t::near<real>(of_ape, expected));
  const auto refined = logits<ape>({{"alpha", 1.5}, {"beta", 4}, {"gamma", 0}});
  BOOST_TEST(!t::near<real>(refined, expected), "fewer channels change something");
}

BOOST_AUTO_TEST_CASE(tip_x_with_gamma_zero_is_tip_adapter) {
  const auto of_tip_x = logits<tip_x>({{"gamma", 0}});
  const auto transductive = logits<tip_x_transductive>({{"gamma", 0}});
  const auto expected = logits<tip_adapter>();
  BOOST_TEST(t::near<real>(of_tip_x, expected));
  BOOST_TEST(t::near<real>(transductive, expected));
}

BOOST_AUTO_TEST_CASE(tip_x_scores_a_query_alone_as_in_a_batch_and_its_transductive_form_does_not) {
  const auto alone = problem.queries.rows_slice(3, 1);
  const auto inductive = fitted<tip_x>();
  const auto transductive = fitted<tip_x_transductive>();
  BOOST_TEST(t::near<real>(inductive.logits(alone), inductive.logits(problem.queries).rows_slice(3, 1)));
  BOOST_TEST(!t::near<real>(transductive.logits(alone), transductive.logits(problem.queries).rows_slice(3, 1)));
}

BOOST_AUTO_TEST_CASE(permuting_classes_permutes_the_logits_of_every_method) {
  std::vector<fewclip::label> labels = problem.labels;
  for (auto& y : labels) y = 6 - y;
  const fewclip::class_text<real> text = problem.text({6, 5, 4, 3, 2, 1, 0});
  const auto check = [&]<class Method>(const Method& model) {
    const Method reversed(text, fewclip::support_set<real>(problem.support_rows, {labels, 7}));
    const auto before = model.logits(problem.queries);
    const auto after = reversed.logits(problem.queries);
    for (index i = 0; i < before.size(); ++i) BOOST_TEST(std::abs(before.data()[i] - after.data()[i - i % 7 + 6 - i % 7]) < 1e-9);
  };
  check(fitted<zero_shot>());
  check(fitted<tip_adapter>());
  check(fitted<tip_x>());
  check(fitted<ape>());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
