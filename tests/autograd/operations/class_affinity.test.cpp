#include "fewclip/autograd/operations/class_affinity.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"
#include "../golden_gradients.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/core/labels.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

namespace {

/// Classes of `counts` rows, one after the other.
class_segments<real> segments_of(const std::vector<fewclip::index>& counts) {
  std::vector<label> class_of;
  std::vector<fewclip::index> offsets{0};
  for (std::size_t c = 0; c < counts.size(); ++c) {
    class_of.insert(class_of.end(), static_cast<std::size_t>(counts[c]), static_cast<label>(c));
    offsets.push_back(offsets.back() + counts[c]);
  }
  return {host_labels(class_of),
          basic_tensor<fewclip::index, real>::from_host(offsets.data(), {static_cast<fewclip::index>(offsets.size())})};
}

tensor<real> identity(fewclip::index size) {
  tensor<real> out({size, size});
  for (fewclip::index i = 0; i < size; ++i) out.mutable_data()[i * size + i] = 1;
  return out;
}

/// class_affinity with the keys packed anew, so that they can be moved.
template <class X, class Keys, class Weights>
auto affinity(const X& x, const Keys& keys, const Weights& weights, const class_segments<real>& segments, double beta) {
  return ops::class_affinity(x, keys, real::pack(value_of(keys)), weights, segments, beta);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_query_on_its_only_key_has_affinity_1_and_an_opposite_one_exp_minus_2_beta) {
  const auto keys = host_tensor({1, 0, -1, 0}, {2, 2});
  const auto result = affinity(host_tensor({1, 0}, {1, 2}), keys, tensor<real>(), segments_of({1, 1}), 0.5);
  BOOST_TEST(result.to_host()[0] == 1, tt::tolerance(1e-14));
  BOOST_TEST(result.to_host()[1] == std::exp(-1.0), tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(sums_over_classes_agree_with_their_definition_where_a_class_is_empty_and_rows_are_weighted) {
  const std::vector<fewclip::index> counts{40, 0, 3, 77, 1};
  const fewclip::index keys = 121;
  const fewclip::index dim = 35;
  const auto segments = segments_of(counts);
  const auto k = ops::normalise_rows(random_tensor({keys, dim}, 1));
  const auto w = random_tensor({keys}, 2);
  for (const fewclip::index rows : {1, 5, 50}) {
    const auto x = ops::normalise_rows(random_tensor({rows, dim}, 3));
    const auto result = affinity(x, k, w, segments, 5.5).to_host();
    std::vector<double> expected(static_cast<std::size_t>(rows * 5), 0);
    for (fewclip::index r = 0; r < rows; ++r) {
      for (fewclip::index i = 0; i < keys; ++i) {
        double cosine = 0;
        for (fewclip::index d = 0; d < dim; ++d) cosine += x.data()[r * dim + d] * k.data()[i * dim + d];
        expected[static_cast<std::size_t>(r * 5 + segments.class_of.data()[i])] += w.data()[i] * std::exp(-5.5 * (1 - cosine));
      }
    }
    BOOST_TEST_CONTEXT("seed " << fresh_seed() << ", " << rows << " rows") {
      for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST(std::abs(result[i] - expected[i]) < 1e-11);
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_rows_keys_and_weights_agree_with_central_differences) {
  const auto segments = segments_of({2, 3, 1});
  const auto x = ops::normalise_rows(random_tensor({4, 5}, 4));
  const auto keys = ops::normalise_rows(random_tensor({6, 5}, 5));
  const auto weights = random_tensor({6}, 6);
  const tensor<real> ones;
  require_gradients([&](const auto& in) { return affinity(in[0], in[1], in[2], segments, 2.5); }, {x, keys, weights});
  require_gradients([&](const auto& in) { return affinity(in[0], in[1], ones, segments, 2.5); }, {x, keys});
  require_gradients([&](const auto& in) { return affinity(x, in[0], ones, segments, 2.5); }, {keys});
  require_gradients([&](const auto& in) { return affinity(x, keys, in[0], segments, 2.5); }, {weights});
}

BOOST_AUTO_TEST_CASE(the_kernel_is_kept_for_keys_that_are_a_bound_parameter) {
  const auto segments = segments_of({1, 1});
  parameter<real> keys(host_tensor({1, 0, 0, 1}, {2, 2}));
  tape<real> record;
  keys.bind(record);
  const auto x = record.constant(host_tensor({1, 0}, {1, 2}));
  record.backward(apply(weighted_sum_operation{host_tensor({1, 0}, {1, 2})}, affinity(x, keys, tensor<real>(), segments, 3)));
  const std::vector<double> expected{3, 0, 0, 0};  // beta * exp(0) * x for the first key
  BOOST_TEST(record.gradient(keys.leaf()).to_host() == expected, tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_gain_multiplies_by_the_exponential_of_the_shift) {
  const auto result = ops::exponential_gain(host_tensor({2, 3}, {1, 2}), host_tensor({0, 0.5}, {1, 2}), 2);
  BOOST_TEST(result.to_host()[0] == 2);
  BOOST_TEST(result.to_host()[1] == 3 * std::exp(1.0), tt::tolerance(1e-14));
  require_gradients([](const auto& in) { return ops::exponential_gain(in[0], in[1], 1.3); },
                    {random_tensor({4, 3}, 7), random_tensor({4, 3}, 8)});
}

BOOST_AUTO_TEST_CASE(a_cache_beside_the_texts_agrees_with_pytorch) {
  const golden_case golden("exponential_cache");
  const auto labels = host_labels(golden.labels());
  const double alpha = golden.input("alpha").data()[0];
  const double beta = golden.input("beta").data()[0];
  // the file's keys are in mixed order, the operation's grouped by class: gather the rows through a product with a permutation
  const auto key_labels = golden.labels("key_labels");
  const class_labels grouping(key_labels, 3);
  tensor<real> permutation({8, 8});
  const auto order = grouping.order_by_class();
  for (std::size_t i = 0; i < order.size(); ++i) permutation.mutable_data()[static_cast<fewclip::index>(i) * 8 + order[i]] = 1;
  const auto segments = segments_of(grouping.counts());
  golden.check({"features", "keys", "texts"}, [&](const auto& in) {
    const auto columns = ops::product_transposed(identity(6), in[1]);  // keys^T, [6, 8]
    const auto keys = ops::product_transposed(permutation, columns);   // grouped, [8, 6]
    const auto cache = affinity(in[0], keys, tensor<real>(), segments, beta);
    const auto text = ops::product_transposed(in[0], in[2]);
    return ops::cross_entropy(ops::add_scaled(text, 10, cache, alpha), labels, 1.0 / 5);
  });
}
