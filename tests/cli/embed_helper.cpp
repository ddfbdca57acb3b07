// embed_helper make FOLDER: a tiny CLIP with a vocabulary in FOLDER/model, and pictures in FOLDER/images/<class>/.
// embed_helper check FILE MODEL IMAGES: whether the features in FILE are those that the library computes for the files it names.
// embed_helper equal FILE TENSOR FILE TENSOR: whether two tensors are equal but for rounding.

#include <cmath>
#include <cstdio>
#include <exception>
#include <fewclip/compiled/clip.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <fewclip/io/safetensors_writer.hpp>
#include <fewclip/runtime/image_batches.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace {

namespace fs = std::filesystem;
using backend = fewclip::compiled::backend;
using fewclip::io::safetensors_file;

/// The tiny model of tests/golden/clip with six copies of its table of tokens, so that a byte vocabulary fits.
void make_model(const fs::path& folder) {
  const fs::path from = FEWCLIP_TEST_SOURCE_DIR "/golden/clip/vit/openai";
  fs::create_directories(folder);
  const safetensors_file file((from / "open_clip_model.safetensors").string());
  fewclip::io::safetensors_writer out;
  for (const auto& each : file.tensors()) {
    if (each.name != "token_embedding.weight") {
      out.add(each.name, each.type, each.shape, file.bytes(each.name));
      continue;
    }
    const auto table = file.read<float>(each.name);
    std::vector<float> larger;
    for (int part = 0; part < 6; ++part) {
      for (const float value : table) larger.push_back(value * static_cast<float>(1 + part) / 4);
    }
    out.add(each.name, {6 * each.shape[0], each.shape[1]}, larger);
  }
  out.write((folder / "open_clip_model.safetensors").string());
  const fewclip::io::mapped_file text((from / "open_clip_config.json").string());
  auto config = nlohmann::json::parse(std::string(reinterpret_cast<const char*>(text.bytes().data()), text.bytes().size()));
  config["model_cfg"]["text_cfg"]["vocab_size"] = 600;
  fewclip::io::write_file((folder / "open_clip_config.json").string(), std::string_view(config.dump(1)));
  fewclip::tokenizer::write_tokenizer_json((folder / "tokenizer.json").string(),
                                           fewclip::tokenizer::vocabulary::from_merges({"t h", "th e</w>"}));
}

/// A BMP file of 24 bits: a pattern that depends on the number.
std::string picture(unsigned number) {
  const unsigned width = 40 + number % 7, height = 36 + number % 5, stride = (3 * width + 3) / 4 * 4;
  std::string out = "BM";
  const auto put = [&](unsigned value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  };
  for (const unsigned value : {54 + stride * height, 0U, 54U, 40U, width, height}) put(value, 4);
  put(1, 2);
  put(24, 2);
  for (const unsigned value : {0U, stride * height, 2835U, 2835U, 0U, 0U}) put(value, 4);
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < 3 * width; ++x) put((number * 37 + x * (number % 11 + 1) + y * (number % 13 + 2) + x * y % 31) % 256, 1);
    for (unsigned x = 3 * width; x < stride; ++x) put(0, 1);
  }
  return out;
}

int make(const fs::path& folder) {
  make_model(folder / "model");
  const char* const classes[] = {"ant", "big_cat", "cow"};
  for (unsigned i = 0; i < 1200; ++i) {
    const fs::path here = folder / "images" / classes[i % 3];
    fs::create_directories(here);
    char name[16];
    std::snprintf(name, sizeof name, "%04u.bmp", i);
    fewclip::io::write_file((here / name).string(), std::string_view(picture(i)));
  }
  return 0;
}

/// 0 where the rows agree.
int compare(const std::string& what, const std::vector<float>& got, const std::vector<float>& expected, fewclip::index dim) {
  const auto off = fewclip::runtime::difference(got, expected, dim);
  if (off.rows > 0 && off.within(0.999999, 2e-5)) return 0;
  std::printf("%s: %lld rows, least cosine %.9f, largest relative difference %.2e\n", what.c_str(), static_cast<long long>(off.rows),
              off.least_cosine, off.most_relative);
  return 1;
}

int check(const std::string& path, const std::string& model, const std::string& images) {
  const fewclip::runtime::clip<backend> clip(model);
  const safetensors_file file(path);
  const bool unit = file.metadata().at("normalised") == "l2";
  const auto expected_of = [&](std::vector<float> rows) {
    const auto width = static_cast<std::size_t>(clip.embed());
    for (std::size_t row = 0; unit && row < rows.size(); row += width) {
      double squares = 0;
      for (std::size_t d = row; d < row + width; ++d) squares += static_cast<double>(rows[d]) * static_cast<double>(rows[d]);
      for (std::size_t d = row; d < row + width; ++d) rows[d] = static_cast<float>(static_cast<double>(rows[d]) / std::sqrt(squares));
    }
    return rows;
  };
  int failures = 0;
  if (file.metadata().contains("files")) {
    std::vector<float> rows;
    const auto& settings = clip.preprocessing();
    const auto side = settings.size;
    for (const auto& name : nlohmann::json::parse(file.metadata().at("files"))) {
      std::vector<float> pixels(settings.values());
      const std::string whole = (fs::path(images) / name.get<std::string>()).string();
      settings.apply(fewclip::images::decode_image(whole, {.keeps_alpha = true}), pixels);
      const auto row = clip.embed_images(fewclip::tensor<backend>::borrow(pixels.data(), {1, 3, side, side})).to_host();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    failures += compare("image_features", file.read<float>("image_features"), expected_of(rows), clip.embed());
  }
  if (file.metadata().contains("texts")) {
    const auto texts = nlohmann::json::parse(file.metadata().at("texts")).get<std::vector<std::string>>();
    failures += compare("text_features", file.read<float>("text_features"), expected_of(clip.embed_texts(texts).to_host()), clip.embed());
  }
  return failures;
}

int equal(const std::string& a, const std::string& of_a, const std::string& b, const std::string& of_b) {
  const safetensors_file one(a), other(b);
  return compare(of_a + " and " + of_b, one.read<float>(of_a), other.read<float>(of_b),
                 static_cast<fewclip::index>(other.info(of_b).shape.at(1)));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 2 && words[0] == "make") return make(words[1]);
    if (words.size() == 4 && words[0] == "check") return check(words[1], words[2], words[3]);
    if (words.size() == 5 && words[0] == "equal") return equal(words[1], words[2], words[3], words[4]);
    std::printf("embed_helper: unknown command\n");
  } catch (const std::exception& failure) {
    std::printf("embed_helper: %s\n", failure.what());
  }
  return 1;
}
