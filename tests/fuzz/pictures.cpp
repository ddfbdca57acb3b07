/// Encoded pictures, from the files that the decoders are tested with.

#include <algorithm>

#include "fewclip/images/decode.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace {

using fewclip::io_error;
using fewclip::images::decode_image;
using fewclip::images::decode_options;
using fewclip::images::jpeg_decoder;

/// The files of these kinds.
std::vector<std::string> files_of(const std::vector<std::string>& kinds) {
  const fewclip::io::safetensors_file golden(FEWCLIP_TEST_SOURCE_DIR "/golden/images.safetensors");
  std::vector<std::string> out;
  for (const auto& tensor : golden.tensors()) {
    for (const std::string& kind : kinds) {
      if (tensor.name.starts_with("file." + kind)) out.push_back(text_of(golden.bytes(tensor.name)));
    }
  }
  return out;
}

void decode(bytes input, const decode_options& options) {
  attempt<io_error>("fuzz.img", [&] {
    const fewclip::image read = decode_image(input, "fuzz.img", options);
    require(read.width() > 0 && read.height() > 0 && read.width() * read.height() <= options.max_pixels,
            "a picture beyond the limits was read");
    require(options.keeps_alpha ? read.channels() >= 1 && read.channels() <= 4 : read.channels() == 3, "another number of channels");
    require(read.bytes().size() == static_cast<std::size_t>(read.width() * read.height() * read.channels()), "another number of bytes");
  });
}

constexpr fewclip::index most_pixels = 1 << 20;

void read_picture(bytes input) {
  for (const bool alpha : {false, true}) decode(input, {.keeps_alpha = alpha, .max_pixels = most_pixels});
}

void read_jpeg(bytes input) {
  decode(input, {.turns_upright = true, .max_pixels = most_pixels});
  decode(input, {.keeps_alpha = true, .jpeg = jpeg_decoder::stb, .max_pixels = most_pixels});
}

std::vector<std::string> picture_seeds() { return files_of({"png", "gif", "bmp"}); }
std::vector<std::string> jpeg_seeds() { return files_of({"jpeg", "orientation_6"}); }
std::vector<std::string> webp_seeds() { return files_of({"webp"}); }

}  // namespace

std::vector<target> picture_targets() {
  return {{"picture", read_picture, picture_seeds, {"IHDR", "IDAT", "PLTE", "tRNS", "IEND", "GIF89a", "GIF87a", "BM", "\x21\xF9\x04"}},
          {"jpeg",
           read_jpeg,
           jpeg_seeds,
           {"\xFF\xD8", "\xFF\xC0", "\xFF\xC2", "\xFF\xC4", "\xFF\xDA", "\xFF\xDB", "\xFF\xDD", "\xFF\xE1", "Exif", "Adobe"}},
          {"webp", read_picture, webp_seeds, {"RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"}}};
}

}  // namespace fuzz
