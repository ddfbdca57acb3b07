#include "fewclip/checkpoints/configuration.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

using namespace fewclip::checkpoints;
using fewclip::encoders::activation;

namespace {

using reader = configuration (*)(const std::string&);

/// What a reader makes of a text.
configuration from(reader read, const std::string& text) {
  const scratch::directory here;
  scratch::write_text(here.file("c.json"), text);
  return read(here.file("c.json"));
}

/// Why it refuses one, without the folder.
std::string refusal(reader read, const std::string& text) {
  const std::string message = scratch::message_of<fewclip::io_error>([&] { from(read, text); });
  const std::size_t at = message.find("c.json: ");
  return at == std::string::npos ? message : message.substr(at + 8);
}

std::string vision(const std::string& fields) { return R"({"model_cfg":{"vision_cfg":{)" + fields + "}}}"; }
std::string text_tower(const std::string& fields) { return R"({"model_cfg":{"text_cfg":{)" + fields + "}}}"; }

constexpr const char* changes = " (another value changes what the model computes)";

}  // namespace

BOOST_AUTO_TEST_CASE(a_sparse_configuration_of_transformers_has_its_defaults) {
  const configuration got = from(read_hf_configuration, "{}");
  BOOST_TEST((got.image.act == activation::quick_gelu));
  BOOST_TEST((got.text.act == activation::quick_gelu));
  BOOST_TEST(got.image.heads.value() == 12);
  BOOST_TEST(got.text.heads.value() == 8);
  BOOST_TEST(got.image.epsilon == 1e-5);
  BOOST_TEST(got.end_id.value() == 49407);
  BOOST_TEST(!got.image.width.has_value());
  BOOST_TEST(!got.embed.has_value());
}

BOOST_AUTO_TEST_CASE(transformers_nested_fields_are_read_and_unknown_ones_reported) {
  const configuration got = from(read_hf_configuration, R"({"model_type":"clip","projection_dim":640,"heads":3,
    "vision_config":{"hidden_size":1280,"num_attention_heads":16,"hidden_act":"gelu","layer_norm_eps":1e-6,"patch_size":14,"image_size":224,
                     "num_hidden_layers":32,"intermediate_size":5120,"dropout":0.0},
    "text_config":{"hidden_size":1024,"eos_token_id":2,"vocab_size":49408,"max_position_embeddings":77,"num_attention_heads":16}})");
  BOOST_TEST(got.embed.value() == 640);
  BOOST_TEST(got.image.width.value() == 1280);
  BOOST_TEST(got.image.heads.value() == 16);
  BOOST_TEST((got.image.act == activation::gelu));
  BOOST_TEST(got.image.epsilon == 1e-6);
  BOOST_TEST(got.image.patch.value() == 14);
  BOOST_TEST(got.image.resolution.value() == 224);
  BOOST_TEST(got.image.layers.value() == 32);
  BOOST_TEST(got.image.mlp_width.value() == 5120);
  BOOST_TEST((got.text.act == activation::quick_gelu));
  BOOST_TEST(got.text.width.value() == 1024);
  BOOST_TEST(got.text.context.value() == 77);
  BOOST_TEST(got.text.vocabulary.value() == 49408);
  BOOST_TEST(got.end_id.value() == 2);
  BOOST_REQUIRE(got.warnings.size() == 1U);  // "dropout" is known to be inert
  BOOST_TEST(got.warnings[0].ends_with("fields: expected those of transformers' CLIP, got others too, which are not used: heads"));
}

