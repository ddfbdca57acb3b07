#include "fewclip/runtime/clip.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "../backend/products/bf16.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/backend/products/onednn.hpp"
#include "fewclip/compiled/clip.hpp"
#include "fewclip/layers/projection.hpp"

namespace {

namespace products = fewclip::products;
using fewclip::io::safetensors_file;
using on_f32 = fewclip::backend::cpu<float, products::onednn<products::f32>>;

const std::string golden = FEWCLIP_TEST_SOURCE_DIR "/golden/clip/";

/// Least cosine and largest relative difference of the features of a tiny model, by a provider of products, to those of open_clip.
void check(const char* provider, const std::string& name, double cosine, double relative) {
  using B = fewclip::compiled::backend;
  const struct choice {
    explicit choice(const char* chosen) { fewclip::compiled::products::choose(chosen); }
    ~choice() { fewclip::compiled::products::choose("eigen"); }
  } here(provider);
  const safetensors_file expected(golden + "expected.safetensors");
  const fewclip::runtime::clip<B> clip(golden + name);
  const std::string family = name.substr(0, name.find('/')) + ".quick_gelu.";
  const fewclip::index side = clip.preprocessing().size;
  std::vector<float> pixels;
  for (fewclip::index n = 0; n < 3; ++n) {
    for (fewclip::index c = 0; c < 3; ++c) {
      for (fewclip::index y = 0; y < side; ++y) {
        for (fewclip::index x = 0; x < side; ++x) {
          pixels.push_back(static_cast<float>((7 * n + 5 * c + 3 * y + 11 * x + x * y % 13) % 17) / 8.0F - 1.0F);
        }
      }
    }
  }
  const auto images = clip.embed_images(fewclip::tensor<B>::borrow(pixels.data(), {3, 3, side, side})).to_host();
  const auto off = fewclip::runtime::difference(images, expected.read<float>(family + "image_features"), 20);
  BOOST_TEST_INFO(name << ": cosine " << off.least_cosine << ", relative " << off.most_relative);
  BOOST_TEST(off.within(cosine, relative));
  if (!clip.has_text()) return;
  const auto ids = expected.read<std::int32_t>("token_ids");
  const auto texts = clip.embed_tokens({ids.data(), 4, 16}).to_host();
  BOOST_TEST(fewclip::runtime::difference(texts, expected.read<float>(family + "text_features"), 20).within(cosine, relative));
}

const std::vector<std::string> models{"vit/hf", "vit/openai", "vit/timm", "resnet/openai", "resnet/timm"};

}  // namespace

BOOST_DATA_TEST_CASE(features_by_onednn_are_those_of_open_clip, models, name) { check("onednn-f32", name, 0.999999, 1e-4); }

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(bf16::is_there))
BOOST_DATA_TEST_CASE(features_by_onednn_in_bf16_are_close_to_them, models, name) { check("onednn-bf16", name, 0.999, 0.1); }

BOOST_AUTO_TEST_CASE(a_projection_that_keeps_its_packed_weight_only_multiplies_as_before) {
  using tensor = fewclip::tensor<on_f32>;
  fewclip::layers::projection<on_f32> map(40, 70);
  std::vector<float> weight, rows;
  for (int i = 0; i < 40 * 70; ++i) weight.push_back(static_cast<float>(i * 7 % 23) / 11 - 1);
  for (int i = 0; i < 40 * 5; ++i) rows.push_back(static_cast<float>(i * 5 % 19) / 9 - 1);
  map.weight().mutable_value() = tensor::from_host(weight.data(), {70, 40});
  const tensor x = tensor::from_host(rows.data(), {5, 40});
  map.keep_packed_only();
  BOOST_TEST((map.weight().value().data() != nullptr));  // not packed yet
  map.prepare();
  const auto before = map.forward(x).to_host();
  map.keep_packed_only();
  BOOST_TEST((map.weight().value().data() == nullptr));
  BOOST_TEST(map.weight().value().extents().text() == (fewclip::shape{70, 40}).text());
  BOOST_TEST(map.forward(x).to_host() == before, boost::test_tools::per_element());
  map.weight().mutable_value() = tensor({70, 40});
  BOOST_TEST(map.forward(x).to_host() == std::vector<float>(350, 0.0F), boost::test_tools::per_element());
}
