#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/compiled/clip.hpp"
#include "scratch_model.hpp"

namespace {

namespace fs = std::filesystem;

using model = fewclip::compiled::clip;
using writable_model = scratch_model;

}  // namespace

BOOST_AUTO_TEST_CASE(the_processor_of_transformers_5_wins_over_the_older_file_and_what_is_not_used_is_reported) {
  const auto has = [](const model& clip, const std::string& text) {
    const auto warnings = clip.info().warnings;
    return std::any_of(warnings.begin(), warnings.end(), [&](const std::string& each) { return each.find(text) != std::string::npos; });
  };
  const writable_model here("vit/hf");
  BOOST_TEST(has(model(here.path()), "preprocessing of images: expected a file beside the weights that describes it, got none; OpenAI's"));
  const std::string settings = R"({"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}, "resample": 2,
    "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "image_processor_type": "CLIPImageProcessor"})";
  scratch::write_text(here.file("preprocessor_config.json"), "{}");
  scratch::write_text(here.file("processor_config.json"), R"({"processor_class": "CLIPProcessor"})");  // transformers 4: not about images
  BOOST_TEST(model(here.path()).info().preprocessing_source == here.file("preprocessor_config.json"));
  BOOST_TEST(model(here.path()).info().warnings.empty());
  scratch::write_text(here.file("processor_config.json"), R"({"processor_class": "CLIPProcessor", "image_processor": )" + settings + "}");
  const model clip(here.path());
  BOOST_TEST(clip.info().preprocessing_source == here.file("processor_config.json"));
  BOOST_TEST(clip.preprocessing().mean[0] == 0.5F);
  BOOST_TEST((clip.preprocessing().filter == fewclip::images::resample_filter::bilinear));
  BOOST_TEST(has(clip, "preprocessor_config.json: use: expected none, since"));
  scratch::write_text(here.file("preprocessor_config.json"), settings);  // says the same
  BOOST_TEST(model(here.path()).info().warnings.empty());
  scratch::write_text(here.file("video_preprocessor_config.json"), "{}");
  BOOST_TEST(has(model(here.path()), "video_preprocessor_config.json: use: expected none"));
  here.replace("processor_config.json", "\"resample\": 2", "\"resample\": 2, \"novel\": 1");
  BOOST_TEST(here.refusal().find("processor_config.json: image_processor: setting `novel`: expected none") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_of_the_preprocessing_that_are_out_of_range_are_refused_by_file_and_place) {
  const writable_model timm("vit/timm");
  timm.replace("config.json", "0.26862954", "-0.26862954");
  BOOST_TEST(timm.refusal().find("config.json: pretrained_cfg: std: expected finite numbers above 0, got -0.") != std::string::npos,
             timm.refusal());
  const writable_model hf("vit/hf");
  scratch::write_text(hf.file("preprocessor_config.json"), R"({"size": 32, "crop_size": 32, "image_std": [1, 0, 1]})");
  BOOST_TEST(hf.refusal().find("preprocessor_config.json: image_std: expected finite numbers above 0, got `[1,0,1]`") != std::string::npos,
             hf.refusal());
}

