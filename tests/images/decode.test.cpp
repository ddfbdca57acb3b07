#include "fewclip/images/decode.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "../io/scratch.hpp"
#include "made_files.hpp"
#include "pictures.hpp"

using fewclip::image;
using fewclip::images::decode_image;
using fewclip::images::decode_options;
using fewclip::images::format_of;
using fewclip::images::has_jpeg_turbo;
using fewclip::images::has_webp;
using fewclip::images::jpeg_decoder;
using fewclip::images::picture_facts;
using fewclip::images::transparency_rule;
using made::bytes;
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

using values = std::vector<int>;

values decoded(const std::string& text, const decode_options& options = {}) {
  const image out = decode_image(scratch::bytes_of(text), "f", options);
  return {out.bytes().begin(), out.bytes().end()};
}

/// What a file gives with its alpha dropped, on white, and kept; the last with the channels in front.
struct three_ways {
  values dropped, white, kept;
};

void check_alpha(const std::string& text, const three_ways& expected) {
  BOOST_TEST(decoded(text) == expected.dropped, boost::test_tools::per_element());
  BOOST_TEST(decoded(text, {.transparency = transparency_rule::white}) == expected.white, boost::test_tools::per_element());
  BOOST_TEST(decoded(text, {.keeps_alpha = true, .transparency = transparency_rule::white}) == expected.white,
             boost::test_tools::per_element());
  values kept = decoded(text, {.keeps_alpha = true});
  kept.insert(kept.begin(), static_cast<int>(decode_image(scratch::bytes_of(text), "f", {.keeps_alpha = true}).channels()));
  BOOST_TEST(kept == expected.kept, boost::test_tools::per_element());
  picture_facts facts;
  decode_image(scratch::bytes_of(text), "f", {}, &facts);
  BOOST_TEST(facts.is_transparent);
}

std::string png(int width, int depth, int kind, const std::string& before, const std::string& rows) {
  return made::png_header(static_cast<std::uint32_t>(width), 1, depth, kind) + made::png_rest(before, rows);
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
                                 16)) == start + "AVIF");
  BOOST_TEST(refusal(made::big_32(24) + "ftypmif1....heic") == start + "HEIC");
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

BOOST_AUTO_TEST_CASE(alpha_is_dropped_laid_on_white_or_kept) {
  check_alpha(
      png(3, 8, 4, "", bytes({0, 200, 0, 200, 255, 100, 51})),  // 100 * 0.2 + 255 * 0.8 = 224
      {{200, 200, 200, 200, 200, 200, 100, 100, 100}, {255, 255, 255, 200, 200, 200, 224, 224, 224}, {2, 200, 0, 200, 255, 100, 51}});
  check_alpha(png(1, 8, 6, "", bytes({0, 10, 20, 30, 128})),
              {{10, 20, 30}, {132, 137, 142}, {4, 10, 20, 30, 128}});  // 132.02, 137.04, 142.06
  check_alpha(png(1, 16, 6, "", bytes({0, 10, 99, 20, 99, 30, 99, 128, 99})), {{10, 20, 30}, {132, 137, 142}, {4, 10, 20, 30, 128}});
  const std::string palette = made::chunk("PLTE", bytes({1, 2, 3, 10, 20, 30})) + made::chunk("tRNS", bytes({255, 128}));
  check_alpha(png(2, 8, 3, palette, bytes({0, 1, 0})),
              {{10, 20, 30, 1, 2, 3}, {132, 137, 142, 1, 2, 3}, {4, 10, 20, 30, 128, 1, 2, 3, 255}});
}

