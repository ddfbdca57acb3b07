#include "fewclip/encoders/image_encoder.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "fewclip/core/random.hpp"
#include "golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

/// The loss of the golden gradients, of the image tower.
double loss_of(const vit_encoder::fitted<real>& encoder) {
  return weighted_sum<real>{golden_tensor<real>("weights.image")}.forward(encoder.embed(golden_tensor<real>("images"))).data()[0];
}

}  // namespace

BOOST_AUTO_TEST_CASE(embeddings_agree_with_transformers) {
  auto encoder = golden_image_encoder<real>();
  const auto expected = golden_towers().read<double>("image");
  const auto images = golden_tensor<real>("images");
  BOOST_TEST(relative_difference(encoder.embed(images).to_host(), expected) < 1e-12);
  encoder.prepare();
  BOOST_TEST(relative_difference(encoder.embed(images).to_host(), expected) < 1e-12);
}

BOOST_AUTO_TEST_CASE(single_precision_is_off_by_rounding_only) {
  using B = backend::cpu<float>;
  auto encoder = golden_image_encoder<B>();
  encoder.prepare();
  BOOST_TEST(relative_difference(encoder.embed(golden_tensor<B>("images")).to_host(), golden_towers().read<double>("image")) < 3e-6);
}

BOOST_AUTO_TEST_CASE(gradients_by_every_parameter_agree_with_pytorch) {
  auto encoder = golden_image_encoder<real>();
  encoder.prepare();  // must make no difference on a tape
  const auto got = gradients_of<real>(encoder, [&](tape<real>& record) {
    return apply(weighted_sum<real>{golden_tensor<real>("weights.image")}, encoder.embed(record.constant(golden_tensor<real>("images"))));
  });
  BOOST_TEST(got.size() == 5U + 2U + 2U * 12U + 1U);
  require_golden_gradients(got);
}

BOOST_AUTO_TEST_CASE(gradients_of_the_whole_tower_agree_with_central_differences) {
  auto encoder = golden_image_encoder<real>();
  const auto got = gradients_of<real>(encoder, [&](tape<real>& record) {
    return apply(weighted_sum<real>{golden_tensor<real>("weights.image")}, encoder.embed(record.constant(golden_tensor<real>("images"))));
  });
  visit_parameters(encoder, [&](std::string_view name, parameter<real>& p) {
    const fewclip::index place = static_cast<fewclip::index>(name.size()) * 7 % p.value().size();
    double ends[2];
    for (const int side : {0, 1}) {
      const double by = side == 0 ? 1e-5 : -1e-5;
      p.mutable_value().mutable_data()[place] += by;
      ends[side] = loss_of(encoder);
      p.mutable_value().mutable_data()[place] -= by;
    }
    const double numeric = (ends[0] - ends[1]) / 2e-5;
    const double exact = got.at(std::string(name)).data()[place];
    BOOST_TEST(std::abs(numeric - exact) < 1e-6 * std::max(1.0, std::abs(exact)), name << ": " << exact << " against " << numeric);
  });
}

BOOST_AUTO_TEST_CASE(the_gradient_by_the_pixels_agrees_with_central_differences) {
  const auto encoder = golden_image_encoder<real>();
  const weighted_sum<real> sum{golden_tensor<real>("weights.image")};
  tensor<real> images = golden_tensor<real>("images");
  tape<real> record;
  const auto x = record.leaf(images);
  record.backward(apply(sum, encoder.embed(x)));
  for (const fewclip::index place : {0, 17, 100, 323}) {
    tensor<real> more = images;
    tensor<real> less = images;
    more.mutable_data()[place] += 1e-5;
    less.mutable_data()[place] -= 1e-5;
    const double numeric = (sum.forward(encoder.embed(more)).data()[0] - sum.forward(encoder.embed(less)).data()[0]) / 2e-5;
    BOOST_TEST(std::abs(record.gradient(x).data()[place] - numeric) < 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(names_are_those_of_a_checkpoint_and_sizes_those_of_the_architecture) {
  auto encoder = golden_image_encoder<real>();
  std::set<std::string> names;
  fewclip::index numbers = 0;
  visit_parameters(encoder, [&](std::string_view name, parameter<real>& p) {
    names.emplace(name);
    numbers += p.value().size();
  });
  BOOST_TEST(numbers == golden_vision().parameters());
  for (const char* name : {"visual.conv1.weight", "visual.class_embedding", "visual.positional_embedding", "visual.ln_pre.bias",
                           "visual.transformer.resblocks.1.attn.in_proj_weight", "visual.transformer.resblocks.0.mlp.c_proj.bias",
                           "visual.ln_post.weight", "visual.proj"}) {
    BOOST_TEST(names.count(name) == 1U, name);
  }
}

BOOST_AUTO_TEST_CASE(the_pooler_can_be_exchanged) {
  auto encoder = golden_image_encoder<real>();
  auto other = poolers::class_token::fitted<real>({.width = 12, .embed = 2});
  other.visit_parameters([](std::string_view name, parameter<real>& p) {
    if (name == "proj") p.mutable_value() = tensor<real>(p.value().extents(), 1.0);
  });
  encoder.pooler() = other;
  const auto rows = encoder.embed(golden_tensor<real>("images"));
  BOOST_TEST((rows.extents() == shape{3, 2}));
  BOOST_TEST(std::abs(rows.data()[0]) < 1e-12);  // the sum of a normalised row
}