BOOST_AUTO_TEST_CASE(what_nobody_knows_is_reported_where_transformers_ignores_it_and_refused_where_open_clip_builds_with_it) {
  const auto warned = [](const std::string& text) {
    const configuration got = from(read_hf_configuration, text);
    return got.warnings.empty() ? "" : got.warnings[0].substr(got.warnings[0].find("c.json: ") + 8);
  };
  const std::string unused = "fields: expected those of transformers' CLIP, got others too, which are not used: ";
  BOOST_TEST(warned(R"({"vision_config":{"novel":1},"text_config":{"novel":2,"empty":null,"off":false}})") ==
             unused + "vision_config.novel, text_config.novel");
  BOOST_TEST(warned(R"({"model_type":"clip_text_model","hidden_size":8,"image_size":32,"novel":1})") == unused + "novel");
  BOOST_TEST(warned(R"({"architectures":["LongModel"]})") ==
             "architectures: expected CLIPModel, or one of its towers with projection, got LongModel; read as CLIP");
  BOOST_TEST(refusal(read_hf_configuration, R"({"architectures":["EvaModel"],"auto_map":{"AutoModel":"m.EvaModel"}})")
                 .find("got EvaModel, a model with code of its own (auto_map), which is not supported") != std::string::npos);
  BOOST_TEST(
      refusal(read_hf_configuration, R"({"vision_config":{"pruned_heads":{"0":[1]}}})").find("vision_config.pruned_heads: expected {}") ==
      0U);
  const std::string known = ": expected none but the fields of open_clip's ";
  BOOST_TEST(refusal(read_open_clip_configuration, vision(R"("novel":1)")) ==
             "model_cfg.vision_cfg.novel" + known + "vision_cfg that are known here, got 1");
  BOOST_TEST(refusal(read_open_clip_configuration, text_tower(R"("novel":"x")")) ==
             "model_cfg.text_cfg.novel" + known + "text_cfg that are known here, got \"x\"");
  BOOST_TEST(refusal(read_open_clip_configuration, R"({"model_cfg":{"multimodal_cfg":{"width":8}}})")
                 .find("model_cfg.multimodal_cfg: expected no value") == 0U);
  BOOST_TEST(from(read_open_clip_configuration, R"({"model_cfg":{},"novel":1})").warnings.size() == 1U);
  BOOST_TEST(refusal(read_timm_configuration, R"({"architecture":"vit_base_patch32_clip_224","model_args":{"novel":true}})")
                 .find("model_args.novel: expected none but the fields of timm's CLIP") == 0U);
}

BOOST_AUTO_TEST_CASE(how_open_clips_tokenizer_cleans_is_read_and_its_other_arguments_are_refused) {
  const auto cleaning = [](const std::string& fields) { return from(read_open_clip_configuration, text_tower(fields)).text_cleaning; };
  BOOST_TEST(cleaning("") == "lower");
  BOOST_TEST(cleaning(R"("tokenizer_kwargs":{"clean":"canonicalize"})") == "canonicalize");
  BOOST_TEST(cleaning(R"("tokenizer_kwargs":{"clean":"whitespace"})") == "whitespace");
  BOOST_TEST(cleaning(R"("hf_tokenizer_name":"a/b","tokenizer_kwargs":{"clean":"whitespace"})") == "lower");  // the tokenizer lowers later
  const auto refused = [](const std::string& fields) { return refusal(read_open_clip_configuration, text_tower(fields)); };
  BOOST_TEST(refused(R"("tokenizer_kwargs":{"clean":"fix"})").find("model_cfg.text_cfg.tokenizer_kwargs.clean: expected \"lower\" or ") ==
             0U);
  BOOST_TEST(refused(R"("tokenizer_kwargs":{"strip_sep_token":true})").find("model_cfg.text_cfg.tokenizer_kwargs.strip_sep_token: ") == 0U);
  BOOST_TEST(refused(R"("tokenizer_kwargs":{"novel":1})").find("model_cfg.text_cfg.tokenizer_kwargs.novel: expected none but") == 0U);
  BOOST_TEST(refused(R"("hf_tokenizer_name":"a/b","tokenizer_mode":"clips")").find("model_cfg.text_cfg.tokenizer_mode: expected") == 0U);
  const configuration unused = from(read_open_clip_configuration, text_tower(R"("tokenizer_mode":"novel")"));
  BOOST_TEST_REQUIRE(unused.warnings.size() == 1U);
  BOOST_TEST(unused.warnings[0].ends_with(
      "tokenizer_mode: expected none without hf_tokenizer_name, got novel, which is not used, as in open_clip"));
  BOOST_TEST(from(read_open_clip_configuration, text_tower(R"("tokenizer_mode":"")")).warnings.empty());
  BOOST_TEST(refused(R"("tokenizer_mode":3)") == "model_cfg.text_cfg.tokenizer_mode: expected a text, got 3");
  const configuration masked = from(read_open_clip_configuration, text_tower(R"("tokenizer_kwargs":{"reduction_mask":"simple"})"));
  BOOST_TEST(masked.warnings.at(0).find("tokenizer_kwargs.reduction_mask: expected none, got simple") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_older_duplicates_win_and_null_is_absent) {
  const configuration got = from(read_hf_configuration, R"({"text_config":{"num_attention_heads":8,"hidden_size":512},
    "text_config_dict":{"num_attention_heads":12},"vision_config":null,"vision_config_dict":null})");
  BOOST_TEST(got.text.heads.value() == 12);
  BOOST_TEST(got.text.width.value() == 512);
  BOOST_TEST(got.image.heads.value() == 12);
}

