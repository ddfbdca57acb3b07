#include "fewclip/checkpoints/dialect.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "fewclip/core/error.hpp"

using namespace fewclip::checkpoints;

namespace {

detection detected(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return detect(names, "f");
}

std::string refusal(const std::vector<std::string>& names) {
  return scratch::message_of<fewclip::io_error>([&] { detected(names); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_pattern_of_names_is_one_dialect) {
  constexpr auto vit = image_tower::vision_transformer;
  const std::string hf_image = "vision_model.embeddings.class_embedding";
  const std::string hf_text = "text_model.embeddings.token_embedding.weight";
  BOOST_TEST((detected({hf_image, hf_text}) == detection{dialect::hf, vit, true, false}));
  BOOST_TEST((detected({hf_image}) == detection{dialect::hf, vit, false, false}));
  BOOST_TEST((detected({hf_text}) == detection{dialect::hf, image_tower::none, true, false}));
  BOOST_TEST((detected({"visual.class_embedding"}) == detection{dialect::openai, vit, false, false}));
  BOOST_TEST((detected({"visual.proj", "token_embedding.weight"}) == detection{dialect::openai, vit, true, false}));
  BOOST_TEST((detected({"visual.attnpool.positional_embedding", "token_embedding.weight"}) ==
              detection{dialect::openai, image_tower::resnet, true, false}));
  BOOST_TEST((detected({"stem.conv1.conv.weight"}) == detection{dialect::timm_visual, image_tower::resnet, false, false}));
  BOOST_TEST((detected({"cls_token", "blocks.0.attn.qkv.weight"}) == detection{dialect::timm_visual, vit, false, false}));
  BOOST_TEST((detected({"visual.proj", "text.transformer.resblocks.0.ln_1.bias"}) == detection{dialect::openai, vit, true, true}));
}

BOOST_AUTO_TEST_CASE(the_first_pattern_decides) {
  BOOST_TEST((detected({"vision_model.embeddings.class_embedding", "visual.proj"}).naming == dialect::hf));
  BOOST_TEST((detected({"visual.proj", "visual.trunk.norm.weight"}).naming == dialect::openai));
}

BOOST_AUTO_TEST_CASE(other_models_are_refused_and_never_guessed) {
  BOOST_TEST(
      refusal({"visual.trunk.norm.weight"}) ==
      "f: image tower: expected CLIP's own ViT or ResNet, got open_clip's wrapper around a timm model (visual.trunk.*), which is not "
      "supported");
  const std::string unknown = refusal({"encoder.weight", "a\nb"});
  BOOST_TEST(unknown.find("got a?b, encoder.weight") != std::string::npos);
  BOOST_TEST(unknown.find("cls_token with blocks.0.attn.qkv.weight (timm ViT)") != std::string::npos);
  BOOST_TEST(refusal({}).find("got no tensors") != std::string::npos);
  BOOST_TEST(refusal({"cls_token"}).find("got cls_token") != std::string::npos);
  // SigLIP: the text names of transformers' CLIP beside another image tower.
  BOOST_TEST(refusal({"text_model.embeddings.token_embedding.weight", "vision_model.head.probe"}).find("got text_model.") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_message_lists_ten_names_and_counts_the_rest) {
  std::vector<std::string> names;
  for (int i = 10; i < 25; ++i) names.push_back("n" + std::to_string(i));
  BOOST_TEST(refusal(names).find("got n10, n11, n12, n13, n14, n15, n16, n17, n18, n19, and 5 more") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_lose_what_parallel_training_adds_and_tensors_that_compute_nothing) {
  BOOST_TEST(cleaned_name("module.visual.proj", true).value() == "visual.proj");
  BOOST_TEST(cleaned_name("module.visual.proj", false).value() == "module.visual.proj");
  BOOST_TEST(cleaned_name("visual.proj", true).value() == "visual.proj");
  for (const char* const dropped : {"input_resolution", "context_length", "vocab_size", "module.vocab_size",
                                    "text_model.embeddings.position_ids", "visual.bn1.num_batches_tracked"}) {
    BOOST_TEST(!cleaned_name(dropped, true).has_value(), dropped);
  }
  BOOST_TEST(cleaned_name("visual.input_resolution", true).value() == "visual.input_resolution");
}

BOOST_AUTO_TEST_CASE(only_the_five_groups_of_the_custom_text_variant_lose_their_prefix) {
  BOOST_TEST(without_text_prefix("text.transformer.resblocks.3.ln_1.bias") == "transformer.resblocks.3.ln_1.bias");
  BOOST_TEST(without_text_prefix("text.token_embedding.weight") == "token_embedding.weight");
  BOOST_TEST(without_text_prefix("text.positional_embedding") == "positional_embedding");
  BOOST_TEST(without_text_prefix("text.ln_final.bias") == "ln_final.bias");
  BOOST_TEST(without_text_prefix("text.text_projection") == "text_projection");
  for (const char* const kept : {"text.cls_emb", "text.text_projection.bias", "text.token_embedding.weight2", "visual.proj", "text."}) {
    BOOST_TEST(without_text_prefix(kept) == kept);
  }
}

BOOST_AUTO_TEST_CASE(dialects_have_names) {
  BOOST_TEST(std::string(name_of(dialect::hf)) == "hf");
  BOOST_TEST(std::string(name_of(dialect::openai)) == "openai");
  BOOST_TEST(std::string(name_of(dialect::timm_visual)) == "timm-visual");
}
