#include "fewclip/poolers/last_block.hpp"

#include <boost/test/unit_test.hpp>

#include "../encoders/golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using encoder = encoders::image_encoder<encoders::vision_transformer, poolers::last_block>;

static_assert(pooler<poolers::last_block, real>);

namespace {

encoder::fitted<real> split_encoder() {
  const auto whole = golden_vision();
  encoder::fitted<real> out({poolers::last_block::params::trunk_below(whole), poolers::last_block::params::of(whole)});
  load_golden<real>(out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_trunk_without_its_last_block_and_this_pooler_are_the_whole_tower) {
  auto split = split_encoder();
  const auto images = golden_tensor<real>("images");
  BOOST_TEST(relative_difference(split.embed(images).to_host(), golden_towers().read<double>("image")) < 1e-12);
  split.prepare();
  BOOST_TEST(relative_difference(split.embed(images).to_host(), golden_towers().read<double>("image")) < 1e-12);
}

BOOST_AUTO_TEST_CASE(gradients_by_its_parameters_agree_with_pytorch) {
  auto split = split_encoder();
  const auto got = gradients_of<real>(split, [&](tape<real>& record) {
    return apply(weighted_sum<real>{golden_tensor<real>("weights.image")}, split.embed(record.constant(golden_tensor<real>("images"))));
  });
  BOOST_TEST(got.count("visual.transformer.resblocks.1.mlp.c_fc.weight") == 1U);
  require_golden_gradients(got);
}

BOOST_AUTO_TEST_CASE(the_number_of_parameters_of_vit_b_32_is_that_of_the_specification) {
  using B = backend::cpu<float>;
  poolers::last_block::fitted<B> pooler(poolers::last_block::params{});
  fewclip::index count = 0;
  pooler.visit_parameters([&count](std::string_view, const parameter<B>& each) { count += each.value().size(); });
  BOOST_TEST(count == 7482624);
}

BOOST_AUTO_TEST_CASE(a_trunk_of_one_block_and_tokens_of_another_size_are_refused) {
  auto whole = golden_vision();
  const auto split = split_encoder();
  BOOST_CHECK_THROW(split.pooler().pool(tensor<real>({2, 4, 12})), shape_error);
  whole.layers = 1;
  BOOST_CHECK_THROW(poolers::last_block::params::of(whole), value_error);
  BOOST_CHECK_THROW(poolers::last_block::params::trunk_below(whole), value_error);
}
