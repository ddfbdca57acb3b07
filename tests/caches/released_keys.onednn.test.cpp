#include <boost/test/unit_test.hpp>

#include "fewclip/adapters/mapped.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/backend/products/onednn.hpp"
#include "fewclip/layers/bottleneck.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/optimizers/sgd.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"
#include "fewclip/trainers/minibatch.hpp"

namespace {

namespace t = fewclip::testing;
using fewclip::index;
using on_eigen = fewclip::backend::cpu<float>;
using on_onednn = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>;
using cache = fewclip::caches::key_value<>;

template <class B>
fewclip::tensor<B> query_gradient(const cache::fitted<B>& model, const t::random_problem<B>& problem) {
  fewclip::tape<B> record;
  const auto x = record.leaf(problem.queries);
  const auto labels = fewclip::label_tensor<B>(fewclip::shape{problem.queries.rows()}, 2);
  record.backward(fewclip::ops::cross_entropy(model.logits(x), labels, 1));
  return record.gradient(x);
}

/// The largest difference of two tensors of different backends.
template <class A, class B>
double difference(const fewclip::tensor<A>& a, const fewclip::tensor<B>& b) {
  const auto left = a.to_host();
  const auto right = b.to_host();
  BOOST_TEST_REQUIRE(left.size() == right.size());
  double worst = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double off = std::abs(static_cast<double>(left[i]) - static_cast<double>(right[i]));
    worst = off > worst || std::isnan(off) ? off : worst;
  }
  return worst;
}

BOOST_AUTO_TEST_CASE(a_sealed_cache_keeps_one_copy_of_its_keys_and_still_has_gradients_of_queries) {
  const t::random_problem<on_onednn> problem;
  const cache::fitted<on_onednn> unsealed(problem.text(), problem.support(), {});
  cache::fitted<on_onednn> sealed = unsealed;
  fewclip::seal(sealed);
  BOOST_TEST(t::identical<on_onednn>(sealed.logits(problem.queries), unsealed.logits(problem.queries)));
  BOOST_TEST(t::identical<on_onednn>(query_gradient(sealed, problem), query_gradient(unsealed, problem)));
}

BOOST_AUTO_TEST_CASE(released_keys_are_empty_and_can_be_unpacked_exactly) {
  const t::random_problem<on_onednn> problem;
  for (const index rows : {1, 47}) {
    const auto keys = problem.support_rows.rows_slice(0, rows);
    fewclip::caches::frozen_keys::fitted<on_onednn> fitted(keys);
    fitted.release();
    BOOST_TEST(fitted.rows().empty());
    BOOST_TEST(fitted.packed().columns() == rows);
    BOOST_TEST(fitted.packed().depth() == 45);
    BOOST_TEST(t::identical<on_onednn>(fewclip::rows_of(fitted.packed()), keys));
  }
  std::vector<float> many(700 * 33);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<float>(i) / 7;
  const auto tiles = fewclip::tensor<on_onednn>::borrow(many.data(), {700, 33});
  fewclip::caches::frozen_keys::fitted<on_onednn> fitted(tiles);
  fitted.release();
  BOOST_TEST(t::identical<on_onednn>(fewclip::rows_of(fitted.packed()), tiles));
}

BOOST_AUTO_TEST_CASE(a_map_in_front_of_a_cache_is_trained_through_its_keys_alike_with_every_provider) {
  using trainer = fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::sgd, fewclip::schedules::constant,
                                               fewclip::samplers::full_batch>;
  using mapped = fewclip::adapters::mapped<fewclip::layers::bottleneck, fewclip::adapters::blend<fewclip::heads::text, cache>>;
  using reference = fewclip::classifier<on_eigen, mapped, trainer>;
  using tested = fewclip::classifier<on_onednn, mapped, trainer>;
  const t::random_problem<on_eigen> a;
  const t::random_problem<on_onednn> b;
  const auto slow = [](auto settings) {
    fewclip::set_setting(settings, "scale", 1);
    fewclip::set_setting(settings, "learning_rate", 0.1);
    fewclip::set_setting(settings, "epochs", 10);
    return settings;
  };
  const reference expected(a.text(), a.support(), slow(reference::params{}));
  const tested model(b.text(), b.support(), slow(tested::params{}));
  BOOST_TEST(expected.training().steps > 5);
  BOOST_TEST(difference(model.logits(b.queries), expected.logits(a.queries)) < 2e-2);
  BOOST_TEST(expected.training().final_loss < expected.training().first_loss);
  BOOST_TEST(std::abs(model.training().final_loss / expected.training().final_loss - 1) < 1e-3);
}

}  // namespace
