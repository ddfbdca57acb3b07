#include "fewclip/runtime/clip.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "../io/scratch.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "scratch_model.hpp"

namespace {

namespace fs = std::filesystem;

using fewclip::io::safetensors_file;
using backend = fewclip::backend::cpu<float>;
using model = fewclip::runtime::clip<backend>;
using tensor = fewclip::tensor<backend>;

const std::string golden = FEWCLIP_TEST_SOURCE_DIR "/golden/";

std::string folder(const std::string& name) { return golden + "clip/" + name; }

/// The rule in expected.safetensors.
std::vector<float> pixels(fewclip::index count, fewclip::index side) {
  std::vector<float> out;
  for (fewclip::index n = 0; n < count; ++n) {
    for (fewclip::index c = 0; c < 3; ++c) {
      for (fewclip::index y = 0; y < side; ++y) {
        for (fewclip::index x = 0; x < side; ++x) {
          out.push_back(static_cast<float>((7 * n + 5 * c + 3 * y + 11 * x + x * y % 13) % 17) / 8.0F - 1.0F);
        }
      }
    }
  }
  return out;
}

tensor three_images(fewclip::index side) { return tensor::from_host(pixels(3, side).data(), {3, 3, side, side}); }

const safetensors_file& expected() {
  static const safetensors_file file(golden + "clip/expected.safetensors");
  return file;
}

void check_close(const tensor& got, const std::string& name, double cosine = 0.999999, double relative = 1e-4) {
  const std::vector<float> host = got.to_host();
  const auto off = fewclip::runtime::difference(host, expected().read<float>(name), got.columns());
  BOOST_TEST_INFO(name << ": cosine " << off.least_cosine << ", relative " << off.most_relative);
  BOOST_TEST(off.within(cosine, relative));
}

using writable_model = scratch_model;

const std::vector<std::string> all_models{"vit/hf", "vit/openai", "vit/timm", "resnet/openai", "resnet/timm"};
const std::vector<std::string> text_models{"vit/hf", "vit/openai", "resnet/openai"};

std::string family(const std::string& name) { return name.substr(0, name.find('/')) + ".quick_gelu."; }

}  // namespace

BOOST_DATA_TEST_CASE(image_features_of_every_dialect_are_those_of_open_clip, all_models, name) {
  const model clip(folder(name));
  BOOST_TEST(clip.has_image());
  check_close(clip.embed_images(three_images(clip.preprocessing().size)), family(name) + "image_features");
}

BOOST_DATA_TEST_CASE(text_features_of_every_dialect_are_those_of_open_clip, text_models, name) {
  const model clip(folder(name));
  const auto ids = expected().read<std::int32_t>("token_ids");
  check_close(clip.embed_tokens({ids.data(), 4, 16}), family(name) + "text_features");
}

BOOST_AUTO_TEST_CASE(another_activation_gives_the_features_of_that_activation) {
  fewclip::runtime::clip_options options;
  options.weights.act = fewclip::encoders::activation::gelu;
  const model clip(folder("vit/hf"), options);
  check_close(clip.embed_images(three_images(32)), "vit.gelu.image_features");
}

