/// Whole checkpoints: one of the tiny models with another configuration or another header of its weights.

#include <filesystem>

#include "../io/scratch.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/runtime/clip.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace {

namespace fs = std::filesystem;
using fewclip::io_error;
using fewclip::shape_error;
using fewclip::value_error;
using backend = fewclip::backend::cpu<float>;

struct model {
  std::string name;
  std::string folder;  // a copy, to be changed
  std::string configuration;
  std::string weights;
  std::string configuration_text;
  std::string weights_text;
};

std::size_t header_end(const std::string& weights) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < 8; ++i) length |= static_cast<std::size_t>(static_cast<unsigned char>(weights[i])) << (8 * i);
  return 8 + length;
}

const std::vector<model>& models() {
  static const std::vector<model> out = [] {
    std::vector<model> all;
    for (const char* const name : {"vit/hf", "vit/openai", "vit/timm", "resnet/openai", "resnet/timm"}) {
      model one{name, place("model" + std::to_string(all.size())), "", "", "", ""};
      fs::create_directory(one.folder);
      for (const auto& each : fs::directory_iterator(std::string(FEWCLIP_TEST_SOURCE_DIR "/golden/clip/") + name)) {
        const std::string copy = one.folder + "/" + each.path().filename().string();
        const bool is_weights = copy.ends_with(".safetensors");
        (is_weights ? one.weights : one.configuration) = copy;
        (is_weights ? one.weights_text : one.configuration_text) = scratch::read_text(each.path().string());
      }
      all.push_back(one);
    }
    return all;
  }();
  return out;
}

/// Loads a checkpoint and runs it once.
void load(const std::string& folder) {
  attempt<io_error, value_error, shape_error>(folder, [&] {
    const fewclip::runtime::clip<backend> clip(folder);
    if (clip.has_image()) {
      const fewclip::index side = clip.preprocessing().size;
      const std::vector<float> pixels(static_cast<std::size_t>(3 * side * side), 0.5F);
      const auto rows = clip.embed_images(fewclip::tensor<backend>::from_host(pixels.data(), {1, 3, side, side}));
      require(rows.columns() == clip.embed(), "a feature row of another width");
    }
    if (clip.has_text()) {
      const std::int32_t ids[]{1, 2, 99};
      require(clip.embed_tokens({ids, 1, 3}).columns() == clip.embed(), "a feature row of another width");
    }
  });
}

void read_checkpoint(bytes input) {
  const auto [way, content] = choice_of(input, 2 * models().size());
  const model& one = models()[way / 2];
  const std::string text = text_of(content);
  scratch::write_text(one.configuration, way % 2 == 0 ? text : one.configuration_text);
  scratch::write_text(one.weights, way % 2 == 0 ? one.weights_text
                                                : scratch::safetensors_text(text, one.weights_text.substr(header_end(one.weights_text))));
  load(one.folder);
}

std::vector<std::string> checkpoint_seeds() {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < models().size(); ++i) {
    const model& one = models()[i];
    out.push_back(static_cast<char>('0' + 2 * i) + one.configuration_text);
    out.push_back(static_cast<char>('1' + 2 * i) + one.weights_text.substr(8, header_end(one.weights_text) - 8));
  }
  return out;
}

}  // namespace

std::vector<target> checkpoint_targets() {
  return {{"checkpoint",
           read_checkpoint,
           checkpoint_seeds,
           {"\"hidden_size\"", "\"layers\"", "\"F32\"", "\"F16\"", "\"I64\"", "\"shape\"", "[32,32]", "\"head_width\"", "\"logit_scale\"",
            "\"quick_gelu\"", "1000000000"}}};
}

}  // namespace fuzz
