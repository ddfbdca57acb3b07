#include "fewclip/checkpoints/checkpoint.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "fewclip/core/half.hpp"
#include "fixtures.hpp"

using namespace fewclip::checkpoints;
using fewclip::shape;
using fixtures::all_values;
using fixtures::changed_model;
using fixtures::cpu;
using fixtures::cpu_double;
using fixtures::entry;
namespace enc = fewclip::encoders;

namespace {

const enc::vision_transformer_architecture tiny_vit{
    .width = 32, .layers = 2, .heads = 2, .patch = 8, .resolution = 32, .mlp_width = 64, .embed = 20};
const enc::resnet_architecture tiny_resnet{.blocks = {1, 2, 1, 1}, .width = 4, .resolution = 64, .heads = 2, .embed = 20};

enc::text_architecture tiny_text(enc::text_pooling pooling) {
  return {.width = 24,
          .layers = 2,
          .heads = 2,
          .mlp_width = 48,
          .context = 16,
          .vocabulary = 100,
          .embed = 20,
          .pooling = pooling,
          .end_id = 99};
}

/// Whether an address lies in a map of this file.
bool is_mapped_from(const void* address, const std::string& path) {
  std::ifstream maps("/proc/self/maps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    std::size_t dash = 0;
    const std::uintptr_t begin = std::stoull(line, &dash, 16);
    const std::uintptr_t end = std::stoull(line.substr(dash + 1), nullptr, 16);
    if (wanted >= begin && wanted < end) return line.size() >= path.size() && line.substr(line.size() - path.size()) == path;
  }
  return false;
}

/// Every stored type that holds the weights exactly, since they are numbers of F16.
void store_as(std::vector<entry>& entries, fewclip::io::dtype type) {
  for (entry& e : entries) e.type = type;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_dialect_gives_the_architecture_that_was_written) {
  for (const char* const name : {"vit/hf", "vit/openai", "vit/timm"}) {
    const checkpoint opened(fixtures::model(name));
    BOOST_REQUIRE(opened.image().has_value());
    BOOST_TEST((std::get<enc::vision_transformer_architecture>(*opened.image()) == tiny_vit), name);
    BOOST_TEST(opened.warnings().empty(), name);
  }
  for (const char* const name : {"resnet/openai", "resnet/timm"}) {
    const checkpoint opened(fixtures::model(name));
    BOOST_TEST((std::get<enc::resnet_architecture>(*opened.image()) == tiny_resnet), name);
    BOOST_TEST(opened.warnings().empty(), name);
  }
  BOOST_TEST((*checkpoint(fixtures::model("vit/hf")).text() == tiny_text(enc::text_pooling::end_of_text)));
  BOOST_TEST((*checkpoint(fixtures::model("vit/openai")).text() == tiny_text(enc::text_pooling::argmax)));
  BOOST_TEST((*checkpoint(fixtures::model("resnet/openai")).text() == tiny_text(enc::text_pooling::argmax)));
  BOOST_TEST(!checkpoint(fixtures::model("vit/timm")).text().has_value());
}

BOOST_AUTO_TEST_CASE(parameters_logit_scale_and_paths_are_those_of_the_files) {
  const checkpoint whole(fixtures::model("vit/hf"));
  BOOST_TEST(whole.parameters() == 37633);
  BOOST_TEST(whole.logit_scale().value() == 4.60546875);  // 4.6052 rounded to F16
  BOOST_TEST(whole.path() == fixtures::weights("vit/hf"));
  BOOST_TEST((whole.weight_paths() == std::vector<std::string>{fixtures::weights("vit/hf")}));
  BOOST_TEST(whole.configuration_path() == fixtures::model("vit/hf/config.json"));
  BOOST_TEST(whole.preprocessing_path() == "");
  const checkpoint tower(fixtures::model("vit/timm"));
  BOOST_TEST(!tower.logit_scale().has_value());
  BOOST_TEST(tower.preprocessing_path() == fixtures::model("vit/timm/config.json"));
  BOOST_TEST(checkpoint(fixtures::model("vit/openai")).preprocessing_path() == fixtures::model("vit/openai/open_clip_config.json"));
}

// The files were written by three libraries, which compute the same with them.
BOOST_AUTO_TEST_CASE(all_dialects_give_the_same_numbers_bit_for_bit) {
  const auto hf = all_values(checkpoint(fixtures::model("vit/hf")));
  const auto openai = all_values(checkpoint(fixtures::model("vit/openai")));
  const auto timm = all_values(checkpoint(fixtures::model("vit/timm")));
  BOOST_TEST((hf == openai));
  BOOST_TEST(timm.size() == 32U);
  for (const auto& [name, values] : timm) BOOST_TEST((hf.at(name) == values), name);
  const auto resnet = all_values(checkpoint(fixtures::model("resnet/openai")));
  for (const auto& [name, values] : all_values(checkpoint(fixtures::model("resnet/timm")))) BOOST_TEST((resnet.at(name) == values), name);
}

BOOST_AUTO_TEST_CASE(the_projection_of_the_openai_dialect_is_transposed) {
  const fewclip::io::safetensors_file file(fixtures::weights("vit/openai"));
  const std::vector<float> stored = file.read<float>("text_projection");  // [24, 20]
  const auto got = checkpoint(fixtures::model("vit/openai")).read<cpu>("text_projection", {20, 24}).to_host();
  BOOST_TEST(got[1] == stored[20]);
  BOOST_TEST(got[24] == stored[1]);
  BOOST_TEST(got[19 * 24 + 23] == stored[23 * 20 + 19]);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_stored_as_wanted_are_a_part_of_the_mapped_file) {
  std::optional<checkpoint> opened(std::in_place, fixtures::model("vit/hf"));
  const auto patches = opened->read<cpu>("visual.conv1.weight", {32, 192});
  const auto projection = opened->read<cpu>("visual.proj", {20, 32});
  const auto stacked = opened->read<cpu>("visual.transformer.resblocks.0.attn.in_proj_weight", {96, 32});
  BOOST_TEST(is_mapped_from(patches.data(), fixtures::weights("vit/hf")));
  BOOST_TEST(is_mapped_from(projection.data(), fixtures::weights("vit/hf")));
  BOOST_TEST(!is_mapped_from(stacked.data(), fixtures::weights("vit/hf")));
  BOOST_TEST(!is_mapped_from(opened->read<cpu_double>("visual.proj", {20, 32}).data(), fixtures::weights("vit/hf")));
  BOOST_TEST(!is_mapped_from(checkpoint(fixtures::model("vit/openai")).read<cpu>("visual.conv1.weight", {32, 192}).data(),
                             fixtures::weights("vit/openai")));
  const std::vector<float> before = patches.to_host();
  opened->release_pages();
  BOOST_TEST((patches.to_host() == before));
  opened.reset();  // the tensor keeps the file
  BOOST_TEST((patches.to_host() == before));
  auto written = patches;
  written.mutable_data()[0] += 1;  // copy on write: the file is read-only
  BOOST_TEST((patches.to_host() == before));
}

BOOST_AUTO_TEST_CASE(every_stored_type_is_widened_to_every_scalar) {
  using fewclip::io::dtype;
  const auto expected = all_values(checkpoint(fixtures::model("vit/hf")));
  for (const dtype type : {dtype::f16, dtype::f64}) {
    const changed_model stored("vit/hf", [&](std::vector<entry>& entries) { store_as(entries, type); });
    BOOST_TEST((all_values(stored.open()) == expected));
  }
  const auto in_double = all_values<cpu_double>(checkpoint(fixtures::model("vit/hf")));
  for (const auto& [name, values] : expected) BOOST_TEST((in_double.at(name) == std::vector<double>(values.begin(), values.end())), name);
  const changed_model rounded("vit/openai", [](std::vector<entry>& entries) { store_as(entries, dtype::bf16); });
  for (const auto& [name, values] : all_values(rounded.open())) {
    std::vector<float> wanted = expected.at(name);
    for (float& value : wanted) value = fewclip::bf16_to_f32(fewclip::f32_to_bf16(value));
    BOOST_TEST((values == wanted), name);
  }
}

BOOST_AUTO_TEST_CASE(a_batch_norm_is_folded_into_its_convolution) {
  const changed_model model("resnet/openai", [](std::vector<entry>& entries) {
    store_as(entries, fewclip::io::dtype::f32);
    // Channel 1 of the second convolution: gamma 2 and variance 0.25 - eps make the factor 4; beta 1, mean 0.5 make the offset 1 - 0.5 * 4.
    fixtures::find(entries, "visual.bn2.weight").values[1] = 2;
    fixtures::find(entries, "visual.bn2.bias").values[1] = 1;
    fixtures::find(entries, "visual.bn2.running_mean").values[1] = 0.5F;
    fixtures::find(entries, "visual.bn2.running_var").values[1] = 0.25F - 1e-5F;
    std::vector<float>& weight = fixtures::find(entries, "visual.conv2.weight").values;  // [2, 2, 3, 3]
    for (std::size_t i = 0; i < 18; ++i) weight[18 + i] = static_cast<float>(i + 1);     // channel 0 is 1..9, channel 1 is 10..18
  });
  const checkpoint opened = model.open();
  const auto weight = opened.read<cpu>("visual.conv2.weight", {2, 18}).to_host();
  // Places outside, channels inside: 1, 10, 2, 11, ...
  for (std::size_t place = 0; place < 9; ++place) {
    BOOST_TEST(weight[18 + 2 * place] == 4 * static_cast<float>(place + 1), boost::test_tools::tolerance(1e-6F));
    BOOST_TEST(weight[18 + 2 * place + 1] == 4 * static_cast<float>(place + 10), boost::test_tools::tolerance(1e-6F));
  }
  BOOST_TEST(opened.read<cpu>("visual.conv2.bias", {2}).to_host()[1] == -1.0F, boost::test_tools::tolerance(1e-6F));
}

BOOST_AUTO_TEST_CASE(names_of_parallel_training_and_of_the_custom_text_variant_are_understood) {
  const auto expected = all_values(checkpoint(fixtures::model("vit/openai")));
  const changed_model parallel("vit/openai", [](std::vector<entry>& entries) {
    for (entry& e : entries) e.name = "module." + e.name;
  });
  BOOST_TEST((all_values(parallel.open()) == expected));
  const changed_model custom("vit/openai", [](std::vector<entry>& entries) {
    for (entry& e : entries) {
      if (e.name.substr(0, 7) != "visual." && e.name != "logit_scale") e.name = "text." + e.name;
    }
  });
  BOOST_TEST((all_values(custom.open()) == expected));
  BOOST_TEST(custom.open().warnings().empty());
}

BOOST_AUTO_TEST_CASE(single_towers_open_and_a_logit_scale_may_have_one_extent) {
  const auto is_image = [](const entry& e) { return e.name.substr(0, 6) == "vision" || e.name.substr(0, 6) == "visual"; };
  const changed_model image("vit/hf",
                            [&](std::vector<entry>& entries) { std::erase_if(entries, [&](const entry& e) { return !is_image(e); }); });
  BOOST_TEST(image.open().parameters() == tiny_vit.parameters());
  BOOST_TEST(!image.open().text().has_value());
  const changed_model text("vit/hf", [&](std::vector<entry>& entries) {
    std::erase_if(entries, [&](const entry& e) { return is_image(e) || e.name == "logit_scale"; });
  });
  BOOST_TEST(!text.open().image().has_value());
  BOOST_TEST((*text.open().text() == tiny_text(enc::text_pooling::end_of_text)));
  const changed_model scale("vit/openai", [](std::vector<entry>& entries) { fixtures::find(entries, "logit_scale").extents = {1}; });
  BOOST_TEST(scale.open().logit_scale().value() == 4.60546875);
}

BOOST_AUTO_TEST_CASE(the_bytes_of_the_weights_can_be_visited_for_a_digest) {
  std::string got;
  checkpoint(fixtures::model("vit/openai")).visit_files([&](const std::string& path, std::span<const std::byte> bytes) {
    BOOST_TEST(path == fixtures::weights("vit/openai"));
    got += scratch::text_of(bytes);
  });
  BOOST_TEST((got == scratch::read_text(fixtures::weights("vit/openai"))));
}

BOOST_AUTO_TEST_CASE(a_file_opens_with_the_configuration_beside_it) {
  const checkpoint opened(fixtures::weights("vit/openai"));
  BOOST_TEST((std::get<enc::vision_transformer_architecture>(*opened.image()) == tiny_vit));
  BOOST_TEST(opened.configuration_path() == fixtures::model("vit/openai/open_clip_config.json"));
}

BOOST_AUTO_TEST_CASE(weights_are_checked_for_nan_on_request_only) {
  BOOST_CHECK_NO_THROW(checkpoint(fixtures::model("vit/hf")).check_finite());
  const changed_model bad(
      "vit/hf", [](std::vector<entry>& entries) { fixtures::find(entries, "vision_model.post_layernorm.bias").values[3] = std::nanf(""); });
  const checkpoint opened = bad.open();
  const std::string message = scratch::message_of<fewclip::value_error>([&] { opened.check_finite(); });
  BOOST_TEST(fixtures::contains(message, "tensor `vision_model.post_layernorm.bias`, element 3: expected a finite number, got nan"));
}