BOOST_AUTO_TEST_CASE(features_do_not_depend_on_the_number_of_threads) {
  const int before = fewclip::threads();
  const model clip(folder("resnet/openai"));
  fewclip::set_threads(1);
  const auto one = clip.embed_images(three_images(64)).to_host();
  fewclip::set_threads(3);
  const auto three = clip.embed_images(three_images(64)).to_host();
  fewclip::set_threads(before);
  BOOST_TEST(one == three, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(info_tells_dialect_architecture_and_preprocessing) {
  const auto hf = model(folder("vit/hf")).info();
  BOOST_TEST(hf.dialect == "hf");
  BOOST_TEST(hf.backbone == "ViT-32x2/8@32");
  BOOST_TEST(hf.preprocessing_source == "default of hf");
  BOOST_TEST(hf.preprocessing.find("size=32 resize=shortest:32 filter=bicubic crop=transformers order=rgb_first") == 0U);
  BOOST_TEST(hf.file_bytes == fs::file_size(folder("vit/hf") + "/model.safetensors"));
  BOOST_TEST(hf.parameters == model(folder("vit/openai")).info().parameters);
  BOOST_TEST(hf.tokenizer == "");
  const auto openai = model(folder("resnet/openai")).info();
  BOOST_TEST(openai.preprocessing_source == folder("resnet/openai") + "/open_clip_config.json");
  BOOST_TEST(openai.preprocessing.find("size=64 resize=shortest:64 filter=bicubic crop=torchvision order=openai") == 0U);
  BOOST_TEST((openai.text && openai.text->context == 16));
  const auto timm = model(folder("vit/timm")).info();
  BOOST_TEST(timm.preprocessing.find("crop=torchvision order=rgb_first") != std::string::npos);
  BOOST_TEST(!timm.text);
}

BOOST_AUTO_TEST_CASE(the_digest_is_that_of_the_file) {
  const std::string path = folder("vit/timm") + "/model.safetensors";
  BOOST_TEST(model(path).weights_sha256() == fewclip::sha256_of(scratch::read_text(path)));
}

BOOST_AUTO_TEST_CASE(a_preprocessor_config_beside_the_weights_is_honoured) {
  const writable_model here("vit/hf");
  scratch::write_text(here.file("preprocessor_config.json"),
                      R"({"crop_size": 32, "size": 40, "do_center_crop": true, "do_resize": true, "do_normalize": true, "resample": 3,
                          "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "image_processor_type": "CLIPImageProcessor"})");
  const model clip(here.path());
  BOOST_TEST(clip.preprocessing().resize_to == 40);
  BOOST_TEST(clip.preprocessing().mean[1] == 0.5F);
  scratch::write_text(here.file("preprocessor_config.json"),
                      R"({"crop_size": 24, "size": 24, "image_processor_type": "CLIPImageProcessor"})");
  const std::string message = scratch::message_of<fewclip::io_error>([&] { const model wrong(here.path()); });
  BOOST_TEST(message.find("expected 32, the resolution of the image tower, got 24") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(a_tower_that_is_not_wanted_is_not_loaded) {
  fewclip::runtime::clip_options options;
  options.image = false;
  const model clip(folder("vit/hf"), options);
  BOOST_TEST(!clip.has_image());
  BOOST_TEST(clip.has_text());
  BOOST_TEST(scratch::message_of<fewclip::value_error>([&] {
               clip.embed_images(three_images(32));
             }).find("embed_images: expected an image tower, got none") != std::string::npos);
  const model timm(folder("vit/timm"));
  const std::vector<std::string> texts{"a"};
  BOOST_TEST(scratch::message_of<fewclip::value_error>([&] { timm.embed_texts(texts); }).find("expected a text tower") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(texts_need_a_vocabulary_no_larger_than_the_tower) {
  const writable_model here("vit/hf");
  const std::vector<std::string> texts{"a"};
  const model without(here.path());
  BOOST_TEST(!without.has_tokenizer());
  BOOST_TEST(scratch::message_of<fewclip::value_error>([&] { without.embed_texts(texts); }).find("merges.txt") != std::string::npos);
  here.add_vocabulary();
  const std::string message = scratch::message_of<fewclip::io_error>([&] { const model large(here.path()); });
  BOOST_TEST(message.find("tokens: expected at most 100, as the text tower, got 516") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(texts_go_through_tokenizer_and_tower) {
  const writable_model here("vit/openai");
  here.enlarge_table();
  here.add_vocabulary();
  const model clip(here.path());
  BOOST_TEST(clip.info().tokenizer == here.file("tokenizer.json"));
  const std::vector<std::string> texts{"the cat", "a"};
  const auto& words = clip.tokenizer().words();
  std::vector<std::int32_t> ids(32, 0);
  const auto put = [&](std::size_t row, const std::vector<std::int32_t>& tokens) {
    std::copy(tokens.begin(), tokens.end(), ids.begin() + static_cast<std::ptrdiff_t>(16 * row));
  };
  const auto the = *words.id_of("the</w>");
  put(0, {words.start(), the, *words.id_of("c"), *words.id_of("a"), *words.id_of("t</w>"), words.end()});
  put(1, {words.start(), *words.id_of("a</w>"), words.end()});
  BOOST_TEST(clip.embed_texts(texts).to_host() == clip.embed_tokens({ids.data(), 2, 16}).to_host(), boost::test_tools::per_element());

  const fewclip::prompts::class_prompts prompts({"cat", "dog"}, fewclip::prompts::template_list({"the {}", "a {}"}));
  const auto rows = clip.class_text(prompts).to_host();
  const auto raw = clip.embed_texts(prompts.flat()).to_host();
  const auto by_hand = fewclip::prompts::class_rows<float>(raw, 20, std::vector<fewclip::index>{2, 2});
  BOOST_TEST(rows == by_hand, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_self_test_of_a_directory_passes_with_the_right_features_and_fails_with_others) {
  const writable_model here("vit/hf");
  BOOST_TEST(!model(here.path()).self_test());
  auto features = expected().read<float>("vit.quick_gelu.image_features");
  const auto write = [&] {
    fewclip::io::safetensors_writer out;
    out.add("pixels", {3, 3, 32, 32}, pixels(3, 32));
    out.add("image_features", {3, 20}, features);
    out.add("token_ids", {4, 16}, expected().read<std::int64_t>("token_ids"));
    out.add("text_features", {4, 20}, expected().read<float>("vit.quick_gelu.text_features"));
    out.write(here.file(model::self_test_name));
  };
  write();
  const auto good = model(here.path()).self_test();
  BOOST_REQUIRE(good);
  BOOST_TEST(good->image.rows == 3);
  BOOST_TEST(good->text.rows == 4);
  BOOST_TEST((good->image.within() && good->text.within()));
  features[7] += 0.01F;
  write();
  const auto bad = model(here.path()).self_test();
  BOOST_TEST((!bad->image.within() && bad->text.within()));
}
