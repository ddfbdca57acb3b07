#include "fewclip/io/preprocessing_config.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "scratch.hpp"

using fewclip::io::parse_preprocessing;
using fewclip::io::read_preprocessing;
using namespace fewclip::images;
using scratch::message_of;

namespace {

preprocessing parsed(const std::string& text) { return parse_preprocessing(text, "f.json"); }

std::string refusal(const std::string& text) {
  return message_of<fewclip::io_error>([&] { parsed(text); });
}

preprocessing with(void (*change)(preprocessing&)) {
  preprocessing out;
  change(out);
  return out;
}

/// The crop, and white below transparent colours, as transformers does since version 5.
void of_transformers(preprocessing& settings) {
  settings.crop = crop_mode::transformers;
  settings.transparency = transparency_rule::white;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_file_of_openais_checkpoints_in_transformers_is_read) {
  const std::string text = R"({
    "crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true,
    "do_rescale": true, "do_resize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "CLIPImageProcessor", "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3,
    "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 224}})";
  BOOST_TEST((parsed(text) == with(of_transformers)));
  const std::string old_text = R"({"crop_size": 336, "do_center_crop": true, "do_normalize": true, "do_resize": true,
    "feature_extractor_type": "CLIPFeatureExtractor", "resample": 3, "size": 336})";
  BOOST_TEST((parsed(old_text) == with([](auto& s) {
                of_transformers(s);
                s.size = 336;
              })));
  BOOST_TEST((parsed("{}") == with(of_transformers)));
}

BOOST_AUTO_TEST_CASE(every_setting_of_transformers_is_honoured) {
  const preprocessing got = parsed(
      R"({"size": {"shortest_edge": 256}, "crop_size": 240, "resample": 2, "image_mean": [0.1, 0.2, 0.3], "image_std": 0.5, "do_pad": false})");
  BOOST_TEST((got == preprocessing{.size = 240,
                                   .resize_to = 256,
                                   .filter = resample_filter::bilinear,
                                   .crop = crop_mode::transformers,
                                   .transparency = transparency_rule::white,
                                   .mean = {0.1F, 0.2F, 0.3F},
                                   .std = {0.5F, 0.5F, 0.5F}}));
  BOOST_TEST((parsed(R"({"do_normalize": false, "resample": 1})") == preprocessing{.filter = resample_filter::lanczos,
                                                                                   .crop = crop_mode::transformers,
                                                                                   .transparency = transparency_rule::white,
                                                                                   .mean = {0, 0, 0},
                                                                                   .std = {1, 1, 1}}));
  const preprocessing squashed = parsed(R"({"image_processor_type": "SiglipImageProcessor", "size": {"height": 384, "width": 384},
    "resample": 3, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]})");
  BOOST_TEST((squashed.mode == resize_mode::squash));
  BOOST_TEST(squashed.size == 384);
  BOOST_TEST((parsed(R"({"size": 128, "crop_size": 128, "default_to_square": true})").mode == resize_mode::squash));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_honoured_is_refused_by_name) {
  for (const std::string flag : {"do_resize", "do_rescale", "do_convert_rgb"}) {
    BOOST_TEST(refusal("{\"" + flag + "\": false}") == "f.json: " + flag + ": expected true, nothing else is implemented, got false");
  }
  BOOST_TEST(refusal(R"({"do_center_crop": false})") == "f.json: do_center_crop: expected true where size is the short side, got false");
  BOOST_TEST(refusal(R"({"resample": 4})") == "f.json: resample: expected a whole number from 0 to 3, got `4`");
  BOOST_TEST(refusal(R"({"rescale_factor": 1})") == "f.json: rescale_factor: expected 1/255, got `1`");
  BOOST_TEST(refusal(R"({"size": {"shortest_edge": 2, "longest_edge": 3}})") ==
             "f.json: size: expected shortest_edge alone, got `{\"longest_edge\":3,\"shortest_edge\":2}`");
  BOOST_TEST(refusal(R"({"size": {"height": 2, "width": 3}})") ==
             "f.json: size: expected two equal sides, got `{\"height\":2,\"width\":3}`");
  BOOST_TEST(refusal(R"({"size": {"height": 2, "width": 2}})") == "f.json: crop_size: expected 2, the size, got 224");
  BOOST_TEST(refusal(R"({"size": "large"})") == "f.json: size: expected a number, or two equal sides, got `\"large\"`");
  BOOST_TEST(refusal(R"({"size": 0})") == "f.json: size: expected a whole number from 1 to 4096, got `0`");
  BOOST_TEST(refusal(R"({"image_mean": [1, 2]})") == "f.json: image_mean: expected three numbers, got `[1,2]`");
  BOOST_TEST(refusal(R"({"do_normalize": 1})") == "f.json: do_normalize: expected true or false, got `1`");
  BOOST_TEST(refusal(R"({"do_pad": true})") == "f.json: setting `do_pad`: expected none but those of CLIPImageProcessor, got `true`");
  BOOST_TEST(refusal(R"({"data_format": "channels_last"})") == "f.json: data_format: expected channels_first, got `channels_last`");
  BOOST_TEST(refusal(R"({"image_processor_type": "ViTImageProcessor", "size": 224})") ==
             "f.json: resample: expected a value, as `ViTImageProcessor` is not CLIP's processor, got none");
  BOOST_TEST(refusal(R"({"image_std": 0})") == "f.json: image_std: expected finite numbers above 0, got `0`");
  BOOST_TEST(refusal(R"({"image_mean": [1e300, 0, 0]})") == "f.json: image_mean: expected finite numbers, got `[1e+300,0,0]`");
  BOOST_TEST(refusal(R"({"image_processor": {"image_std": -1}})") ==
             "f.json: image_processor: image_std: expected finite numbers above 0, got `-1`");
  BOOST_TEST(refusal(R"({"preprocess_cfg": {"std": [0, 1, 1]}})") ==
             "f.json: preprocess_cfg: std: expected finite numbers above 0, got `[0,1,1]`");
}

