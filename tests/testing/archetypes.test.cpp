#include "fewclip/testing/archetypes.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/adapters/blend.hpp"
#include "fewclip/adapters/mapped.hpp"
#include "fewclip/caches/key_value.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/testing/cache_suite.hpp"
#include "fewclip/testing/matrix_product_suite.hpp"
#include "fewclip/testing/refiner_suite.hpp"
#include "fewclip/testing/selector_suite.hpp"
#include "fewclip/testing/trainer_suite.hpp"

namespace {

namespace t = fewclip::testing;
using looping = fewclip::backend::cpu<double, t::minimal_products>;
using cache = fewclip::caches::key_value<t::minimal_kernel, t::minimal_keys, t::minimal_values, t::minimal_refiner>;

BOOST_AUTO_TEST_CASE(three_nested_loops_are_a_matrix_product) {
  t::matrix_product_suite<t::minimal_products, float>();
  t::matrix_product_suite<t::minimal_products, double>();
}

BOOST_AUTO_TEST_CASE(the_minimal_parts_pass_the_suites_of_their_roles) {
  t::refiner_suite<t::minimal_refiner, looping>();
  t::adapter_suite<t::minimal_adapter, looping>();
  t::adapter_suite<fewclip::adapters::mapped<t::minimal_map, t::minimal_part>, looping>();
  t::adapter_suite<fewclip::adapters::blend<t::minimal_part, cache>, looping>();
  t::cache_suite<cache, looping>();
  t::doubling_the_support_doubles_the_logits<cache, looping>();
  t::selector_suite<t::minimal_selector, fewclip::adapters::blend<t::minimal_part, cache>, looping>();
  t::trainer_suite<t::minimal_trainer, t::minimal_adapter, looping>();
}

BOOST_AUTO_TEST_CASE(a_classifier_of_minimal_parts_is_the_sum_of_its_parts) {
  using adapter = fewclip::adapters::blend<t::minimal_part, cache>;
  using model_type = fewclip::classifier<looping, adapter, t::minimal_trainer, t::minimal_selector>;
  const t::random_problem<looping> problem;
  const model_type model(problem.text(), problem.support());
  // Refining doubles both keys and queries and each key counts 3: the cache gives 12 times the sum of inner products.
  const auto text = problem.text_rows.to_host();
  const auto rows = problem.support_rows.to_host();
  const auto queries = problem.queries.to_host();
  const auto logits = model.logits(problem.queries).to_host();
  const auto dot = [](const double* a, const double* b) {
    double sum = 0;
    for (int k = 0; k < 45; ++k) sum += a[k] * b[k];
    return sum;
  };
  for (std::size_t b = 0; b < 70; ++b) {
    for (std::size_t c = 0; c < 7; ++c) {
      double expected = dot(&queries[b * 45], &text[c * 45]);
      for (std::size_t i = 0; i < 47; ++i) {
        if (problem.labels[i] == static_cast<int>(c)) expected += 12 * dot(&queries[b * 45], &rows[i * 45]);
      }
      BOOST_TEST(std::abs(logits[b * 7 + c] - expected) < 1e-11);
    }
  }
}

}  // namespace