BOOST_AUTO_TEST_CASE(settings_beside_a_vocabulary_that_would_change_the_ids_are_refused_and_unknown_ones_reported) {
  const writable_model here("vit/hf");
  here.enlarge_table();
  here.add_vocabulary();
  scratch::write_text(here.file("preprocessor_config.json"), "{}");
  const auto refused = [&](const std::string& name, const std::string& content) {
    scratch::write_text(here.file(name), content);
    std::string out = here.refusal();
    fs::remove(here.file(name));
    return out.find(name) == std::string::npos ? out : out.substr(out.find(name));
  };
  const std::string config = "tokenizer_config.json";
  BOOST_TEST(refused(config, R"({"tokenizer_class": "BertTokenizer"})") ==
             config + ": tokenizer_class: expected \"CLIPTokenizer\", got \"BertTokenizer\"");
  BOOST_TEST(
      refused(config, R"({"eos_token": {"content": "</s>"}})").starts_with(config + ": eos_token: expected \"<|endoftext|>\", as in"));
  BOOST_TEST(
      refused(config, R"({"added_tokens_decoder": {"516": {"content": "<sks>"}}})").starts_with(config + ": added_tokens_decoder: "));
  BOOST_TEST(refused(config, R"({"add_bos_token": false})") == config + ": add_bos_token: expected true, got false");
  BOOST_TEST(refused(config, R"({"padding_side": "left"})") == config + ": padding_side: expected \"right\", got \"left\"");
  BOOST_TEST(refused("special_tokens_map.json", R"({"bos_token": "<s>"})").starts_with("special_tokens_map.json: bos_token: expected"));
  BOOST_TEST(refused("added_tokens.json", R"({"<sks>": 516})") ==
             "added_tokens.json: `<sks>`: expected a token of a tokenizer.json, got 516");
  scratch::write_text(here.file(config), R"({"tokenizer_class": "CLIPTokenizer", "eos_token": {"content": "<|endoftext|>"}, "novel": 1,
    "pad_token": "[PAD]", "do_lower_case": true, "model_max_length": 8, "added_tokens_decoder": {"515": {"content": "<|endoftext|>"}}})");
  const auto warnings = model(here.path()).info().warnings;
  BOOST_REQUIRE(warnings.size() == 2U);
  BOOST_TEST(warnings[0].find("model_max_length: expected at least 16, the context of the text tower, which is used, got 8") !=
             std::string::npos);
  BOOST_TEST(warnings[1].find("got others too, which are not used: novel") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_ordinary_token_that_the_settings_list_is_found_in_texts_as_transformers_does) {
  using ids = std::vector<fewclip::tokenizer::token_id>;
  const writable_model here("vit/hf");
  here.enlarge_table();
  here.add_vocabulary();
  scratch::write_text(here.file("preprocessor_config.json"), "{}");
  const auto encoded = [&](const std::string& text) { return model(here.path()).tokenizer().encode(text); };
  BOOST_TEST((encoded("the! !!") == ids{513, 256, 0, 256}));  // as by transformers 5.24, as below
  for (const auto& [name, content] :
       {std::pair("tokenizer_config.json", R"({"added_tokens_decoder": {"0": {"content": "!", "normalized": false, "special": true}}})"),
        std::pair("tokenizer_config.json", R"({"pad_token": "!", "additional_special_tokens": ["!"]})"),
        std::pair("special_tokens_map.json", R"({"pad_token": {"content": "!"}})"), std::pair("added_tokens.json", R"({"!": 0})")}) {
    scratch::write_text(here.file(name), content);
    BOOST_TEST((encoded("the! !!") == ids{513, 0, 0, 0}), content);
    const auto warnings = model(here.path()).info().warnings;
    BOOST_TEST_REQUIRE(warnings.size() == 1U, content);
    BOOST_TEST(warnings[0] == here.file(name) +
                                  ": listed tokens: expected some that stand in no text, got ordinary ones of the vocabulary, which are "
                                  "found in texts before these are split, as by transformers: !");
    fs::remove(here.file(name));
  }
  const auto refused = [&](const std::string& content) {
    scratch::write_text(here.file("tokenizer_config.json"), content);
    return here.refusal().substr(here.file("tokenizer_config.json").size());
  };
  BOOST_TEST(refused(R"({"added_tokens_decoder": {"7": {"content": "!"}}})") ==
             ": added_tokens_decoder: expected 0 for the id of `!`, as in the vocabulary, got \"7\"");
  BOOST_TEST(refused(R"({"pad_token": "!", "split_special_tokens": true})") ==
             ": split_special_tokens: expected false, got true beside added tokens");
  BOOST_TEST(refused(R"({"added_tokens_decoder": {"0": {"content": "!", "special": 1}}})")
                 .starts_with(": added_tokens_decoder: expected true or false for special, got {"));
  scratch::write_text(here.file("added_tokens.json"), R"({"!": 0})");
  BOOST_TEST(refused(R"({"split_special_tokens": true})") == ": split_special_tokens: expected false, got true beside added tokens");
}

BOOST_AUTO_TEST_CASE(merges_with_a_table_in_open_clips_spelling_are_read_beside_settings_that_list_their_tokens) {
  const writable_model here("vit/hf");
  here.enlarge_table(49408);
  here.add_older_vocabulary({"<start_of_text>", "<end_of_text>"});
  scratch::write_text(here.file("preprocessor_config.json"), "{}");
  scratch::write_text(here.file("tokenizer_config.json"), R"({"tokenizer_class": "CLIPTokenizer", "bos_token": "<start_of_text>",
    "eos_token": {"content": "<end_of_text>"}, "unk_token": "<end_of_text>", "pad_token": "!", "added_tokens_decoder": {
    "0": {"content": "!", "special": true}, "49406": {"content": "<start_of_text>"}, "49407": {"content": "<end_of_text>"}}})");
  const model clip(here.path());
  BOOST_TEST(clip.tokenizer().words().token(49407) == "<end_of_text>");
  BOOST_TEST((clip.tokenizer().encode("b!") == std::vector<fewclip::tokenizer::token_id>{321, 0}));
  BOOST_TEST(clip.info().warnings.size() == 1U);
  here.replace("tokenizer_config.json", "\"bos_token\": \"<start_of_text>\"", "\"bos_token\": \"<|startoftext|>\"");
  BOOST_TEST(here.refusal().find("bos_token: expected \"<start_of_text>\", as in the vocabulary, got \"<|startoftext|>\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(texts_are_cleaned_as_the_configuration_says_or_the_caller_and_a_difference_to_transformers_is_found) {
  using fewclip::tokenizer::cleaning;
  const writable_model open_clip("vit/openai");
  open_clip.enlarge_table();
  open_clip.add_vocabulary();
  BOOST_TEST(model(open_clip.path()).info().cleaning == "openai");
  open_clip.replace("open_clip_config.json", "\"text_cfg\": {", "\"text_cfg\": {\"tokenizer_kwargs\": {\"clean\": \"canonicalize\"},");
  const model canonical(open_clip.path());
  BOOST_TEST(canonical.info().cleaning == "canonicalize");
  BOOST_TEST((canonical.tokenizer().encode("The!") == canonical.tokenizer().encode("the")));
  const writable_model hf("vit/hf");
  hf.enlarge_table();
  hf.add_vocabulary();
  const std::vector<std::string> texts{"the \"cat\"", "the &amp;", "th\xE2\x80\x99"};
  BOOST_TEST(model(hf.path()).text_of_two_readings(texts).value() == "the &amp;");
  BOOST_TEST(!model(hf.path()).text_of_two_readings(std::span(texts).first(1)));
  BOOST_TEST(!canonical.text_of_two_readings(texts));
  fewclip::runtime::clip_options options;
  options.cleaning = cleaning::transformers;
  const model chosen(hf.path(), options);
  BOOST_TEST(chosen.info().cleaning == "transformers");
  BOOST_TEST(!chosen.text_of_two_readings(texts));
}
