#include "fewclip/checkpoints/checkpoint.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <variant>
#include <vector>

#include "fixtures.hpp"

using namespace fewclip::checkpoints;
using fixtures::changed_model;
using fixtures::contains;
using fixtures::entry;
namespace enc = fewclip::encoders;

namespace {

using entries_of_a_model = std::vector<entry>;

const enc::vision_transformer_architecture& vit_of(const checkpoint& from) {
  return std::get<enc::vision_transformer_architecture>(*from.image());
}

/// Makes the vocabulary larger, as tokens that are learned later do.
void enlarge_vocabulary(entries_of_a_model& entries, std::size_t rows, const std::string& name) {
  entry& tokens = fixtures::find(entries, name);
  tokens.extents[0] = rows;
  tokens.values.resize(rows * tokens.extents[1]);
}

}  // namespace

BOOST_AUTO_TEST_CASE(everything_that_is_wrong_is_reported_at_once) {
  const changed_model model("vit/openai", [](entries_of_a_model& entries) {
    fixtures::erase(entries, "ln_final.bias");
    fixtures::erase(entries, "visual.transformer.resblocks.1.mlp.c_proj.weight");
    fixtures::find(entries, "visual.ln_pre.weight").extents = {16, 2};
    entries.push_back({"visual.extra", fewclip::io::dtype::f32, {1}, {0}});
  });
  BOOST_TEST(model.refusal() == model.weights_file() +
                                    ": 3 of 62 tensors cannot be used: ln_final.bias: expected [24], got no such tensor; "
                                    "visual.ln_pre.weight: expected [32], got [16, 2]; visual.transformer.resblocks.1.mlp.c_proj.weight: "
                                    "expected [32, 64], got no such tensor; 1 unexpected tensors: visual.extra");
}

BOOST_AUTO_TEST_CASE(unexpected_tensors_alone_are_a_warning) {
  const changed_model model("vit/hf", [](entries_of_a_model& entries) {
    entries.push_back({"logit_bias", fewclip::io::dtype::f32, {}, {0}});
    entries.push_back({"text_model.embeddings.position_ids", fewclip::io::dtype::f32, {1}, {0}});
  });
  BOOST_TEST((model.open().warnings() == std::vector<std::string>{model.weights_file() + ": 1 unexpected tensors: logit_bias"}));
}

BOOST_AUTO_TEST_CASE(tensors_that_the_architecture_follows_from_are_reported_together_too) {
  const changed_model model("vit/hf", [](entries_of_a_model& entries) {
    fixtures::erase(entries, "visual_projection.weight");
    fixtures::find(entries, "vision_model.embeddings.patch_embedding.weight").extents = {32, 192};
  });
  BOOST_TEST(model.refusal() == model.weights_file() +
                                    ": the architecture does not follow from the tensors: vision_model.embeddings.patch_embedding.weight: "
                                    "expected 4 extents >= 1, got [32, 192]; "
                                    "visual_projection.weight: expected 2 extents >= 1, got no such tensor");
}

BOOST_AUTO_TEST_CASE(a_tower_alone_without_its_projection_is_called_what_it_is) {
  const auto kept = [](const std::string& tower) {
    return [tower](entries_of_a_model& entries) { std::erase_if(entries, [&](const entry& e) { return e.name.rfind(tower, 0) != 0; }); };
  };
  BOOST_TEST(contains(changed_model("vit/hf", kept("text_model.")).refusal(),
                      "projection of the text tower: expected a tensor text_projection.weight, got none: a text encoder alone"));
  BOOST_TEST(contains(changed_model("vit/hf", kept("vision_model.")).refusal(),
                      "projection of the image tower: expected a tensor visual_projection.weight, got none: an image encoder alone"));
  const changed_model headless("vit/timm", [](entries_of_a_model& entries) { fixtures::erase(entries, "head.weight"); });
  BOOST_TEST(contains(headless.refusal(), "got none: a model of timm without its head"));
}

