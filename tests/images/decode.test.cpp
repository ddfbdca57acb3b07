#include "fewclip/images/decode.hpp"

#define BOOST_TEST_MODULE images_decode
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "../io/scratch.hpp"
#include "pictures.hpp"

using fewclip::image;
using fewclip::images::decode_image;
using fewclip::images::decode_options;
using fewclip::images::format_of;
using fewclip::images::has_jpeg_turbo;
using fewclip::images::has_webp;
using fewclip::images::jpeg_decoder;
using pictures::golden;
using pictures::golden_image;
using scratch::message_of;

namespace {

std::span<const std::byte> file(const std::string& name) { return golden().bytes("file." + name); }

/// The names behind `start` in the golden file.
std::vector<std::string> names(const std::string& start) {
  std::vector<std::string> out;
  for (const auto& tensor : golden().tensors()) {
    if (tensor.name.starts_with(start)) out.push_back(tensor.name.substr(start.size()));
  }
  return out;
}

bool is_exact(const std::string& name) { return (!name.starts_with("jpeg") || has_jpeg_turbo) && (!name.starts_with("webp") || has_webp); }

int largest_difference(const image& a, const image& b) {
  BOOST_REQUIRE(a.text() == b.text());
  int out = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) out = std::max(out, std::abs(a.bytes()[i] - b.bytes()[i]));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_file_has_the_pixels_that_pillow_gives) {
  int seen = 0;
  for (const std::string& name : names("rgb.")) {
    if (!is_exact(name)) continue;
    BOOST_TEST((decode_image(file(name), name) == golden_image("rgb." + name)), name);
    ++seen;
  }
  BOOST_TEST(seen >= 13);
}

BOOST_AUTO_TEST_CASE(channels_are_kept_on_request) {
  int seen = 0;
  for (const std::string& name : names("kept.")) {
    if (!is_exact(name)) continue;
    BOOST_TEST((decode_image(file(name), name, {.keeps_alpha = true}) == golden_image("kept." + name)), name);
    ++seen;
  }
  BOOST_TEST(seen >= 5);
  BOOST_TEST(decode_image(file("png_palette_alpha"), "f", {.keeps_alpha = true}).channels() == 4);
  BOOST_TEST(decode_image(file("png_palette"), "f", {.keeps_alpha = true}).channels() == 3);
}

BOOST_AUTO_TEST_CASE(stb_image_decodes_jpeg_files_nearly_the_same) {
  for (const std::string& name : names("rgb.jpeg")) {
    const image got = decode_image(file("jpeg" + name), name, {.jpeg = jpeg_decoder::stb});
    const image expected = golden_image("rgb.jpeg" + name);
    BOOST_TEST(largest_difference(got, expected) <= 16, name);  // a noisy picture; photographs differ by at most 3
    BOOST_TEST(std::abs(pictures::sum(got) - pictures::sum(expected)) <= 400, name);
  }
}

BOOST_AUTO_TEST_CASE(inks_become_colours_with_pillows_rounding) {
#if defined(FEWCLIP_WITH_JPEG)
  std::vector<std::uint8_t> inks{0, 0, 91, 0, 37, 5, 91, 61, 74, 20, 91, 122, 11, 29, 91, 83, 48, 34, 108, 144, 85, 49, 125, 205};
  for (std::uint8_t& ink : inks) ink = static_cast<std::uint8_t>(255 - ink);
  const std::vector<std::uint8_t> expected{255, 255, 164, 166, 190, 125, 94, 123, 86, 165, 152, 111, 90, 96, 64, 33, 40, 25};
  std::vector<std::uint8_t> got(18);
  fewclip::images::detail::inverted_cmyk_to_rgb(inks.data(), got.data(), 6);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
#endif
}

BOOST_AUTO_TEST_CASE(images_are_turned_upright_on_request_only) {
  if (!has_jpeg_turbo) return;
  for (const std::string& name : names("upright.")) {
    BOOST_TEST((decode_image(file(name), name, {.turns_upright = true}) == golden_image("upright." + name)), name);
  }
  BOOST_TEST(decode_image(file("jpeg_turned"), "f").width() == 21);
  BOOST_TEST(decode_image(file("jpeg_turned"), "f", {.turns_upright = true}).width() == 18);
}

BOOST_AUTO_TEST_CASE(the_format_is_that_of_the_content) {
  BOOST_TEST(format_of(file("jpeg_420")) == "JPEG");
  BOOST_TEST(format_of(file("png_grey")) == "PNG");
  BOOST_TEST(format_of(file("bmp_rgb")) == "BMP");
  BOOST_TEST(format_of(file("gif")) == "GIF");
  BOOST_TEST(format_of(file("webp_alpha")) == "WebP");
  const scratch::directory here;
  scratch::write_text(here.file("picture.jpg"), scratch::text_of(file("png_rgb")));
  BOOST_TEST((decode_image(here.file("picture.jpg")) == golden_image("rgb.png_rgb")));
}

BOOST_AUTO_TEST_CASE(other_formats_are_refused_by_name) {
  const auto refusal = [](const std::string& text) {
    return message_of<fewclip::io_error>([&] { decode_image(scratch::bytes_of(text), "f.img"); });
  };
  const std::string start = std::string("f.img: format: expected JPEG, PNG, BMP, GIF") + (has_webp ? " or WebP" : "") + ", got ";
  if (!has_webp) return;
  BOOST_TEST(refusal("") == start + "an empty file");
  BOOST_TEST(refusal("x") == start + "an unknown format");
  BOOST_TEST(refusal(std::string("II*\0\10\0\0\0", 8)) == start + "TIFF");
  BOOST_TEST(refusal(std::string("\0\0\0\x20"
                                 "ftypavif....",
                                 16)) == start + "AVIF or HEIC");
  BOOST_TEST(refusal("<svg xmlns=") == start + "SVG or another text");
  BOOST_TEST(refusal("8BPS....") == start + "PSD");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_refused_with_its_path) {
  BOOST_TEST(message_of<fewclip::io_error>([] { decode_image("/no/such.png"); }) ==
             "/no/such.png: open: expected success, got No such file or directory");
}

BOOST_AUTO_TEST_CASE(threads_decode_side_by_side) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      const std::string name = t % 2 == 0 ? "png_rgba" : "gif";
      const image expected = golden_image("rgb." + name);
      for (int i = 0; i < 50; ++i) {
        wrong[t] += decode_image(file(name), name) == expected ? 0 : 1;
        try {
          decode_image(file(name).first(40), name);
          ++wrong[t];
        } catch (const fewclip::io_error&) {
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST((wrong == std::vector<int>{0, 0, 0, 0}));
}
