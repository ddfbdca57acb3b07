#include "fewclip/backend/products/any_of.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/backend/products/onednn.hpp"
#include "fewclip/caches/keys.hpp"
#include "fewclip/layers/projection.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/matrix_product_suite.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
namespace products = fewclip::products;
using fewclip::index;
using single = products::onednn<products::f32>;
using rounded = products::onednn<products::bf16>;
using one_of = products::any_of<products::eigen, single, rounded>;
using on_one_of = fewclip::backend::cpu<float, one_of>;

/// The first provider is chosen again at the end of a case.
struct restored_choice {
  ~restored_choice() { one_of::choose(one_of::names()[0]); }
};

/// Logits before and after training, and of a product with a transposed operand, on a backend.
template <class B>
std::vector<std::vector<float>> results_on() {
  const t::random_problem<B> problem;
  typename fewclip::methods::tip_adapter_f<B>::params settings;
  settings.trainer.epochs = 3;
  const fewclip::methods::tip_adapter_f<B> fitted(problem.text(), problem.support(), settings);
  fewclip::layers::projection<B> layer(problem.queries.columns(), 19);
  layer.weight().mutable_value() = problem.support_rows.rows_slice(0, 19);
  layer.prepare();
  layer.keep_packed_only();
  fewclip::tensor<B> gram({problem.queries.columns(), problem.queries.columns()});
  B::product({.transpose_left = true}, problem.queries, problem.queries, gram);
  return {fitted.logits(problem.queries).to_host(), layer.forward(problem.queries).to_host(), gram.to_host()};
}

}  // namespace

static_assert(fewclip::matrix_product<one_of, float>);
static_assert(!fewclip::matrix_product<one_of, double>);

BOOST_AUTO_TEST_CASE(each_provider_passes_the_suite_of_providers) {
  const restored_choice at_end;
  one_of::choose("eigen");
  t::matrix_product_suite<one_of, float>();
  one_of::choose("onednn-f32");
  t::matrix_product_suite<one_of, float>();
}

BOOST_AUTO_TEST_CASE(methods_layers_and_products_have_the_bits_of_the_chosen_provider) {
  const restored_choice at_end;
  one_of::choose("onednn-f32");
  BOOST_TEST((results_on<on_one_of>() == results_on<fewclip::backend::cpu<float, single>>()));
  BOOST_TEST(on_one_of::name() == "cpu/onednn-f32/f32");
  if (rounded::available()) {
    one_of::choose("onednn-bf16");
    BOOST_TEST((results_on<on_one_of>() == results_on<fewclip::backend::cpu<float, rounded>>()));
    BOOST_TEST(on_one_of::name() == "cpu/onednn-bf16/f32");
  } else {
    BOOST_TEST_MESSAGE("bfloat16 was left out: this processor has no AVX-512");
  }
  one_of::choose("eigen");
  BOOST_TEST((results_on<on_one_of>() == results_on<fewclip::backend::cpu<float>>()));
  BOOST_TEST(on_one_of::name() == "cpu/eigen/f32");
}

BOOST_AUTO_TEST_CASE(a_packed_operand_stays_with_the_provider_that_packed_it) {
  const restored_choice at_end;
  const t::random_problem<on_one_of> problem;
  const auto rows = problem.support_rows;
  one_of::choose("onednn-f32");
  fewclip::caches::frozen_keys::fitted<on_one_of> keys(rows);
  one_of::choose("eigen");
  const fewclip::caches::frozen_keys::fitted<on_one_of> others(rows);
  BOOST_TEST(keys.packed().holds_rows());
  BOOST_TEST(!others.packed().holds_rows());
  keys.release();
  BOOST_TEST(keys.rows().empty());
  BOOST_TEST(t::identical<on_one_of>(fewclip::rows_of(keys.packed()), rows));

  using typed = fewclip::backend::cpu<float, single>;
  const t::random_problem<typed> same;
  const auto products_of = []<class B>(const fewclip::tensor<B>& x, const fewclip::packed_operand<B>& weights) {
    std::vector<float> out(static_cast<std::size_t>(x.rows() * weights.columns()));
    B::product_rows(x, weights, [&](index row, index first, index last, const float* values) {
      std::copy_n(values, last - first, out.data() + row * weights.columns() + first);
    });
    return out;
  };
  BOOST_TEST((products_of(problem.queries, keys.packed()) == products_of(same.queries, typed::pack(same.support_rows))));
}

BOOST_AUTO_TEST_CASE(keys_are_kept_where_the_packed_form_refers_to_them) {
  const restored_choice at_end;
  one_of::choose("eigen");
  const t::random_problem<on_one_of> problem;
  fewclip::caches::frozen_keys::fitted<on_one_of> keys(problem.support_rows);
  keys.release();
  BOOST_TEST(t::identical<on_one_of>(keys.rows(), problem.support_rows));
}

BOOST_AUTO_TEST_CASE(an_unknown_provider_is_refused_with_those_there_are) {
  BOOST_CHECK_EXCEPTION(one_of::choose("blas"), fewclip::value_error, [](const fewclip::value_error& e) {
    return std::string(e.what()) == "fewclip::products::any_of: provider: expected eigen, onednn-f32, onednn-bf16, got 'blas'";
  });
  BOOST_TEST(one_of::chosen() == 0U);
}