BOOST_AUTO_TEST_CASE(a_transparent_colour_beside_grey_or_rgb_is_no_channel_but_is_laid_on_white) {
  check_alpha(png(2, 8, 0, made::chunk("tRNS", bytes({0, 50})), bytes({0, 50, 60})),
              {{50, 50, 50, 60, 60, 60}, {255, 255, 255, 60, 60, 60}, {1, 50, 60}});
  check_alpha(png(2, 16, 0, made::chunk("tRNS", bytes({50, 9})), bytes({0, 50, 9, 50, 8})),
              {{50, 50, 50, 50, 50, 50}, {255, 255, 255, 50, 50, 50}, {1, 50, 50}});
  check_alpha(
      png(4, 2, 0, made::chunk("tRNS", bytes({0, 1})), bytes({0, 0x1B})),  // 0, 1, 2, 3
      {{0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255}, {0, 0, 0, 255, 255, 255, 170, 170, 170, 255, 255, 255}, {1, 0, 85, 170, 255}});
  check_alpha(png(2, 8, 2, made::chunk("tRNS", bytes({0, 1, 0, 2, 0, 3})), bytes({0, 1, 2, 3, 1, 2, 4})),
              {{1, 2, 3, 1, 2, 4}, {255, 255, 255, 1, 2, 4}, {3, 1, 2, 3, 1, 2, 4}});
  check_alpha(made::gif({.width = 2, .columns = 2, .positions = {1, 3}, .transparent = 3}),
              {{20, 21, 22, 40, 41, 42}, {20, 21, 22, 255, 255, 255}, {4, 20, 21, 22, 255, 40, 41, 42, 0}});
  const std::string fields = made::little(0xFF, 4) + made::little(0xFF00, 4) + made::little(0xFF0000, 4);
  picture_facts facts;
  decode_image(scratch::bytes_of(made::bmp({.bits = 32, .compression = 3, .palette = fields, .data = bytes({1, 2, 3, 0})})), "f", {},
               &facts);
  BOOST_TEST(!facts.is_transparent);  // no field for alpha
}

BOOST_AUTO_TEST_CASE(alpha_of_webp_is_laid_on_white_like_that_of_memory) {
  if (!has_webp) return;
  for (const std::string& name : names("kept.webp")) {
    const image kept = golden_image("kept.webp" + name);
    BOOST_TEST((decode_image(file("webp" + name), name, {.transparency = transparency_rule::white}) == fewclip::images::on_white(kept)),
               name);
  }
}

BOOST_AUTO_TEST_CASE(opaque_files_are_not_called_transparent) {
  picture_facts facts{.is_transparent = true, .orientation = 7};
  decode_image(scratch::bytes_of(png(1, 8, 6, "", bytes({0, 1, 2, 3, 255}))), "f", {}, &facts);
  BOOST_TEST(!facts.is_transparent);
  BOOST_TEST(facts.orientation == 1);
  decode_image(file("jpeg_turned"), "f", {}, &facts);
  BOOST_TEST(facts.orientation != 1);
}