BOOST_AUTO_TEST_CASE(open_clips_configuration_is_read) {
  const preprocessing defaults = with([](auto& s) { s.order = colour_order::openai; });
  BOOST_TEST((parsed(R"({"model_cfg": {"embed_dim": 512}, "preprocess_cfg": {}})") == defaults));
  BOOST_TEST((parsed(R"({"preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}})") ==
              defaults));
  BOOST_TEST(parsed(R"({"model_cfg": {"vision_cfg": {"image_size": 288, "layers": 12}}})").size == 288);
  BOOST_TEST(parse_preprocessing(R"({"preprocess_cfg": {}})", "f.json", 336).size == 336);
  const std::string all = R"({"size": [256, 256], "mode": "RGB", "mean": [0.5, 0.5, 0.5], "std": [0.4, 0.5, 0.6],
    "interpolation": "bilinear", "resize_mode": "longest", "fill_color": 127})";
  const preprocessing expected{.size = 256,
                               .mode = resize_mode::longest,
                               .filter = resample_filter::bilinear,
                               .order = colour_order::openai,
                               .fill = 127,
                               .mean = {0.5F, 0.5F, 0.5F},
                               .std = {0.4F, 0.5F, 0.6F}};
  BOOST_TEST((parsed(all) == expected));
  BOOST_TEST((parsed("{\"preprocess_cfg\": " + all + "}") == expected));
  BOOST_TEST((parsed(R"({"interpolation": "random", "resize_mode": "squash"})").mode == resize_mode::squash));
}

BOOST_AUTO_TEST_CASE(what_of_open_clip_cannot_be_honoured_is_refused_by_name) {
  const auto inner = [](const std::string& text) { return refusal("{\"preprocess_cfg\": " + text + "}"); };
  const std::string start = "f.json: preprocess_cfg: ";
  BOOST_TEST(inner(R"({"interpolation": "nearest"})") == start + "interpolation: expected bicubic, bilinear or random, got `nearest`");
  BOOST_TEST(inner(R"({"resize_mode": "crop"})") == start + "resize_mode: expected shortest, squash or longest, got `crop`");
  BOOST_TEST(inner(R"({"mode": "L"})") == start + "mode: expected RGB, got `L`");
  BOOST_TEST(inner(R"({"size": [224, 336]})") == start + "size: expected two equal sides, got `[224,336]`");
  BOOST_TEST(inner(R"({"fill_color": 256})") == start + "fill_color: expected a whole number from 0 to 255, got `256`");
  BOOST_TEST(inner(R"({"blur": 2})") == start + "setting `blur`: expected none but those of open_clip's PreprocessCfg, got `2`");
  BOOST_TEST(inner("[]") == start + "content: expected a JSON object, got JSON of type array");
}

BOOST_AUTO_TEST_CASE(files_are_read_and_other_content_is_refused) {
  const scratch::directory here;
  const std::string path = here.file("preprocessor_config.json");
  scratch::write_text(path, R"({"size": 384, "crop_size": 384})");
  BOOST_TEST(read_preprocessing(path).size == 384);
  scratch::write_text(path, "{");
  BOOST_TEST(message_of<fewclip::io_error>([&] { read_preprocessing(path); }) ==
             path + ": content: expected JSON, got malformed JSON at byte 2");
  BOOST_TEST(refusal("[1]") == "f.json: content: expected a JSON object, got JSON of type array");
  BOOST_CHECK_THROW(read_preprocessing(here.file("none")), fewclip::io_error);
}
