#include "fewclip/runtime/clip_parts.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/compiled/clip.hpp"
#include "fewclip/core/random.hpp"

using namespace fewclip;
using B = compiled::backend;
using runtime::row_kind;

namespace {

using fewclip::index;

std::shared_ptr<const runtime::clip<B>> model(const std::string& name) {
  return std::make_shared<const runtime::clip<B>>(FEWCLIP_TEST_SOURCE_DIR "/../examples/models/" + name);
}

/// Three pictures of noise.
tensor<B> pixels(index side) {
  const random_stream numbers(5);
  std::vector<float> values(static_cast<std::size_t>(3 * 3 * side * side));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(numbers.normal(i));
  return tensor<B>::from_host(values.data(), {3, 3, side, side});
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double out = a.size() == b.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) out = std::max(out, std::abs(static_cast<double>(a[i] - b[i])));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(pooling_the_tokens_gives_the_features_of_the_whole_tower) {
  for (const char* name : {"tangram-resnet", "tangram-vit"}) {
    const runtime::clip_parts<B> parts(model(name));
    const tensor<B> images = pixels(parts.model().preprocessing().size);
    const tensor<B> tokens = parts.rows(images, row_kind::tokens);
    BOOST_TEST_REQUIRE(tokens.columns() == parts.width(row_kind::tokens));
    const tensor<B> whole = parts.model().embed_images(images);
    std::vector<float> pooled;
    if (parts.is_resnet()) {
      const auto pooler = parts.attention_pooler().get<B>("test", "pooler");
      pooled = pooler->pool(tokens.reshaped({3, pooler->sizes().places, pooler->sizes().width})).to_host();
    } else {
      const auto pooler = parts.last_block().get<B>("test", "pooler");
      pooled = pooler->pool(tokens.reshaped({3, pooler->sizes().places, pooler->sizes().width})).to_host();
    }
    BOOST_TEST(largest_difference(pooled, whole.to_host()) < 1e-4, name);
  }
}

BOOST_AUTO_TEST_CASE(both_towers_with_weights_say_what_the_packed_ones_say) {
  const runtime::clip_parts<B> parts(model("tangram-vit"));
  const auto both = parts.both<runtime::clip_parts<B>::vit_clip>();
  const tensor<B> images = pixels(parts.model().preprocessing().size);
  BOOST_TEST(largest_difference(both.image().embed(images).to_host(), parts.model().embed_images(images).to_host()) < 1e-4);
  const auto row = parts.model().tokenizer().rows(std::vector<std::string>{"a red boat"});
  const matrix_view<std::int32_t> ids(row.ids.data(), 1, row.context);
  BOOST_TEST(largest_difference(both.text().encode(ids).to_host(), parts.model().embed_tokens(ids).to_host()) < 1e-4);
  BOOST_TEST(largest_difference(parts.text()->encode(ids).to_host(), parts.model().embed_tokens(ids).to_host()) < 1e-4);
}

BOOST_AUTO_TEST_CASE(text_with_its_source_has_rows_of_the_prompts_and_of_anchors) {
  const runtime::clip_parts<B> parts(model("tangram-resnet"));
  const std::vector<std::string> names{"boat", "house"};
  const prompts::class_prompts prompts(names, prompts::template_list({"a photo of a {}."}), {});
  const tensor<B> rows = parts.model().class_text(prompts);
  const class_text<B> text = parts.text_with_source(rows, names, "a photo of a {}.", {"bird", "fish", "tree"});
  BOOST_TEST(largest_difference(text.source()->class_rows().to_host(), rows.to_host()) < 1e-5);
  const std::vector<std::string> anchors{"bird", "fish", "tree"};
  const tensor<B> anchor_rows = parts.model().class_text({anchors, prompts::template_list({"a photo of a {}."}), {}});
  BOOST_TEST(largest_difference(text.source()->word_rows(text.source()->prompts().anchor_words).to_host(), anchor_rows.to_host()) < 1e-5);
}

BOOST_AUTO_TEST_CASE(a_part_that_is_not_there_is_named) {
  const auto says = [](const std::string& text) {
    return [text](const value_error& e) { return std::string(e.what()).find(text) != std::string::npos; };
  };
  const runtime::clip_parts<B> vit(model("tangram-vit"));
  const runtime::clip_parts<B> resnet(model("tangram-resnet"));
  BOOST_CHECK_EXCEPTION(vit.attention_pooler(), value_error, says("a ResNet with attention pooling"));
  BOOST_CHECK_EXCEPTION(resnet.last_block(), value_error, says("a vision transformer"));
  BOOST_CHECK_EXCEPTION(resnet.both<runtime::clip_parts<B>::vit_clip>(), value_error, says("a vision transformer"));
  BOOST_CHECK_EXCEPTION(runtime::clip_parts<B>(nullptr), value_error, says("a CLIP with an image tower"));
  const auto textless = std::make_shared<const runtime::clip<B>>(FEWCLIP_TEST_SOURCE_DIR "/golden/clip/resnet/timm");
  BOOST_CHECK_EXCEPTION(runtime::clip_parts<B>(textless).text(), value_error, says("text tower"));
}
