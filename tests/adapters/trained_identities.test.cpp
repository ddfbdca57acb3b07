// Before their first step, and with their own terms switched off, trained methods equal training-free ones.
#include "fewclip/methods/ape_t.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

namespace t = fewclip::testing;
namespace methods = fewclip::methods;
using real = t::exact_backend;

template <class Method>
typename Method::params with(std::initializer_list<std::pair<std::string_view, double>> values) {
  typename Method::params out;
  for (const auto& [name, value] : values) fewclip::set_setting(out, name, value);
  return out;
}

BOOST_AUTO_TEST_CASE(before_the_first_step_trained_caches_equal_tip_adapter) {
  const t::random_problem<real> problem;
  const methods::tip_adapter<real> plain(problem.text(), problem.support());
  const auto expected = plain.logits(problem.queries);
  using keys = methods::tip_adapter_f<real>;
  const keys of_keys(problem.text(), problem.support(), with<keys>({{"epochs", 0}}));
  BOOST_TEST(t::near<real>(of_keys.logits(problem.queries), expected));
  using residual = methods::ape_t<real>;
  for (const double channels : {0.2, 0.75, 1.0}) {
    const residual of_residual(problem.text(), problem.support(), with<residual>({{"epochs", 0}, {"channels", channels}}));
    BOOST_TEST(t::near<real>(of_residual.logits(problem.queries), expected));
  }
}

BOOST_AUTO_TEST_CASE(training_moves_them_away_from_tip_adapter) {
  const t::random_problem<real> problem;
  const methods::tip_adapter<real> plain(problem.text(), problem.support());
  using keys = methods::tip_adapter_f<real>;
  const keys trained(problem.text(), problem.support(), with<keys>({{"epochs", 2}, {"scale", 10}}));
  BOOST_TEST(trained.training().trained_parameters == 47 * 45);
  BOOST_TEST(!t::near<real>(trained.logits(problem.queries), plain.logits(problem.queries)));
  using residual = methods::ape_t<real>;
  const residual other(problem.text(), problem.support(), with<residual>({{"epochs", 2}, {"channels", 20}}));
  BOOST_TEST(other.training().trained_parameters == 7 * 20 + 47);
}

BOOST_AUTO_TEST_CASE(clip_adapter_with_ratio_zero_is_zero_shot_even_after_training) {
  const t::random_problem<real> problem;
  using method = methods::clip_adapter<real>;
  const method model(problem.text(), problem.support(), with<method>({{"ratio", 0}, {"epochs", 2}}));
  const methods::zero_shot<real> plain(problem.text(), {});
  BOOST_TEST(t::near<real>(model.logits(problem.queries), plain.logits(problem.queries)));
}

BOOST_AUTO_TEST_CASE(positive_scaling_of_rows_changes_neither_logits_nor_gradients_of_clip_adapter) {
  const t::random_problem<real> problem;
  using method = methods::clip_adapter<real>;
  auto model = method::fitted_adapter(problem.text(), problem.support(), with<method>({{"scale", 10}, {"ratio", 0.6}}).adapter);
  auto raw = problem.queries.clone();
  for (fewclip::index i = 0; i < raw.size(); ++i) raw.mutable_data()[i] *= 1 + 0.3 * static_cast<double>(i / problem.dim);
  const auto labels = fewclip::label_tensor<real>::from_host(problem.query_truth.data(), {70});
  const auto gradients = [&](const fewclip::tensor<real>& x) {
    fewclip::tape<real> record;
    std::vector<fewclip::parameter<real>*> all;
    fewclip::visit_parameters(model, [&](std::string_view, fewclip::parameter<real>& each) {
      each.bind(record);
      all.push_back(&each);
    });
    record.backward(fewclip::ops::cross_entropy(model.logits(record.constant(x)), labels, 1.0 / 70));
    std::vector<fewclip::tensor<real>> out;
    for (auto* each : all) {
      out.push_back(record.gradient(each->leaf()));
      each->release();
    }
    return out;
  };
  BOOST_TEST(t::near<real>(model.logits(raw), model.logits(problem.queries)));
  const auto of_unit = gradients(problem.queries);
  const auto of_raw = gradients(raw);
  for (std::size_t k = 0; k < 2; ++k) BOOST_TEST(t::near<real>(of_raw[k], of_unit[k]));
}

BOOST_AUTO_TEST_CASE(the_gradient_of_one_key_with_one_query_is_that_computed_by_hand) {
  // dF = beta alpha z A f with z the softmax at the class of the key.
  using method = methods::tip_adapter_f<real>;
  const double text[]{1, 0, 0, 1}, key[]{0.6, 0.8}, query[]{1, 0};
  const fewclip::class_text<real> texts(fewclip::matrix_view<double>(text, 2, 2));
  const fewclip::support_set<real> support({key, 1, 2}, {std::vector<int>{1}, 2});
  auto model = method::fitted_adapter(texts, support, with<method>({{"scale", 2}, {"alpha", 3}, {"beta", 1.5}}).adapter);
  const auto x = fewclip::tensor<real>::borrow(query, {1, 2});
  const std::int32_t truth[]{0};
  fewclip::tape<real> record;
  fewclip::tensor<real> got;
  fewclip::visit_parameters(model, [&](std::string_view, fewclip::parameter<real>& each) {
    each.bind(record);
    record.backward(fewclip::ops::cross_entropy(model.logits(record.constant(x)), fewclip::label_tensor<real>::from_host(truth, {1}), 1.0));
    got = record.gradient(each.leaf());
  });
  const double affinity = std::exp(-1.5 * 0.4);
  const double logit = 3 * affinity;  // of class 1; that of class 0 is 2
  const double z = std::exp(logit) / (std::exp(logit) + std::exp(2.0));
  BOOST_TEST(std::abs(got.data()[0] - 1.5 * 3 * z * affinity) < 1e-14);
  BOOST_TEST(got.data()[1] == 0);
}

}  // namespace
