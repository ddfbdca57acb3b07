#include "fewclip/encoders/architecture.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace enc = fewclip::encoders;

namespace {

template <class Architecture>
std::string refusal(const Architecture& architecture) {
  try {
    architecture.check();
  } catch (const fewclip::value_error& e) {
    return e.what();
  }
  return "accepted";
}

/// A whole model: image tower, text tower and logit scale.
template <class Image>
fewclip::index total(const Image& image, const enc::text_architecture& text) {
  return image.parameters() + text.parameters() + 1;
}

}  // namespace

// The totals are those of the published models, summed tensor by tensor from their files.
BOOST_AUTO_TEST_CASE(the_defaults_count_the_parameters_of_vit_b_32_and_rn50) {
  static_assert(enc::vision_transformer_architecture{}.parameters() == 87849216);
  static_assert(enc::resnet_architecture{}.parameters() == 38316896);
  BOOST_TEST(total(enc::vision_transformer_architecture{}, {}) == 151277313);
  BOOST_TEST(total(enc::resnet_architecture{}, {.embed = 1024}) == 102007137);
  BOOST_TEST(enc::vision_transformer_architecture{}.tokens() == 50);
  BOOST_TEST(enc::resnet_architecture{}.tokens() == 50);
  BOOST_TEST(enc::resnet_architecture{}.pool_width() == 2048);
}

BOOST_AUTO_TEST_CASE(the_other_published_models_have_their_totals) {
  const enc::vision_transformer_architecture b16{.patch = 16};
  const enc::vision_transformer_architecture l14{.width = 1024, .layers = 24, .heads = 16, .patch = 14, .mlp_width = 4096, .embed = 768};
  const enc::text_architecture l14_text{.width = 768, .heads = 12, .mlp_width = 3072, .embed = 768};
  const enc::resnet_architecture rn101{.blocks = {3, 4, 23, 3}, .embed = 512};
  BOOST_TEST(total(b16, {}) == 149620737);
  BOOST_TEST(total(l14, l14_text) == 427616513);
  BOOST_TEST(total(rn101, {}) == 119688033);
}

BOOST_AUTO_TEST_CASE(sizes_known_to_four_digits_are_met) {
  const auto millions = [](fewclip::index count) { return std::to_string((count + 5000) / 10000); };
  const enc::vision_transformer_architecture l336{
      .width = 1024, .layers = 24, .heads = 16, .patch = 14, .resolution = 336, .mlp_width = 4096, .embed = 768};
  const enc::vision_transformer_architecture h14{.width = 1280, .layers = 32, .heads = 16, .patch = 14, .mlp_width = 5120, .embed = 1024};
  const enc::text_architecture wide{.width = 768, .heads = 12, .mlp_width = 3072, .embed = 768};
  const enc::text_architecture h14_text{.width = 1024, .layers = 24, .heads = 16, .mlp_width = 4096, .embed = 1024};
  BOOST_TEST(millions(total(l336, wide)) == "42794");
  BOOST_TEST(millions(total(h14, h14_text)) == "98611");
  const enc::text_architecture x4{.width = 640, .heads = 10, .mlp_width = 2560, .embed = 640};
  const enc::text_architecture x64{.width = 1024, .heads = 16, .mlp_width = 4096, .embed = 1024};
  BOOST_TEST(millions(total(enc::resnet_architecture{{4, 6, 10, 6}, 80, 288, 40, 640}, x4)) == "17830");
  BOOST_TEST(millions(total(enc::resnet_architecture{{6, 8, 18, 8}, 96, 384, 48, 768}, wide)) == "29098");
  BOOST_TEST(millions(total(enc::resnet_architecture{{3, 15, 36, 10}, 128, 448, 64, 1024}, x64)) == "62326");
}

BOOST_AUTO_TEST_CASE(an_architecture_that_cannot_exist_is_refused_by_the_name_of_its_member) {
  BOOST_TEST(refusal(enc::vision_transformer_architecture{}) == "accepted");
  BOOST_TEST(refusal(enc::resnet_architecture{}) == "accepted");
  BOOST_TEST(refusal(enc::text_architecture{}) == "accepted");
  const std::string vit = "fewclip::encoders::vision_transformer_architecture: ";
  BOOST_TEST(refusal(enc::vision_transformer_architecture{.layers = 0}) == vit + "layers: expected a number >= 1, got 0");
  BOOST_TEST(refusal(enc::vision_transformer_architecture{.heads = 7}) == vit + "width: expected a multiple of heads, 7, got 768");
  BOOST_TEST(refusal(enc::vision_transformer_architecture{.patch = 15}) == vit + "resolution: expected a multiple of patch, 15, got 224");
  BOOST_TEST(refusal(enc::vision_transformer_architecture{.epsilon = 0}) == vit + "epsilon: expected a number in (0, 1), got 0.000000");
  const std::string resnet = "fewclip::encoders::resnet_architecture: ";
  BOOST_TEST(refusal(enc::resnet_architecture{.blocks = {3, 0, 6, 3}}) == resnet + "blocks: expected a number >= 1, got 0");
  BOOST_TEST(refusal(enc::resnet_architecture{.resolution = 230}) ==
             resnet + "resolution: expected a multiple of the total stride, 32, got 230");
  const enc::text_architecture text{.pooling = enc::text_pooling::end_of_text, .end_id = 49408};
  BOOST_TEST(refusal(text) == "fewclip::encoders::text_architecture: end_id: expected an id below the vocabulary, 49408, got 49408");
}

BOOST_AUTO_TEST_CASE(names_are_those_of_configurations) {
  BOOST_TEST(std::string(name_of(enc::activation::quick_gelu)) == "quick_gelu");
  BOOST_TEST(std::string(name_of(enc::activation::gelu)) == "gelu");
  BOOST_TEST(std::string(name_of(enc::text_pooling::argmax)) == "argmax");
  BOOST_TEST(std::string(name_of(enc::text_pooling::end_of_text)) == "end_of_text");
}
