#include "fewclip/layers/transformer.hpp"

#include <boost/test/unit_test.hpp>

#include "random_layer.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

layers::transformer<real> random_transformer(fewclip::index depth, bool causal) {
  layers::transformer<real> blocks({.width = 6, .layers = depth, .heads = 2, .mlp_width = 9, .causal = causal});
  randomise(blocks);
  return blocks;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_block_whose_maps_are_zero_changes_nothing) {
  layers::transformer<real> blocks({.width = 6, .layers = 3, .heads = 2, .mlp_width = 9});
  const auto x = random_tensor({8, 6}, 1);
  require_near(blocks.forward(x, 4), x);
  blocks.prepare();
  require_near(blocks.forward(x, 4), x);
}

BOOST_AUTO_TEST_CASE(the_fused_forward_equals_the_plain_one) {
  for (const bool causal : {false, true}) {
    auto blocks = random_transformer(3, causal);
    const auto x = random_tensor({3 * 5, 6}, 1);
    const auto plain = blocks.forward(x, 5);
    blocks.prepare();
    require_near(blocks.forward(x, 5), plain);
    BOOST_TEST(x.to_host() == random_tensor({3 * 5, 6}, 1).to_host());
  }
}

BOOST_AUTO_TEST_CASE(one_token_per_sequence_equals_that_row_of_all) {
  for (const bool causal : {false, true}) {
    for (const fewclip::index depth : {0, 1, 3}) {
      auto blocks = random_transformer(depth, causal);
      const auto x = random_tensor({3 * 5, 6}, 1);
      const auto expected = ops::gather_rows(blocks.forward(x, 5), host_labels({4, 5, 12}));
      require_near(blocks.forward_few(x, 5, {4, 0, 2}), expected);
      blocks.prepare();
      require_near(blocks.forward_few(x, 5, {4, 0, 2}), expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients_by_the_tokens_agree_with_central_differences) {
  layers::transformer<real> blocks({.width = 4, .layers = 2, .heads = 2, .mlp_width = 5, .causal = true});
  blocks.visit_parameters([stream = std::uint64_t{100}](std::string_view, parameter<real>& p) mutable {
    p.mutable_value() = random_tensor(p.value().extents(), stream++);
    for (fewclip::index i = 0; i < p.value().size(); ++i) p.mutable_value().mutable_data()[i] *= 0.3;
  });
  tensor<real> x = random_tensor({2 * 3, 4}, 1);
  for (fewclip::index i = 0; i < x.size(); ++i) x.mutable_data()[i] += static_cast<double>(i % 4);  // rows with some spread
  require_gradients([&](const auto& in) { return blocks.forward_few(in[0], 3, {2, 1}); }, {x});
}

BOOST_AUTO_TEST_CASE(names_count_the_blocks) {
  auto blocks = random_transformer(2, false);
  std::vector<std::string> names;
  blocks.visit_parameters([&](std::string_view name, parameter<real>&) { names.emplace_back(name); });
  BOOST_TEST(names.size() == 24U);
  BOOST_TEST(names.front() == "resblocks.0.ln_1.weight");
  BOOST_TEST(names.back() == "resblocks.1.mlp.c_proj.bias");
}