BOOST_AUTO_TEST_CASE(a_single_tower_of_transformers_has_its_fields_at_the_top) {
  const configuration got = from(
      read_hf_configuration, R"({"model_type":"clip_vision_model","hidden_size":1024,"num_attention_heads":16,"image_size":[336,336]})");
  BOOST_TEST(got.image.width.value() == 1024);
  BOOST_TEST(got.image.heads.value() == 16);
  BOOST_TEST(got.image.resolution.value() == 336);
}

BOOST_AUTO_TEST_CASE(other_models_of_transformers_are_refused_by_the_name_of_the_field) {
  BOOST_TEST(refusal(read_hf_configuration, R"({"model_type":"siglip"})") ==
             "model_type: expected \"clip\" or \"clip_vision_model\" or \"clip_text_model\"" + std::string(changes) + ", got \"siglip\"");
  BOOST_TEST(refusal(read_hf_configuration, R"({"vision_config":{"hidden_act":"gelu_new"}})") ==
             "vision_config.hidden_act: expected \"quick_gelu\" or \"gelu\", got \"gelu_new\"");
  BOOST_TEST(refusal(read_hf_configuration, R"({"vision_config":{"num_channels":1}})") ==
             "vision_config.num_channels: expected 3" + std::string(changes) + ", got 1");
  BOOST_TEST(refusal(read_hf_configuration, R"({"text_config":{"hidden_size":"512"}})") ==
             "text_config.hidden_size: expected an integer from 0 to 1e9, got \"512\"");
  BOOST_TEST(refusal(read_hf_configuration, R"({"text_config":[]})") == "text_config: expected an object, got []");
}

BOOST_AUTO_TEST_CASE(open_clip_means_exact_gelu_unless_it_says_quick) {
  const configuration sparse = from(read_open_clip_configuration, R"({"model_cfg":{"embed_dim":512}})");
  BOOST_TEST((sparse.image.act == activation::gelu));
  BOOST_TEST((sparse.text.act == activation::gelu));
  BOOST_TEST(sparse.image.head_width.value() == 64);
  BOOST_TEST(sparse.text.heads.value() == 8);
  BOOST_TEST(!sparse.end_id.has_value());
  const configuration quick = from(read_open_clip_configuration, R"({"model_cfg":{"embed_dim":1024,"quick_gelu":true,
    "vision_cfg":{"image_size":224,"layers":[3,4,6,3],"width":64,"patch_size":null},
    "text_cfg":{"context_length":77,"vocab_size":49408,"width":512,"heads":8,"layers":12,"norm_kwargs":{"eps":1e-6}}}})");
  BOOST_TEST(!quick.image.act.has_value());  // a ResNet
  BOOST_TEST(!quick.image.layers.has_value());
  BOOST_TEST((quick.text.act == activation::quick_gelu));
  BOOST_TEST(quick.image.width.value() == 64);
  BOOST_TEST(quick.text.epsilon == 1e-6);
}