BOOST_AUTO_TEST_CASE(what_is_no_clip_is_named_by_its_own_configuration) {
  const auto refusal_with = [](const std::string& configuration, const std::string& content) {
    const changed_model model(
        "vit/hf",
        [](entries_of_a_model& entries) {
          for (entry& e : entries) e.name.insert(0, "encoder.");
        },
        false);
    scratch::write_text(model.file(configuration), content);
    return model.refusal();
  };
  const std::string expected = ": model: expected CLIP, or one of its towers with projection, got ";
  BOOST_TEST(contains(refusal_with("config.json", R"({"model_type": "siglip"})"), expected + "siglip (config.json)"));
  BOOST_TEST(contains(refusal_with("config.json", R"({"model_type": "clip_text_model", "architectures": ["CLIPTextModel"]})"),
                      expected + "CLIPTextModel, a text encoder without its projection"));
  BOOST_TEST(
      contains(refusal_with("config.json", R"({"architecture": "vit_base_patch16_224"})"), expected + "timm's vit_base_patch16_224"));
  BOOST_TEST(contains(refusal_with("open_clip_config.json", R"({"model_cfg": {"vision_cfg": {"timm_model_name": "convnext_atto"}}})"),
                      expected + "open_clip's wrapper around timm's convnext_atto (open_clip_config.json)"));
  BOOST_TEST(contains(refusal_with("adapter_config.json", R"({"base_model_name_or_path": "openai/clip"})"),
                      expected + "an adapter (PEFT, LoRA) of openai/clip; merge it"));
  BOOST_TEST(contains(refusal_with("config.json", R"({"model_type": "clip"})"), "tensor names: expected "));
}

BOOST_AUTO_TEST_CASE(a_relative_with_clips_names_is_refused_by_its_type_and_not_by_what_it_lacks) {
  const changed_model model("vit/hf", [](entries_of_a_model& entries) {
    fixtures::erase(entries, "text_model.embeddings.token_embedding.weight");  // as chinese_clip, whose text tower is another
  });
  model.replace("config.json", "\"model_type\": \"clip\"", "\"model_type\": \"chinese_clip\"");
  BOOST_TEST(contains(model.refusal(), "config.json: model_type: expected \"clip\""));
  BOOST_TEST(contains(model.refusal(), "got \"chinese_clip\""));
}

BOOST_AUTO_TEST_CASE(position_rows_must_be_one_and_a_square) {
  const changed_model model("vit/timm", [](entries_of_a_model& entries) {
    entry& positions = fixtures::find(entries, "pos_embed");
    positions.extents = {1, 16, 32};
    positions.values.resize(16 * 32);
  });
  BOOST_TEST(contains(model.refusal(), "pos_embed: expected 1 + a square number of rows, got 16"));
}

BOOST_AUTO_TEST_CASE(a_block_that_is_missing_in_the_middle_is_named) {
  const changed_model model("vit/openai", [](entries_of_a_model& entries) {
    for (entry& e : entries) {
      const std::size_t at = e.name.find("visual.transformer.resblocks.1.");
      if (at == 0) e.name.replace(29, 1, "7");
    }
  });
  BOOST_TEST(contains(model.refusal(), "visual.transformer.resblocks.1.attn.in_proj_bias: expected [96], got no such tensor"));
  BOOST_TEST(contains(model.refusal(), "12 unexpected tensors: visual.transformer.resblocks.7."));
}

BOOST_AUTO_TEST_CASE(a_bias_of_timms_classifier_must_be_zero_and_integers_are_no_weights) {
  const changed_model biased("vit/timm", [](entries_of_a_model& entries) { fixtures::find(entries, "head.bias").values[2] = 0.5F; });
  BOOST_TEST(contains(biased.refusal(), "head.bias: expected zeros, since CLIP's projection has no bias, got 0.5"));
  const changed_model model("vit/hf");
  auto writer = fixtures::safetensors_writer();
  for (const entry& e : fixtures::entries_of(model.weights_file())) {
    if (e.name == "text_model.final_layer_norm.bias") {
      writer.add(e.name, e.extents, std::vector<std::int64_t>(24));
    } else {
      writer.add_as(e.name, e.type, e.extents, e.values);
    }
  }
  writer.write(model.weights_file());
  BOOST_TEST(contains(model.refusal(), "text_model.final_layer_norm.bias: expected F16, BF16, F32 or F64, got I64"));
}

BOOST_AUTO_TEST_CASE(both_towers_must_end_in_the_same_width) {
  const changed_model model("vit/openai", [](entries_of_a_model& entries) {
    entry& projection = fixtures::find(entries, "text_projection");
    projection.extents = {24, 10};
    projection.values.resize(240);
  });
  BOOST_TEST(contains(model.refusal(), "channels of the text tower's result: expected 20 as those of the image tower, got 10"));
}

