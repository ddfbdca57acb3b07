/// The JSON files beside weights.

#include <filesystem>

#include "../io/scratch.hpp"
#include "fewclip/checkpoints/configuration.hpp"
#include "fewclip/checkpoints/weight_files.hpp"
#include "fewclip/io/preprocessing_config.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace {

namespace checkpoints = fewclip::checkpoints;
namespace io = fewclip::io;
using fewclip::io_error;
using fewclip::value_error;

void read_configuration(bytes input) {
  const auto [way, content] = choice_of(input, 3);
  const std::string path = written("config.json", content);
  attempt<io_error>(path, [&, way = way] {
    if (way == 0) static_cast<void>(checkpoints::read_hf_configuration(path));
    if (way == 1) static_cast<void>(checkpoints::read_open_clip_configuration(path));
    if (way == 2) static_cast<void>(checkpoints::read_timm_configuration(path));
  });
}

void read_preprocessing(bytes input) {
  attempt<io_error>("fuzz.json", [&] {
    const auto read = io::parse_preprocessing(text_of(input), "fuzz.json");
    read.check();
  });
}

/// A folder with the two shards of the seed.
const std::string& shards() {
  static const std::string folder = [] {
    const std::string path = place("shards");
    std::filesystem::create_directory(path);
    for (const char* const names : {"ab", "c"}) {
      io::safetensors_writer writer;
      for (const char* name = names; *name != '\0'; ++name) writer.add(std::string(1, *name), {2}, std::vector<float>{1, 2});
      writer.write(path + (names[0] == 'a' ? "/model-1.safetensors" : "/model-2.safetensors"));
    }
    return path;
  }();
  return folder;
}

void read_shards(bytes input) {
  const std::string path = shards() + "/model.safetensors.index.json";
  scratch::write_text(path, text_of(input));
  attempt<io_error>(shards(), [&] {
    const checkpoints::weight_files files(path);
    for (const auto& [name, tensor] : files.tensors()) require(tensor.info().name == tensor.name, "a tensor has another name in its file");
  });
}

}  // namespace

std::vector<target> configuration_targets() {
  return {{"configuration",
           read_configuration,
           no_more_seeds,
           {"\"model_type\"", "\"clip\"", "\"hidden_size\"", "\"text_config\"", "\"vision_cfg\"", "\"layers\"", "[2, 2, 2, 2]",
            "\"architecture\"", "\"quick_gelu\"", "1000000000"}},
          {"preprocessing",
           read_preprocessing,
           no_more_seeds,
           {"\"size\"", "\"shortest_edge\"", "\"height\"", "\"resample\"", "\"image_mean\"", "[0.5, 0.5, 0.5]", "\"crop_size\"", "false",
            "4096"}},
          {"shards", read_shards, no_more_seeds, {"\"weight_map\"", "\"model-1.safetensors\"", "\".\"", "\"..\"", "\"a\"", "\\\\", "C:"}}};
}

}  // namespace fuzz
