#include "fewclip/autograd/operations/attention.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"
#include "fewclip/core/parallel.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

/// Softmax attention by its definition; `sees(sequence, query, key)` says which keys count.
template <class Sees>
std::vector<double> by_definition(const tensor<real>& q, const tensor<real>& k, const tensor<real>& v,
                                  const ops::attention_extents& extents, const Sees& sees) {
  const fewclip::index width = q.columns();
  const fewclip::index depth = width / extents.heads;
  std::vector<double> out(static_cast<std::size_t>(q.size()), 0.0);
  for (fewclip::index row = 0; row < q.rows(); ++row) {
    const fewclip::index sequence = row / extents.queries;
    for (fewclip::index head = 0; head < extents.heads; ++head) {
      std::vector<double> weights;
      double total = 0;
      for (fewclip::index key = 0; key < extents.keys; ++key) {
        double score = 0;
        for (fewclip::index c = head * depth; c < (head + 1) * depth; ++c) {
          score += q.data()[row * width + c] * k.data()[(sequence * extents.keys + key) * width + c];
        }
        weights.push_back(sees(sequence, row % extents.queries, key) ? std::exp(score / std::sqrt(static_cast<double>(depth))) : 0.0);
        total += weights.back();
      }
      for (fewclip::index key = 0; key < extents.keys; ++key) {
        for (fewclip::index c = head * depth; c < (head + 1) * depth; ++c) {
          out[static_cast<std::size_t>(row * width + c)] +=
              weights[static_cast<std::size_t>(key)] / total * v.data()[(sequence * extents.keys + key) * width + c];
        }
      }
    }
  }
  return out;
}

void require_near(const std::vector<double>& got, const std::vector<double>& expected) {
  BOOST_TEST_REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(std::abs(got[i] - expected[i]) < 1e-12, "element " << i);
}

