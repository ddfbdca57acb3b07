#include "fewclip/compiled/clip.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "fewclip/runtime/clip_info.hpp"

// What a user writes who wants features of images and texts, and short compile times.
BOOST_AUTO_TEST_CASE(both_towers_give_the_features_of_open_clip) {
  const std::string golden = FEWCLIP_TEST_SOURCE_DIR "/golden/clip/";
  const fewclip::io::safetensors_file expected(golden + "expected.safetensors");
  const auto ids = expected.read<std::int32_t>("token_ids");
  for (const std::string name : {"vit", "resnet"}) {
    const fewclip::compiled::clip clip(golden + name + "/openai");
    const auto texts = clip.embed_tokens({ids.data(), 4, 16}).to_host();
    BOOST_TEST(fewclip::runtime::difference(texts, expected.read<float>(name + ".quick_gelu.text_features"), 20).within(0.999999, 1e-4),
               name);
  }
}
