#include "fewclip/poolers/attention.hpp"

#include <boost/test/unit_test.hpp>

#include "../autograd/finite_differences.hpp"
#include "../encoders/resnet_checks.hpp"
#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/norm.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

using pooler_type = poolers::attention::fitted<real>;
static_assert(pooler<poolers::attention, real>);

tensor<real> golden_tokens() { return host_tensor(golden_resnet().values("tokens"), {2, 4, 256}); }

/// The gradients of half the squared norm of function(tokens): those of the tokens, then those of the parameters.
template <class Function>
std::vector<tensor<real>> gradients(pooler_type& made, const tensor<real>& tokens, const Function& function) {
  tape<real> record;
  made.visit_parameters([&](std::string_view, parameter<real>& value) { value.bind(record); });
  const auto x = record.leaf(tokens);
  record.backward(ops::half_squared_norm(function(x)));
  std::vector<tensor<real>> out{record.gradient(x)};
  made.visit_parameters([&](std::string_view, parameter<real>& value) {
    out.push_back(record.gradient(value.leaf()));
    value.release();
  });
  return out;
}

/// pool() by the plain form: the first row of pool_each().
template <class X>
auto plain(const pooler_type& made, const X& tokens) {
  const auto all = made.pool_each(tokens);
  const shape extents = value_of(all).extents();
  std::vector<label> first;
  for (fewclip::index i = 0; i < extents[0]; ++i) first.push_back(static_cast<label>(i * extents[1]));
  return ops::gather_rows(ops::reshape(all, {extents[0] * extents[1], extents[2]}), host_labels(first));
}

}  // namespace

BOOST_AUTO_TEST_CASE(features_agree_with_open_clip) { golden_resnet().near(golden_pooler<real>().pool(golden_tokens()), "pooled"); }

BOOST_AUTO_TEST_CASE(gradients_agree_with_open_clip) {
  const golden_resnet golden;
  auto made = golden_pooler<real>();
  const auto slopes = gradients(made, golden_tokens(), [&](const auto& x) { return made.pool(x); });
  std::size_t next = 1;
  made.visit_parameters([&](std::string_view name, const parameter<real>&) {
    const std::string file = "grad." + std::string(name);
    if (name.ends_with(".bias")) {
      golden.near(slopes[next], file);
    } else {
      golden.near_digest(slopes[next], file);
    }
    ++next;
  });
}

BOOST_AUTO_TEST_CASE(the_absorbed_form_equals_the_plain_form) {
  BOOST_TEST_CONTEXT("seed " << fresh_seed()) {
    auto made = golden_pooler<real>();
    const auto tokens = random_tensor({3, 4, 256}, 1);
    const auto got = made.pool(tokens).to_host();
    const auto expected = plain(made, tokens).to_host();
    for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(std::abs(got[i] - expected[i]) < 1e-10);
    const auto slopes = gradients(made, tokens, [&](const auto& x) { return made.pool(x); });
    const auto plain_slopes = gradients(made, tokens, [&](const auto& x) { return plain(made, x); });
    for (std::size_t k = 0; k < slopes.size(); ++k) {
      const auto a = slopes[k].to_host();
      const auto b = plain_slopes[k].to_host();
      for (std::size_t i = 0; i < a.size(); ++i) {
        BOOST_REQUIRE_MESSAGE(std::abs(a[i] - b[i]) < 1e-9 * std::max(1.0, std::abs(b[i])), "gradient " << k << ", element " << i);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_order_of_places_does_not_matter_where_positions_move_along) {
  auto made = golden_pooler<real>();
  const auto tokens = golden_tokens();
  const auto before = made.pool(tokens).to_host();
  const std::vector<label> turned{0, 3, 4, 2, 1};
  made.visit_parameters([&](std::string_view name, parameter<real>& value) {
    if (name == "attnpool.positional_embedding") value.mutable_value() = ops::gather_rows(value.value(), host_labels(turned));
  });
  const auto moved = ops::gather_rows(tokens.reshaped({8, 256}), host_labels({2, 3, 1, 0, 6, 7, 5, 4})).reshaped({2, 4, 256});
  const auto after = made.pool(moved).to_host();
  for (std::size_t i = 0; i < before.size(); ++i) BOOST_TEST(std::abs(before[i] - after[i]) < 1e-12);
}

BOOST_AUTO_TEST_CASE(many_images_are_pooled_as_few_are) {
  const auto made = golden_pooler<real>();
  const auto tokens = random_tensor({131, 4, 256}, 1);
  const auto all = made.pool(tokens).to_host();
  for (const fewclip::index image : {0, 63, 64, 130}) {
    const auto one = made.pool(tokens.rows_slice(image, 1)).to_host();
    for (std::size_t c = 0; c < one.size(); ++c) BOOST_TEST(std::abs(one[c] - all[static_cast<std::size_t>(image) * 16 + c]) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  auto made = golden_pooler<real>();
  const auto tokens = random_tensor({5, 4, 256}, 1);
  const int before = threads();
  std::vector<std::vector<double>> results;
  for (const int count : {1, 4}) {
    set_threads(count);
    results.push_back(made.pool(tokens).to_host());
    for (const auto& slope : gradients(made, tokens, [&](const auto& x) { return made.pool(x); })) {
      const auto values = slope.to_host();
      results.back().insert(results.back().end(), values.begin(), values.end());
    }
  }
  set_threads(before);
  BOOST_TEST((results[0] == results[1]));
}

BOOST_AUTO_TEST_CASE(the_pools_of_rn50_and_rn101_have_as_many_numbers_as_their_sizes_tell) {
  const auto numbers = [](const poolers::attention::params& sizes) {
    poolers::attention::fitted<backend::cpu<float>> made(sizes);
    fewclip::index out = 0;
    made.visit_parameters([&](std::string_view, const parameter<backend::cpu<float>>& each) { out += each.value().size(); });
    return out;
  };
  // 50 positions of 2048; three square projections of 2048 with biases; one to 1024 or 512 with its bias.
  const encoders::resnet_architecture rn101{.blocks = {3, 4, 23, 3}, .embed = 512};
  static_assert(14789632 == 50 * 2048 + 3 * (2048 + 1) * 2048 + (2048 + 1) * 1024);
  static_assert(13740544 == 50 * 2048 + 3 * (2048 + 1) * 2048 + (2048 + 1) * 512);
  BOOST_TEST(numbers({}) == 14789632);
  BOOST_TEST(numbers(poolers::attention::params::of(encoders::resnet_architecture{})) == 14789632);
  BOOST_TEST(numbers(poolers::attention::params::of(rn101)) == 13740544);
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_errors) {
  BOOST_CHECK_THROW(pooler_type({.width = 10, .heads = 4}), value_error);
  BOOST_CHECK_THROW(pooler_type({.embed = 0}), value_error);
  const auto made = golden_pooler<real>();
  BOOST_CHECK_THROW(made.pool(tensor<real>({2, 5, 256})), shape_error);
  BOOST_CHECK_THROW(made.pool_each(tensor<real>({2, 4, 255})), shape_error);
}