BOOST_AUTO_TEST_CASE(open_clips_fields_with_clips_values_are_accepted) {
  BOOST_CHECK_NO_THROW(from(read_open_clip_configuration, vision(R"("ls_init_value":null,"attentional_pool":false,"pool_type":"tok",
    "pos_embed_type":"learnable","timm_model_name":null,"act_kwargs":null,"norm_kwargs":null,"block_type":null,"patch_dropout":0.5)")));
  BOOST_CHECK_NO_THROW(
      from(read_open_clip_configuration, text_tower(R"("pool_type":"argmax","proj_type":"linear","pad_id":0,"embed_cls":false)")));
}

BOOST_AUTO_TEST_CASE(every_field_of_open_clip_that_changes_the_computation_is_refused_by_name) {
  for (const char* const field :
       {R"("ls_init_value":1e-5)", R"("attentional_pool":true)", R"("no_ln_pre":true)", R"("pos_embed_type":"sin_cos_2d")",
        R"("final_ln_after_pool":true)", R"("pool_type":"avg")", R"("block_type":"custom")", R"("qk_norm":true)",
        R"("scaled_cosine_attn":true)", R"("scale_heads":true)", R"("scale_attn_inner":true)", R"("scale_attn":true)", R"("scale_fc":true)",
        R"("timm_model_name":"vit_so400m")", R"("act_kwargs":{"approximate":"tanh"})", R"("norm_kwargs":{"bias":false})"}) {
    const std::string name = std::string(field).substr(1, std::string(field).find('"', 1) - 1);
    BOOST_TEST(refusal(read_open_clip_configuration, vision(field)).find("model_cfg.vision_cfg." + name + ": expected ") == 0U, field);
  }
  for (const char* const field :
       {R"("text_arch":"mpnet")", R"("hf_model_name":"roberta-base")", R"("embed_cls":true)", R"("no_causal_mask":true)",
        R"("final_ln_after_pool":true)", R"("pool_type":"last")", R"("proj_type":"none")", R"("proj_bias":true)", R"("pad_id":1)",
        R"("act_kwargs":{"a":1})", R"("norm_kwargs":{"elementwise_affine":false})"}) {
    const std::string name = std::string(field).substr(1, std::string(field).find('"', 1) - 1);
    BOOST_TEST(refusal(read_open_clip_configuration, text_tower(field)).find("model_cfg.text_cfg." + name + ": expected ") == 0U, field);
  }
  BOOST_TEST(refusal(read_open_clip_configuration, vision(R"("pool_type":"avg")")) ==
             "model_cfg.vision_cfg.pool_type: expected \"tok\"" + std::string(changes) + ", got \"avg\"");
  BOOST_TEST(refusal(read_open_clip_configuration, vision(R"("timm_model_name":"x")")) ==
             "model_cfg.vision_cfg.timm_model_name: expected no value" + std::string(changes) + ", got \"x\"");
}

BOOST_AUTO_TEST_CASE(a_tokenizer_of_transformers_is_accepted_where_its_vocabulary_is_as_large_as_clips) {
  for (const char* const fields :
       {R"("hf_tokenizer_name":"openai/clip-vit-base-patch32","vocab_size":49408)", R"("hf_tokenizer_name":"openai/clip-vit-base-patch32")",
        R"("hf_tokenizer_name":"","vocab_size":32000)", R"("hf_tokenizer_name":null,"vocab_size":32000)", R"("vocab_size":32000)"}) {
    BOOST_CHECK_NO_THROW(from(read_open_clip_configuration, text_tower(fields)));
  }
  // As open_clip's stock configuration ViT-H-14-worldwide.
  BOOST_TEST(refusal(read_open_clip_configuration, text_tower(R"("hf_tokenizer_name":"facebook/xlm-v-base","vocab_size":901629)")) ==
             "model_cfg.text_cfg.hf_tokenizer_name: expected none, or one of 49408 tokens as CLIP's (other tokenizers are not read), got "
             "\"facebook/xlm-v-base\" with 901629");
  BOOST_TEST(refusal(read_open_clip_configuration, text_tower(R"("hf_tokenizer_name":7)")) ==
             "model_cfg.text_cfg.hf_tokenizer_name: expected a text, got 7");
}

BOOST_AUTO_TEST_CASE(arguments_of_timm_are_accepted_with_the_values_of_clip_and_refused_by_name_with_others) {
  const auto with = [](const std::string& arguments) {
    return R"({"architecture":"vit_base_patch32_clip_224","model_args":{)" + arguments + "}}";
  };
  const configuration same =
      from(read_timm_configuration,
           with(R"("pre_norm":true,"final_norm":true,"fc_norm":null,"qkv_bias":true,"proj_bias":true,"qk_norm":false,"init_values":null,)"
                R"("class_token":true,"reg_tokens":0,"pos_embed":"learn","no_embed_class":false,"dynamic_img_size":false,)"
                R"("dynamic_img_pad":false,"global_pool":"token","drop_path_rate":0.1,"num_heads":12)"));
  BOOST_TEST(same.image.heads.value() == 12);
  BOOST_TEST(same.warnings.empty());
  const std::string changes = " (another value changes what the model computes), got ";
  for (const std::string name : {"pre_norm", "final_norm", "qkv_bias", "proj_bias", "class_token"}) {
    BOOST_TEST(refusal(read_timm_configuration, with("\"" + name + "\":false")) ==
               "model_args." + name + ": expected true" + changes + "false");
  }
  for (const std::string name : {"fc_norm", "qk_norm", "no_embed_class", "dynamic_img_size", "dynamic_img_pad"}) {
    BOOST_TEST(refusal(read_timm_configuration, with("\"" + name + "\":true")) ==
               "model_args." + name + ": expected false" + changes + "true");
  }
  BOOST_TEST(refusal(read_timm_configuration, with(R"("reg_tokens":4)")) == "model_args.reg_tokens: expected 0" + changes + "4");
  BOOST_TEST(refusal(read_timm_configuration, with(R"("pos_embed":"none")")) ==
             "model_args.pos_embed: expected \"learn\"" + changes + "\"none\"");
  BOOST_TEST(refusal(read_timm_configuration, with(R"("init_values":1e-5)")) ==
             "model_args.init_values: expected no value" + changes + "1e-05");
}

BOOST_AUTO_TEST_CASE(the_activation_of_timms_towers_is_in_their_names) {
  const auto act = [](const std::string& text) { return from(read_timm_configuration, text).image.act.value(); };
  BOOST_TEST((act(R"({"architecture":"vit_base_patch32_clip_quickgelu_224"})") == activation::quick_gelu));
  BOOST_TEST((act(R"({"architecture":"vit_base_patch32_clip_224"})") == activation::gelu));
  BOOST_TEST((act(R"({"architecture":"vit_base_patch32_clip_224","model_args":{"act_layer":"quick_gelu"}})") == activation::quick_gelu));
  const configuration odd =
      from(read_timm_configuration, R"({"architecture":"vit_base_patch32_clip_224","pretrained_cfg":{"tag":"openai"}})");
  BOOST_REQUIRE(odd.warnings.size() == 1U);
  BOOST_TEST(odd.warnings[0].find("expected quickgelu in its name, since OpenAI trained these weights with quick_gelu") !=
             std::string::npos);
  BOOST_TEST(from(read_timm_configuration, R"({"architecture":"resnet50_clip","pretrained_cfg":{"tag":"openai"}})").warnings.empty());
  BOOST_TEST(refusal(read_timm_configuration, R"({"architecture":"vit_base_patch16_224"})") ==
             "architecture: expected one of timm's with clip in its name, got \"vit_base_patch16_224\"");
  BOOST_TEST(refusal(read_timm_configuration, R"({"architecture":"vit_base_patch32_clip_224","global_pool":"avg"})")
                 .find("global_pool: expected") == 0U);
}
