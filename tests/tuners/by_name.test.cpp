#include "fewclip/tuners/by_name.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/concepts/tuner.hpp"

using namespace fewclip;
using B = backend::cpu<float>;
using names = std::vector<std::string>;

static_assert(tuner<tuners::frozen, B> && tuner<tuners::pooler, B> && tuner<tuners::layer_norm, B> && tuner<tuners::last_blocks<2>, B>);

namespace {

/// Parameters that are names alone.
struct named {
  std::vector<std::pair<std::string, parameter<B>>> all;
  explicit named(const names& list) {
    for (const auto& each : list) all.emplace_back(each, parameter<B>());
  }
  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    for (auto& [name, each] : all) visit(std::string_view(name), each);
  }
};

const names vit{"visual.conv1.weight",
                "visual.class_embedding",
                "visual.ln_pre.weight",
                "visual.transformer.resblocks.0.ln_1.weight",
                "visual.transformer.resblocks.9.attn.in_proj_weight",
                "visual.transformer.resblocks.10.mlp.c_fc.weight",
                "visual.transformer.resblocks.11.ln_2.bias",
                "visual.ln_post.weight",
                "visual.proj",
                "token_embedding.weight",
                "transformer.resblocks.0.mlp.c_fc.bias",
                "transformer.resblocks.1.attn.out_proj.weight",
                "ln_final.bias",
                "text_projection",
                "logit_scale"};

template <class Tuner>
names trained(const names& list, const tuners::towers& on = {}) {
  named model(list);
  typename Tuner::template fitted<B> made(model, on);
  names out;
  made.visit(model, [&out](std::string_view name, parameter<B>&) { out.emplace_back(name); });
  return out;
}

names chosen(const names& list, const std::vector<std::size_t>& at) {
  names out;
  for (const std::size_t i : at) out.push_back(list[i]);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(everything_is_everything_and_frozen_nothing) {
  BOOST_TEST((trained<tuners::everything>(vit) == vit));
  BOOST_TEST(trained<tuners::frozen>(vit).empty());
}

BOOST_AUTO_TEST_CASE(the_pooler_is_what_stands_above_the_last_block) {
  BOOST_TEST((trained<tuners::pooler>(vit) == chosen(vit, {7, 8, 12, 13})));
  const names resnet{"visual.conv1.weight", "visual.layer4.0.conv1.weight", "visual.attnpool.q_proj.weight",
                     "visual.attnpool.positional_embedding"};
  BOOST_TEST((trained<tuners::pooler>(resnet) == chosen(resnet, {2, 3})));
}

BOOST_AUTO_TEST_CASE(layer_norms_are_found_by_their_names) {
  BOOST_TEST((trained<tuners::layer_norm>(vit) == chosen(vit, {2, 3, 6, 7, 12})));
}

BOOST_AUTO_TEST_CASE(last_blocks_are_counted_from_the_end_of_each_tower) {
  BOOST_TEST((trained<tuners::last_blocks<0>>(vit) == trained<tuners::pooler>(vit)));
  BOOST_TEST((trained<tuners::last_blocks<1>>(vit) == chosen(vit, {6, 7, 8, 11, 12, 13})));
  BOOST_TEST((trained<tuners::last_blocks<2>>(vit) == chosen(vit, {5, 6, 7, 8, 10, 11, 12, 13})));
  BOOST_TEST((trained<tuners::last_blocks<3>>(vit) == chosen(vit, {4, 5, 6, 7, 8, 10, 11, 12, 13})));
  const names resnet{"visual.layer1.0.conv1.weight", "visual.layer3.0.conv1.weight", "visual.layer4.1.conv2.bias",
                     "visual.attnpool.c_proj.bias"};
  BOOST_TEST((trained<tuners::last_blocks<1>>(resnet) == chosen(resnet, {2, 3})));
  BOOST_TEST((trained<tuners::last_blocks<2>>(resnet) == chosen(resnet, {1, 2, 3})));
}

BOOST_AUTO_TEST_CASE(a_tower_can_be_left_out_but_not_the_scale) {
  BOOST_TEST((trained<tuners::everything>(vit, {.image = false}) == chosen(vit, {9, 10, 11, 12, 13, 14})));
  BOOST_TEST((trained<tuners::pooler>(vit, {.text = false}) == chosen(vit, {7, 8})));
}