BOOST_AUTO_TEST_CASE(without_a_configuration_the_number_of_heads_is_asked_for_and_the_activation_assumed_aloud) {
  const changed_model model("vit/openai", {}, false);
  BOOST_TEST(contains(model.refusal(), "image_heads for a width of 32: expected a configuration beside the weights, or the option"));
  const checkpoint opened = model.open({.image_heads = 4, .text_heads = 3});
  BOOST_TEST(vit_of(opened).heads == 4);
  BOOST_TEST(opened.text()->heads == 3);
  BOOST_TEST((vit_of(opened).act == enc::activation::quick_gelu));
  BOOST_REQUIRE(opened.warnings().size() == 1U);
  BOOST_TEST(
      contains(opened.warnings()[0], "quick_gelu is assumed, which is right for OpenAI's weights, while those of LAION and DataComp need"));
  const checkpoint told = model.open({.act = enc::activation::gelu, .image_heads = 4, .text_heads = 3});
  BOOST_TEST((vit_of(told).act == enc::activation::gelu));
  BOOST_TEST(told.warnings().empty());
}

BOOST_AUTO_TEST_CASE(heads_come_from_the_configuration_where_64_channels_a_head_would_be_wrong) {
  const changed_model model("vit/openai");
  model.replace("open_clip_config.json", "\"head_width\": 16", "\"head_width\": 8");
  BOOST_TEST(vit_of(model.open()).heads == 4);
  model.replace("open_clip_config.json", "\"head_width\": 8", "\"head_width\": 5");
  BOOST_TEST(contains(model.refusal(), "width: expected a multiple of heads, 6, got 32"));
}

BOOST_AUTO_TEST_CASE(a_configuration_of_another_model_is_refused_with_every_difference) {
  const changed_model model("vit/hf");
  model.replace("config.json", "\"hidden_size\": 32", "\"hidden_size\": 768");
  model.replace("config.json", "\"vocab_size\": 100", "\"vocab_size\": 49408");
  const std::string message = model.refusal();
  BOOST_TEST(contains(message, "config.json: not the configuration of "));
  BOOST_TEST(
      contains(message, "image width: expected 32 as in the weights, got 768; vocabulary: expected 100 as in the weights, got 49408"));
}

BOOST_AUTO_TEST_CASE(the_legacy_end_id_2_means_the_largest_id_whatever_the_vocabulary) {
  const std::string tokens = "text_model.embeddings.token_embedding.weight";
  const auto with = [&](std::size_t vocabulary, const std::string& end, const checkpoint_options& options = {}) {
    const changed_model model("vit/hf", [&](entries_of_a_model& entries) { enlarge_vocabulary(entries, vocabulary, tokens); });
    model.replace("config.json", "\"vocab_size\": 100", "\"vocab_size\": " + std::to_string(vocabulary));
    model.replace("config.json", "\"eos_token_id\": 99", end);
    return model.open(options);
  };
  BOOST_TEST((with(49408, R"("eos_token_id": 2)").text()->pooling == enc::text_pooling::argmax));
  BOOST_TEST(with(49408, R"("eos_token_id": 2)").warnings().empty());
  BOOST_TEST((with(49408, R"("x": 2)").text()->pooling == enc::text_pooling::end_of_text));
  BOOST_TEST(with(49408, R"("x": 2)").text()->end_id == 49407);
  const checkpoint other = with(49500, R"("eos_token_id": 2)");
  BOOST_TEST((other.text()->pooling == enc::text_pooling::argmax));
  BOOST_TEST(contains(other.warnings().at(0), "eos_token_id: expected 49407 where tokens were added"));
  BOOST_TEST((with(100, R"("eos_token_id": 2)").text()->pooling == enc::text_pooling::argmax));
  BOOST_TEST(with(49500, R"("eos_token_id": 2)", {.end_id = 49407}).text()->end_id == 49407);
}

BOOST_AUTO_TEST_CASE(added_tokens_end_the_rule_of_the_largest_id) {
  const changed_model model("vit/openai",
                            [](entries_of_a_model& entries) { enlarge_vocabulary(entries, 49410, "token_embedding.weight"); });
  model.replace("open_clip_config.json", "\"vocab_size\": 100", "\"vocab_size\": 49410");
  BOOST_TEST((model.open().text()->pooling == enc::text_pooling::end_of_text));
  BOOST_TEST(model.open().text()->end_id == 49407);
}

BOOST_AUTO_TEST_CASE(a_tensor_is_read_only_under_its_name_and_shape) {
  const checkpoint opened(fixtures::model("vit/timm"));
  const auto refused = [&](const char* name, const fewclip::shape& extents) {
    return scratch::message_of<fewclip::io_error>([&] { opened.read<fixtures::cpu>(name, extents); });
  };
  BOOST_TEST(refused("visual.proj", {32, 20}) == opened.path() + ": visual.proj: expected [32, 20], got [20, 32]");
  BOOST_TEST(refused("ln_final.bias", {24}) ==
             opened.path() +
                 ": ln_final.bias: expected [24], got no such tensor in a checkpoint in the timm-visual dialect with vision transformer");
}
