#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "fewclip/images/decode.hpp"
#include "made_files.hpp"
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

/// A PNG file that claims these extents and holds this coded data.
std::string png_file(std::uint32_t width, std::uint32_t height, const std::string& data) {
  return made::png_header(width, height, 8, 2) + made::chunk("IDAT", data) + made::chunk("IEND", "");
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
        const std::size_t end_mark = name.starts_with("png") ? 12 : name.starts_with("gif") ? 2 : 0;
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

// Pillow 13 reads files without their last two bytes: the end of the blocks and that of the file.
BOOST_AUTO_TEST_CASE(a_gif_file_may_end_behind_its_last_pixel) {
  for (const std::string name : {"gif", "gif_alpha"}) {
    const std::string whole = file(name);
    const auto without = [&](std::size_t less) { return whole.substr(0, whole.size() - less); };
    const image expected = decode_image(scratch::bytes_of(whole), name);
    for (const std::size_t less : {1U, 2U}) BOOST_TEST((decode_image(scratch::bytes_of(without(less)), name) == expected));
    BOOST_TEST(refusal(without(3)) == "f: pixels: expected a complete GIF file, got a truncated one");
  }
}

BOOST_AUTO_TEST_CASE(extents_are_checked_before_pixels_are_allocated) {
  const std::string side = "f: width and height: expected at most 65535 pixels each, got 16000000 x 16000000";
  const auto option = [](const char* pixels) {
    return std::string(" pixels (--max-pixels ") + pixels + " lifts this limit, in the library max_pixels), ";
  };
  BOOST_TEST(refusal(png_file(16000000, 16000000, "")) == side);
  BOOST_TEST(refusal(png_file(50000, 50000, "")) ==
             "f: width x height: expected at most 178956970" + option("2500000000") + "got 50000 x 50000 = 2500000000");
  BOOST_TEST(refusal(file("png_rgb"), {.max_side = 20}) == "f: width and height: expected at most 20 pixels each, got 21 x 18");
  BOOST_TEST(refusal(file("jpeg_420"), {.max_pixels = 377}) ==
             "f: width x height: expected at most 377" + option("378") + "got 21 x 18 = 378");
  BOOST_TEST(refusal(file("jpeg_420"), {.max_pixels = 378}) == "<no exception>");
  if (has_webp) {
    BOOST_TEST(refusal(file("webp_lossy"), {.max_pixels = 1}) ==
               "f: width x height: expected at most 1" + option("378") + "got 21 x 18 = 378");
  }
  std::string tall = file("jpeg_grey");
  const std::size_t frame = tall.find("\xFF\xC0");
  tall.replace(frame + 5, 4, "\xEA\x60\xEA\x60");
  for (const jpeg_decoder decoder : {jpeg_decoder::automatic, jpeg_decoder::stb}) {
    BOOST_TEST(refusal(tall, {.jpeg = decoder}) ==
               "f: width x height: expected at most 178956970" + option("3600000000") + "got 60000 x 60000 = 3600000000");
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
  BOOST_TEST(refusal(text + "\xFF\xD9") == "f: scans: expected at most 500 of 21 x 18 pixels, got more");
  BOOST_TEST(refusal(text + "\xFF\xD9", {.jpeg = jpeg_decoder::stb}) == "f: scans: expected at most 500 of 21 x 18 pixels, got more");
}

BOOST_AUTO_TEST_CASE(the_number_of_scans_is_bounded_by_the_work) {
  using fewclip::images::detail::most_scans;
  BOOST_TEST(most_scans(378) == 500);
  BOOST_TEST(most_scans(12'000'000) == 500);
  BOOST_TEST(most_scans(100'000'000) == 85);  // 2^33 / 10^8
  BOOST_TEST(most_scans(178'956'970) == 48);
  BOOST_TEST(most_scans(4'000'000'000) == 16);
}

BOOST_AUTO_TEST_CASE(a_canvas_out_of_proportion_to_its_file_is_refused) {
  const std::string gif = made::gif({.width = 9000, .height = 9000, .positions = {1}});
  const std::string size = std::to_string(gif.size());
  BOOST_TEST(refusal(gif) ==
             "f: width x height: expected at most 16777216 pixels in a file of " + size +
                 " bytes (--max-pixels 81000000 lifts this limit, in the library max_pixels_per_byte), got 9000 x 9000 = 81000000");
  BOOST_TEST(refusal(made::gif({.width = 40, .height = 40, .positions = {1}}), {.free_pixels = 1599}) ==
             "<no exception>");  // 40 bytes or more
  const auto of_40_000_pixels = [](fewclip::index per_byte, fewclip::index free) {
    return refusal(made::gif({.width = 200, .height = 200, .positions = {1}}), {.max_pixels_per_byte = per_byte, .free_pixels = free});
  };
  BOOST_TEST(of_40_000_pixels(100, 40000) == "<no exception>");
  BOOST_TEST(of_40_000_pixels(100, 39999).starts_with("f: width x height: expected at most 39999 pixels in a file of "));
  BOOST_TEST(of_40_000_pixels(0, 0) == "<no exception>");
  BOOST_TEST(of_40_000_pixels(1000, 0) == "<no exception>");
  BOOST_TEST(refusal(png_file(5000, 5000, "")).starts_with("f: width x height: expected at most 16777216 pixels in a file of "));
  BOOST_TEST(refusal(png_file(4096, 4096, "")) == "f: pixels: expected a complete PNG file, got one without coded data");
  // A page of 600 dots per inch in black and white: 35 megapixels, 50 kB and more.
  const auto page = [](int depth, int kind, std::size_t length) {
    const std::string file = made::png_header(4960, 7016, depth, kind);
    return refusal(file + std::string(length - file.size(), 'x'));
  };
  const std::string refused = "f: width x height: expected at most 16777216 pixels in a file of ";
  BOOST_TEST(page(1, 0, 4960 * 7016 / 800 + 1).starts_with("f: pixels: "));  // which are none
  BOOST_TEST(page(1, 3, 4960 * 7016 / 800 + 1).starts_with("f: pixels: "));
  BOOST_TEST(page(4, 0, 4960 * 7016 / 200 + 1).starts_with("f: pixels: "));
  BOOST_TEST(
      page(1, 0, 4960 * 7016 / 800 - 1).starts_with("f: width x height: expected at most 34798400 pixels in a file of 43498 bytes "));
  BOOST_TEST(page(4, 3, 4960 * 7016 / 800).starts_with(refused));
  BOOST_TEST(page(8, 0, 4960 * 7016 / 800).starts_with(refused));
  BOOST_TEST(page(0, 0, 4960 * 7016 / 800).starts_with("f: "));
  // A photograph of 100 megapixels has 8 MB or more.
  const fewclip::images::detail::decode_job photo{
      .name = "f", .file_bytes = 8'000'000, .max_side = 65535, .max_pixels = 178956970, .max_pixels_per_byte = 100, .free_pixels = 1 << 24};
  BOOST_CHECK_NO_THROW(photo.check_extents(12000, 8500));
}

BOOST_AUTO_TEST_CASE(every_refusal_of_a_png_file_is_a_readable_sentence) {
  const std::string start = "f: pixels: expected a complete PNG file, got ";
  const std::string row = made::bytes({0, 1, 2, 3});
  const auto of = [](const std::string& before, const std::string& data, int kind = 2) {
    return refusal(made::png_header(1, 1, 8, kind) + before + made::chunk("IDAT", data) + made::chunk("IEND", ""));
  };
  BOOST_TEST(of("", made::stored(row)) == "<no exception>");
  BOOST_TEST(of(made::chunk("abcd", "any"), made::stored(row)) == "<no exception>");
  const std::string unknown = "f: chunks: expected those of the PNG standard, got a critical one called ";
  BOOST_TEST(of(made::chunk("ABCD", "any"), made::stored(row)) == unknown + "ABCD");
  BOOST_TEST(of(made::chunk(std::string("A\0\xFF\x1B", 4), "any"), made::stored(row)) == unknown + "A???");
  BOOST_TEST(of("", made::stored(row.substr(0, 3))) == start + "fewer pixels than its width and height say");
  BOOST_TEST(of("", "no zlib") == start + "damaged compressed data");
  BOOST_TEST(of("", made::stored(row).substr(0, 8)) == start + "a truncated one");
  BOOST_TEST(of("", "") == start + "one without coded data");
  BOOST_TEST(of("", made::stored(made::bytes({9, 1, 2, 3}))) == "f: filter of a row: expected 0 to 4, got 9");
  BOOST_TEST(of("", made::stored(row), 3) == "f: PLTE chunk: expected one before the pixels, got none");
  BOOST_TEST(of("", made::stored(row), 5) == "f: colour type and bit depth: expected a pair of the PNG standard, got 5 and 8");
  BOOST_TEST(refusal(made::png_header(1, 1, 8, 2)) == start + "one without IDAT chunk");
  BOOST_TEST(refusal(made::png_mark) == start + "a truncated one");
}

BOOST_AUTO_TEST_CASE(the_first_frame_of_a_webp_animation_lies_on_its_canvas) {
  if (!has_webp) return;
  const image frame = decode_image(pictures::golden().bytes("file.webp_lossy"), "still");
  const std::string text = made::webp_animation(file("webp_lossy"), 40, 30, 21, 18);
  const image got = decode_image(scratch::bytes_of(text), "f");
  BOOST_TEST(got.text() == "40 x 30 pixels of 3 channels");
  BOOST_TEST((fewclip::images::crop(got, {6, 4, 21, 18}) == frame));
  BOOST_TEST(pictures::sum(got) == pictures::sum(frame));  // black around it
  const std::string start = "f: pixels: expected a complete WebP file, got ";
  BOOST_TEST(message_of<fewclip::io_error>([&] { decode_image(scratch::bytes_of(text.substr(0, 200)), "f"); }) ==
             start + "a truncated one");
  const std::string outside = made::webp_animation(file("webp_lossy"), 26, 30, 21, 18);
  BOOST_TEST(message_of<fewclip::io_error>([&] { decode_image(scratch::bytes_of(outside), "f"); }) ==
             "f: first frame: expected one inside the canvas, got 21 x 18 pixels at column 6, row 4");
}

BOOST_AUTO_TEST_CASE(kinds_of_jpeg_that_are_not_decoded_are_named) {
  const auto with = [](std::size_t at, char value) {
    std::string text = file("jpeg_420");
    text[text.find("\xFF\xC0") + at] = value;
    return text;
  };
  BOOST_TEST(refusal(with(4, 12)) == "f: bits of a sample: expected 8, got 12");
  BOOST_TEST(refusal(with(1, '\xC3')) == "f: kind: expected a baseline or progressive JPEG file, got a lossless one");
  BOOST_TEST(refusal(with(1, '\xC5')) == "f: kind: expected a baseline or progressive JPEG file, got a hierarchical one");
  BOOST_TEST(refusal(with(1, '\xC9'), {.jpeg = jpeg_decoder::stb}) ==
             "f: coding: expected Huffman's, as stb_image decodes this file, got arithmetic coding");
}

BOOST_AUTO_TEST_CASE(forms_of_bmp_and_gif_that_are_not_decoded_are_named) {
  BOOST_TEST(refusal(made::bmp({.bits = 2})) == "f: bits of a pixel: expected 1, 4, 8, 16, 24 or 32, got 2");
  BOOST_TEST(refusal(made::bmp({.compression = 4})).starts_with("f: compression: expected 0 (none), "));
  BOOST_TEST(refusal(made::bmp({.height = 2, .data = "bgr."})) == "f: pixels: expected a complete BMP file, got a truncated one");
  BOOST_TEST(refusal(made::bmp({.bits = 8, .compression = 1, .palette = "bgr.", .data = made::bytes({0, 1})})) ==
             "f: pixels: expected a complete BMP file, got fewer pixels than its width and height say");
  BOOST_TEST(refusal(made::gif({.height = 2, .rows = 2, .positions = {1}}).substr(0, 38)) ==
             "f: pixels: expected a complete GIF file, got a truncated one");
  BOOST_TEST(refusal(made::gif({.positions = {}})) ==
             "f: pixels: expected a complete GIF file, got fewer pixels than its width and height say");
  BOOST_TEST(refusal("GIF89a" + made::bytes({1, 0, 1, 0, 0, 0, 0, 0x3B})) == "f: frames: expected at least one, got none");
}