tensor<real> side_by_side(const tensor<real>& q, const tensor<real>& k, const tensor<real>& v) {
  tensor<real> out({q.rows(), 3 * q.columns()});
  for (fewclip::index r = 0; r < q.rows(); ++r) {
    for (fewclip::index c = 0; c < q.columns(); ++c) {
      double* row = out.mutable_data() + r * out.columns();
      row[c] = q.data()[r * q.columns() + c];
      row[q.columns() + c] = k.data()[r * q.columns() + c];
      row[2 * q.columns() + c] = v.data()[r * q.columns() + c];
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(equal_scores_average_the_values_and_a_large_score_picks_one) {
  const auto q = host_tensor({0, 100}, {2, 1});
  const auto k = host_tensor({0, 1}, {2, 1});
  const auto v = host_tensor({2, 4}, {2, 1});
  require_near(ops::attention(q, k, v, {.queries = 2, .keys = 2}).to_host(), {3, 4});
}

BOOST_AUTO_TEST_CASE(heads_are_groups_of_channels_and_sequences_do_not_mix) {
  const auto q = random_tensor({3 * 4, 6}, 1);
  const auto k = random_tensor({3 * 20, 6}, 2);
  const auto v = random_tensor({3 * 20, 6}, 3);
  for (const fewclip::index heads : {1, 2, 3, 6}) {
    const ops::attention_extents extents{.heads = heads, .queries = 4, .keys = 20};
    require_near(ops::attention(q, k, v, extents).to_host(), by_definition(q, k, v, extents, [](auto, auto, auto) { return true; }));
  }
}

BOOST_AUTO_TEST_CASE(a_causal_query_sees_the_keys_up_to_its_own) {
  const auto q = random_tensor({2 * 19, 4}, 1);
  const auto k = random_tensor({2 * 19, 4}, 2);
  const auto v = random_tensor({2 * 19, 4}, 3);
  const ops::attention_extents extents{.heads = 2, .queries = 19, .keys = 19, .causal = true};
  const auto expected = by_definition(q, k, v, extents, [](auto, auto query, auto key) { return key <= query; });
  require_near(ops::attention(q, k, v, extents).to_host(), expected);
  require_near(ops::self_attention(side_by_side(q, k, v), 2, 19, true).to_host(), expected);
}

BOOST_AUTO_TEST_CASE(a_query_with_a_last_key_sees_nothing_after_it) {
  const auto q = random_tensor({3, 4}, 1);
  const auto k = random_tensor({3 * 7, 4}, 2);
  const auto v = random_tensor({3 * 7, 4}, 3);
  const std::vector<label> last{0, 6, 3};
  const ops::attention_extents extents{.heads = 2, .queries = 1, .keys = 7};
  const auto expected =
      by_definition(q, k, v, extents, [&](auto sequence, auto, auto key) { return key <= last[static_cast<std::size_t>(sequence)]; });
  require_near(ops::attention(q, k, v, extents, host_labels(last)).to_host(), expected);
  require_gradients([&](const auto& in) { return ops::attention(in[0], in[1], in[2], extents, host_labels(last)); }, {q, k, v});
}

BOOST_AUTO_TEST_CASE(many_sequences_and_long_ones_are_cut_into_slices) {
  const auto many = random_tensor({700 * 40, 2}, 1);  // 700 * 1600 scores: more than one slice
  const ops::attention_extents short_ones{.queries = 40, .keys = 40};
  require_near(ops::attention(many, many, many, short_ones).to_host(),
               by_definition(many, many, many, short_ones, [](auto, auto, auto) { return true; }));
  const auto lengthy = random_tensor({700, 3}, 2);  // 3 * 490000 scores: two heads, then one
  const ops::attention_extents long_one{.heads = 3, .queries = 700, .keys = 700};
  require_near(ops::attention(lengthy, lengthy, lengthy, long_one).to_host(),
               by_definition(lengthy, lengthy, lengthy, long_one, [](auto, auto, auto) { return true; }));
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto q = random_tensor({2 * 3, 4}, 1);
  const auto k = random_tensor({2 * 5, 4}, 2);
  const auto v = random_tensor({2 * 5, 4}, 3);
  for (const bool causal : {false, true}) {
    require_gradients(
        [&](const auto& in) { return ops::attention(in[0], in[1], in[2], {.heads = 2, .queries = 3, .keys = 5, .causal = causal}); },
        {q, k, v});
    require_gradients([&](const auto& in) { return ops::self_attention(in[0], 2, 4, causal); }, {random_tensor({2 * 4, 12}, 4)});
  }
}

BOOST_AUTO_TEST_CASE(values_may_have_a_width_of_their_own) {
  const ops::attention_extents extents{.heads = 2, .queries = 3, .keys = 5};
  const auto q = random_tensor({2 * 3, 6}, 1);
  const auto k = random_tensor({2 * 5, 6}, 2);
  const auto v = random_tensor({2 * 5, 6}, 3);
  // Without the last of the three channels of each head, the others are as before.
  std::vector<double> narrow;
  std::vector<double> expected;
  const auto whole = ops::attention(q, k, v, extents).to_host();
  for (std::size_t row = 0; row < 10; ++row) {
    for (const std::size_t c : {0U, 1U, 3U, 4U}) narrow.push_back(v.data()[row * 6 + c]);
  }
  for (std::size_t row = 0; row < 6; ++row) {
    for (const std::size_t c : {0U, 1U, 3U, 4U}) expected.push_back(whole[row * 6 + c]);
  }
  require_near(ops::attention(q, k, host_tensor(narrow, {10, 4}), extents).to_host(), expected);
  require_gradients([&](const auto& in) { return ops::attention(in[0], in[1], in[2], extents); }, {q, k, random_tensor({10, 10}, 4)});
  BOOST_CHECK_THROW(ops::attention(q, k, random_tensor({10, 3}, 4), extents), shape_error);
  BOOST_CHECK_THROW(ops::attention(q, k, random_tensor({9, 4}, 4), extents), shape_error);
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  const int before = threads();
  const auto qkv = random_tensor({6 * 33, 24}, 1);
  std::vector<std::vector<double>> results;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    tape<real> record;
    const auto x = record.leaf(qkv);
    const auto y = ops::self_attention(x, 2, 33, true);
    record.backward(apply(weighted_sum_operation{random_tensor(y.extents(), 9)}, y));
    results.push_back(record.gradient(x).to_host());
  }
  set_threads(before);
  BOOST_TEST(results[0] == results[1]);
  BOOST_TEST(results[0] == results[2]);
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_refused) {
  const auto x = random_tensor({4, 6}, 1);
  BOOST_CHECK_THROW(ops::attention(x, x, x, {.heads = 4, .queries = 2, .keys = 2}), shape_error);
  BOOST_CHECK_THROW(ops::attention(x, x, x, {.heads = 2, .queries = 3, .keys = 3}), shape_error);
  BOOST_CHECK_THROW(ops::attention(x, x, x, {.heads = 2, .queries = 2, .keys = 1}), shape_error);
  BOOST_CHECK_THROW(ops::attention(x, x, x, {.heads = 0, .queries = 2, .keys = 2}), value_error);
  BOOST_CHECK_THROW(ops::attention(x, x, x, {.queries = 4, .keys = 2, .causal = true}), value_error);
  BOOST_CHECK_THROW(ops::attention(x, x, x, {.queries = 2, .keys = 2}, host_labels({0})), shape_error);
  BOOST_CHECK_THROW(ops::self_attention(random_tensor({4, 8}, 1), 2, 2), shape_error);
}
