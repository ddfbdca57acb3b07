#define BOOST_TEST_MODULE images_decode_abuse
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "fewclip/images/decode.hpp"
#include "pictures.hpp"

using fewclip::image;
using fewclip::images::decode_image;
using fewclip::images::decode_options;
using fewclip::images::has_jpeg_turbo;
using fewclip::images::has_webp;
using fewclip::images::jpeg_decoder;
using scratch::message_of;

namespace {

std::string file(const std::string& name) { return scratch::text_of(pictures::golden().bytes("file." + name)); }

std::string refusal(const std::string& text, const decode_options& options = {}) {
  return message_of<fewclip::io_error>([&] { decode_image(scratch::bytes_of(text), "f", options); });
}

std::string big_32(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}

std::string chunk(const std::string& kind, const std::string& data) {
  return big_32(static_cast<std::uint32_t>(data.size())) + kind + data + "crc.";
}

/// A PNG file that claims these extents and holds this coded data.
std::string png_file(std::uint32_t width, std::uint32_t height, const std::string& data) {
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", big_32(width) + big_32(height) + std::string("\10\2\0\0\0", 5)) + chunk("IDAT", data) +
         chunk("IEND", "");
}

std::vector<std::string> all_names() {
  std::vector<std::string> out;
  for (const auto& tensor : pictures::golden().tensors()) {
    if (!tensor.name.starts_with("file.")) continue;
    const std::string name = tensor.name.substr(5);
    if (!name.starts_with("webp") || has_webp) out.push_back(name);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_truncated_file_is_refused_wherever_it_ends) {
  for (const std::string& name : all_names()) {
    const std::string whole = file(name);
    for (const jpeg_decoder decoder : {jpeg_decoder::automatic, jpeg_decoder::stb}) {
      for (std::size_t length = 0; length < whole.size(); length += length < 64 ? 1 : 13) {
        const std::size_t end_mark = name.starts_with("png") ? 12 : name.starts_with("gif") ? 1 : 0;
        const bool behind_the_pixels = end_mark > 0 && length + end_mark >= whole.size();
        if (behind_the_pixels) continue;
        const std::string got = refusal(whole.substr(0, length), {.jpeg = decoder});
        BOOST_TEST(got.starts_with("f: "), name << " of " << length << " bytes: " << got);
      }
    }
  }
  BOOST_TEST(refusal(file("jpeg_420").substr(0, 700)) == "f: pixels: expected a complete JPEG file, got a truncated one");
  BOOST_TEST(refusal(file("jpeg_420").substr(0, 700), {.jpeg = jpeg_decoder::stb}).starts_with("f: pixels: expected a complete JPEG file"));
}

BOOST_AUTO_TEST_CASE(extents_are_checked_before_pixels_are_allocated) {
  const std::string side = "f: width and height: expected at most 65535 pixels each, got 16000000 x 16000000";
  BOOST_TEST(refusal(png_file(16000000, 16000000, "")) == side);
  BOOST_TEST(refusal(png_file(50000, 50000, "")) == "f: width x height: expected at most 178956970 pixels, got 50000 x 50000 = 2500000000");
  BOOST_TEST(refusal(file("png_rgb"), {.max_side = 20}) == "f: width and height: expected at most 20 pixels each, got 21 x 18");
  BOOST_TEST(refusal(file("jpeg_420"), {.max_pixels = 377}) == "f: width x height: expected at most 377 pixels, got 21 x 18 = 378");
  BOOST_TEST(refusal(file("jpeg_420"), {.max_pixels = 378}) == "<no exception>");
  if (has_webp) {
    BOOST_TEST(refusal(file("webp_lossy"), {.max_pixels = 1}) == "f: width x height: expected at most 1 pixels, got 21 x 18 = 378");
  }
  std::string tall = file("jpeg_grey");
  const std::size_t frame = tall.find("\xFF\xC0");
  tall.replace(frame + 5, 4, "\xEA\x60\xEA\x60");
  for (const jpeg_decoder decoder : {jpeg_decoder::automatic, jpeg_decoder::stb}) {
    BOOST_TEST(refusal(tall, {.jpeg = decoder}) == "f: width x height: expected at most 178956970 pixels, got 60000 x 60000 = 3600000000");
  }
}

BOOST_AUTO_TEST_CASE(data_that_unpacks_to_more_than_the_image_is_refused) {
  // Deflate, one block of fixed codes: a zero byte, then 258 more of them for each 13 bits, 8 MiB in all; the image has 3 bytes.
  std::string data = "\x78\x01";
  std::uint64_t bits = 0;
  int held = 0;
  const auto put = [&](std::uint64_t value, int count) {
    bits |= value << held;
    for (held += count; held >= 8; held -= 8, bits >>= 8) data += static_cast<char>(bits);
  };
  put(1, 1);
  put(1, 2);
  put(0x0C, 8);  // the byte 0: code 00110000, first bit first
  for (int i = 0; i < 32768; ++i) {
    put(0xA3, 8);  // length 258: code 11000101
    put(0, 5);     // distance 1
  }
  put(0, 7);
  put(0, 7);
  BOOST_TEST(refusal(png_file(1, 1, data)) == "f: pixels: expected a complete PNG file, got more data than its width and height explain");
}

BOOST_AUTO_TEST_CASE(damaged_files_are_refused_or_decoded_but_nothing_else_happens) {
  const auto seed = std::random_device()();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
  int refused = 0;
  int decoded = 0;
  for (const std::string& name : all_names()) {
    const std::string whole = file(name);
    for (int run = 0; run < 60; ++run) {
      std::string damaged = whole;
      for (std::size_t change = below(6); change < 6; ++change) damaged[below(damaged.size())] = static_cast<char>(below(256));
      if (run % 4 == 0) damaged.erase(below(damaged.size()), below(20));
      for (const bool keeps_alpha : {false, true}) {
        decode_options options{.keeps_alpha = keeps_alpha, .turns_upright = true, .max_pixels = 1 << 20};
        if (run % 2 == 0) options.jpeg = jpeg_decoder::stb;
        try {
          const image got = decode_image(scratch::bytes_of(damaged), "f", options);
          BOOST_TEST(!got.empty());
          ++decoded;
        } catch (const fewclip::io_error& failure) {
          BOOST_TEST(std::string(failure.what()).starts_with("f: "), failure.what());
          ++refused;
        }
      }
    }
  }
  BOOST_TEST(refused > 0);
  BOOST_TEST(decoded > 0);
}

BOOST_AUTO_TEST_CASE(random_bytes_behind_a_mark_are_refused) {
  std::mt19937 random(std::random_device{}());
  for (const std::string mark : {"\xFF\xD8\xFF", "\x89PNG\r\n\x1A\n", "BM", "GIF89a", "RIFF....WEBPVP8 "}) {
    for (int run = 0; run < 100; ++run) {
      std::string text = mark;
      for (int i = 0; i < 200; ++i) text += static_cast<char>(random());
      try {
        decode_image(scratch::bytes_of(text), "f", {.max_pixels = 1 << 20});
      } catch (const fewclip::io_error& failure) {
        BOOST_TEST(std::string(failure.what()).starts_with("f: "), failure.what());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(huffman_tables_of_too_many_codes_or_missing_ones_are_refused) {
  std::string text = file("jpeg_grey");
  text.replace(text.find("\xFF\xC4") + 5, 2, "\xFF\xFF");
  BOOST_TEST(refusal(text, {.jpeg = jpeg_decoder::stb}) == "f: Huffman table: expected at most 256 codes, got more");
  text = file("jpeg_grey");
  text[text.rfind("\xFF\xC4") + 4] ^= 1;  // the last table gets another number
  BOOST_TEST(refusal(text, {.jpeg = jpeg_decoder::stb}) == "f: Huffman table: expected one for each scan, got none");
}

BOOST_AUTO_TEST_CASE(a_jpeg_file_of_endless_scans_is_refused) {
  if (!has_jpeg_turbo) return;
  const std::string whole = file("jpeg_progressive");
  const std::size_t scan = whole.rfind("\xFF\xDA");
  std::string text = whole.substr(0, scan);
  for (int i = 0; i < 600; ++i) text += whole.substr(scan, whole.size() - 2 - scan);
  BOOST_TEST(refusal(text + "\xFF\xD9") == "f: pixels: expected a complete JPEG file, got `more than 500 scans`");
}
