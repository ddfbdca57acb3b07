// Pictures with sentences for contrastive pre-training, as one safetensors file.
//
//   tangram_captions [file] [count] [seed] [side] [first]
//
// writes pictures first .. first+count-1 of the seed's endless set: tensor `images` U8 [count, side, side, 3], and in the metadata `captions`, a JSON
// list of count texts. Defaults: 500 pictures of 64 pixels into a temporary file that is read again and removed. In Python:
//
//   with safetensors.safe_open("train.safetensors", "pt") as f:
//       images, captions = f.get_tensor("images"), json.loads(f.metadata()["captions"])

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fewclip/data/tangram/scenes.hpp>
#include <fewclip/io/safetensors.hpp>
#include <fewclip/io/safetensors_writer.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

/// The argument, or a default where it is missing or no number.
std::size_t number(int argc, char* argv[], int at, std::size_t otherwise) {
  if (at >= argc) return otherwise;
  char* end = nullptr;
  const unsigned long long value = std::strtoull(argv[at], &end, 10);
  return *end == '\0' ? static_cast<std::size_t>(value) : otherwise;
}

}  // namespace

int main(int argc, char* argv[]) {
  const bool keeps = argc > 1;
  std::string own = (std::filesystem::temp_directory_path() / "fewclip_tangram_captions-XXXXXX").string();
  if (!keeps && ::mkdtemp(own.data()) == nullptr) return 1;
  const std::string path = keeps ? argv[1] : own + "/captions.safetensors";
  const std::size_t count = number(argc, argv, 2, 500);
  const std::size_t seed = number(argc, argv, 3, 1);
  const std::size_t side = number(argc, argv, 4, 64);
  const std::size_t first = number(argc, argv, 5, 0);

  const auto start = std::chrono::steady_clock::now();
  std::vector<std::uint8_t> pixels;
  pixels.reserve(count * side * side * 3);
  std::vector<std::string> captions;
  for (std::size_t i = 0; i < count; ++i) {
    const auto made = fewclip::data::tangram::make_scene(seed, first + i, static_cast<fewclip::index>(side));
    const auto bytes = made.picture.bytes();
    pixels.insert(pixels.end(), bytes.begin(), bytes.end());
    captions.push_back(made.caption);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  fewclip::io::safetensors_writer writer;
  writer.add("images", {count, side, side, 3}, pixels);
  writer.metadata("captions", nlohmann::json(captions).dump());
  writer.metadata("seed", std::to_string(seed));
  writer.metadata("first", std::to_string(first));
  writer.write(path);
  std::printf("%zu pictures of %zu x %zu pixels, %.0f per second; the first: %s\n", count, side, side,
              static_cast<double>(count) / std::max(seconds, 1e-9), captions.empty() ? "none" : captions.front().c_str());
  if (keeps) return 0;

  const fewclip::io::safetensors_file file(path);
  const auto stored = file.bytes("images");
  const bool same = std::equal(stored.begin(), stored.end(), std::as_bytes(std::span(pixels)).begin());
  std::filesystem::remove_all(own);
  return same ? 0 : 1;
}