BOOST_AUTO_TEST_CASE(the_rare_forms_of_png) {
  const std::string cut = png(2, 8, 0, "", bytes({0, 1, 2}));
  BOOST_TEST(decoded(cut.substr(0, cut.size() - 12)) == (values{1, 1, 1, 2, 2, 2}), boost::test_tools::per_element());  // without IEND
  BOOST_TEST(decoded(png(2, 16, 0, "", bytes({0, 1, 200, 2, 200})), {.keeps_alpha = true}) == (values{1, 2}),
             boost::test_tools::per_element());
  // 3 x 2, 2 bits, interlaced: the pixels at (0, 0), (2, 0) and (1, 0) one by one, then the second row.
  const std::string passes = bytes({0, 1 << 6, 0, 2 << 6, 0, 3 << 6, 0, (3 << 6) | (0 << 4) | (1 << 2)});
  BOOST_TEST(
      decoded(made::png_header(3, 2, 2, 0, 1) + made::png_rest("", passes), {.keeps_alpha = true}) == (values{85, 255, 170, 255, 0, 85}),
      boost::test_tools::per_element());
  const std::string palette = made::chunk("PLTE", bytes({9, 8, 7}));
  BOOST_TEST(decoded(png(2, 1, 3, palette, bytes({0, 0x40}))) == (values{9, 8, 7, 0, 0, 0}),
             boost::test_tools::per_element());                              // 1 is not there
  const std::string filters = bytes({1, 10, 5, 2, 1, 1, 3, 4, 4, 4, 2, 3});  // left; up; half of both; Paeth's
  BOOST_TEST(
      decoded(made::png_header(2, 4, 8, 0) + made::png_rest("", filters), {.keeps_alpha = true}) == (values{10, 15, 11, 16, 9, 16, 11, 19}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_rare_forms_of_bmp) {
  const auto check = [](const made::bmp_form& form, const values& expected) {
    BOOST_TEST(decoded(made::bmp(form)) == expected, boost::test_tools::per_element());
  };
  const std::string rows = bytes({3, 2, 1, 0, 6, 5, 4, 0});
  check({.height = 2, .data = rows}, {4, 5, 6, 1, 2, 3});
  check({.height = -2, .data = rows}, {1, 2, 3, 4, 5, 6});
  const std::string palette = bytes({3, 2, 1, 0, 6, 5, 4, 0});
  check({.width = 3, .bits = 1, .palette = palette, .data = bytes({0xA0, 0, 0, 0})}, {4, 5, 6, 1, 2, 3, 4, 5, 6});
  check({.width = 3, .bits = 4, .palette = palette, .data = bytes({0x10, 0x10, 0, 0})}, {4, 5, 6, 1, 2, 3, 4, 5, 6});
  const std::string fields = made::little(0xF800, 4) + made::little(0x7E0, 4) + made::little(0x1F, 4);
  const std::string colours = made::little(0x0821, 2) + made::little(16 << 11 | 32 << 5 | 30, 2);
  check({.width = 2, .bits = 16, .compression = 3, .palette = fields, .data = colours},
        {8, 4, 8, 131, 129, 246});                                                                       // 255 / 31, / 63, rounded down
  check({.width = 1, .bits = 16, .data = made::little(0x7FFF - 31, 2) + bytes({0, 0})}, {255, 255, 0});  // five bits each
  const std::string run = bytes({2, 1, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0});  // twice 1, end of the row; then 0, 1, 0 as they are
  check({.width = 3, .height = -2, .bits = 8, .compression = 1, .palette = palette, .data = run},
        {4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 1, 2, 3});
  check({.width = 3, .bits = 4, .compression = 2, .palette = palette, .data = bytes({3, 0x10})}, {4, 5, 6, 1, 2, 3, 4, 5, 6});
  const std::string os2 =
      "BM" + made::little(33, 4) + made::little(0, 4) + made::little(26, 4) + made::little(12, 4) + bytes({1, 0, 1, 0, 1, 0, 24, 0});
  BOOST_TEST(decoded(os2 + bytes({3, 2, 1, 0})) == (values{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_rare_forms_of_gif) {
  BOOST_TEST(decoded(made::gif({.width = 3, .left = 1, .positions = {1}})) == (values{10, 11, 12, 20, 21, 22, 10, 11, 12}),
             boost::test_tools::per_element());  // around the frame the first colour, as in Pillow
  BOOST_TEST(decoded(made::gif({.width = 2, .left = 1, .positions = {1}, .transparent = 3})) == (values{40, 41, 42, 20, 21, 22}),
             boost::test_tools::per_element());
  BOOST_TEST(decoded(made::gif({.left = 1, .positions = {1}})) == (values{10, 11, 12, 20, 21, 22}), boost::test_tools::per_element());
  BOOST_TEST(decoded(made::gif({.positions = {3}, .has_palette = false})) == (values{3, 3, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(png_files_are_turned_upright_like_jpeg_files) {
  const std::string turned_right = "MM" + bytes({0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0});
  const std::string text = png(2, 8, 2, made::chunk("eXIf", turned_right), bytes({0, 1, 2, 3, 4, 5, 6}));
  picture_facts facts;
  const image got = decode_image(scratch::bytes_of(text), "f", {.turns_upright = true}, &facts);
  BOOST_TEST(facts.orientation == 6);
  BOOST_TEST(got.text() == "1 x 2 pixels of 3 channels");
  BOOST_TEST(decode_image(scratch::bytes_of(text), "f").width() == 2);
}
