#include "fewclip/images/resize.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "pictures.hpp"

using fewclip::image;
using fewclip::shape_error;
using fewclip::images::crop;
using fewclip::images::extent;
using fewclip::images::flip_horizontally;
using fewclip::images::name_of;
using fewclip::images::resample_filter;
using fewclip::images::resize;
using fewclip::images::resize_window;
using pictures::formula;
using pictures::noise;
using scratch::message_of;
using bytes = std::vector<std::uint8_t>;

namespace {

constexpr resample_filter filters[] = {resample_filter::nearest, resample_filter::lanczos, resample_filter::bilinear,
                                       resample_filter::bicubic};

struct pillow_case {
  extent from;
  extent to;
  fewclip::index sum;
  std::string sha256;
};

}  // namespace

BOOST_AUTO_TEST_CASE(bicubic_is_pillow_to_the_last_bit) {
  // Pillow 9.4.0, Image.resize with BICUBIC, on the formula picture.
  const pillow_case cases[] = {{{7, 5}, {3, 2}, 2197, "e07366f66de61576a5640ff843ddc1ddea423a36aa5a970e13d893ae4678c0ed"},
                               {{5, 7}, {8, 11}, 30916, "cf296ee2a6d7a0ca690a35a24a45e33ebc590a70e58b9f2aee8c514977f3f52e"},
                               {{16, 16}, {16, 8}, 47578, "02cca5f34352cd7181b3e16e318174509fda144b1e4bb921de6f9f72107b57db"},
                               {{9, 9}, {4, 4}, 5869, "a65e7c9435718d0ac60de786bd4e59730d581c3a8bcce6f0b700731438cd29a5"},
                               {{300, 200}, {336, 224}, 28811847, "ab2abc9baeb5f383aad1651e75b719bc4b27341b0719ad3fb33ab1730f3f1e57"},
                               {{640, 480}, {298, 224}, 25560125, "11aec8a8f01d0a1affafec34224e8cd22df3783b0e70dd062100deb883b305c4"}};
  for (const pillow_case& one : cases) {
    const image got = resize(formula(one.from.width, one.from.height), one.to);
    BOOST_TEST(got.width() == one.to.width);
    BOOST_TEST(got.height() == one.to.height);
    BOOST_TEST(pictures::sum(got) == one.sum);
    BOOST_TEST(pictures::digest(got) == one.sha256);
  }
  const bytes expected{36, 28, 101, 120, 72, 137, 207, 165, 118, 62, 94, 137, 148, 144, 156, 196, 156, 120};
  BOOST_TEST(pictures::bytes_of(resize(formula(7, 5), {3, 2})) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(colours_are_weighted_by_alpha_as_in_pillow) {
  const bytes expected{42, 29,  103, 96,  108, 50,  108, 127, 186, 153, 134, 131, 50, 111, 142, 167,
                       45, 70,  116, 151, 144, 129, 178, 120, 190, 152, 98,  127, 61, 90,  175, 141,
                       74, 133, 148, 143, 162, 176, 160, 94,  171, 104, 118, 129, 52, 122, 109, 131};
  BOOST_TEST(pictures::bytes_of(resize(formula(9, 6, 4), {4, 3})) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_filters_and_channels_are_pillow_to_the_last_bit) {
  for (int channels = 1; channels <= 4; ++channels) {
    for (int number = 0; number < 5; ++number) {
      const std::string start = "resize." + std::to_string(channels) + "." + std::to_string(number) + ".";
      const image source = pictures::golden_image(start + "source");
      for (const resample_filter filter : filters) {
        const image expected = pictures::golden_image(start + std::string(name_of(filter)));
        BOOST_TEST((resize(source, {expected.width(), expected.height()}, filter) == expected), start << name_of(filter));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_constant_image_stays_constant) {
  for (const resample_filter filter : filters) {
    for (const extent to : {extent{3, 40}, extent{50, 2}, extent{1, 1}, extent{64, 64}}) {
      const image got = resize(image(20, 13, 3, bytes(780, 201)), to, filter);
      BOOST_TEST((got == image(to.width, to.height, 3, bytes(static_cast<std::size_t>(3 * to.width * to.height), 201))));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_size_that_is_already_right_gives_a_copy) {
  for (fewclip::index channels = 1; channels <= 4; ++channels) {
    const image source = noise(9, 7, channels, 3);
    for (const resample_filter filter : filters) BOOST_TEST((resize(source, {9, 7}, filter) == source));
  }
}

BOOST_AUTO_TEST_CASE(a_flip_before_equals_a_flip_after) {
  const auto seed = std::random_device()();
  BOOST_TEST_MESSAGE("seed " << seed);
  for (const extent to : {extent{11, 9}, extent{40, 5}, extent{23, 17}, extent{5, 40}}) {
    const image source = noise(29, 18, 3, seed);
    BOOST_TEST((resize(flip_horizontally(source), to) == flip_horizontally(resize(source, to))), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_window_equals_the_crop_of_the_whole) {
  const auto seed = std::random_device()();
  BOOST_TEST_MESSAGE("seed " << seed);
  for (fewclip::index channels = 1; channels <= 4; ++channels) {
    for (const extent from : {extent{37, 26}, extent{16, 26}, extent{37, 19}, extent{16, 19}}) {
      const image source = noise(from.width, from.height, channels, seed);
      for (const resample_filter filter : filters) {
        const image whole = resize(source, {16, 19}, filter);
        for (const auto& part : {fewclip::images::window{3, 5, 9, 7}, {0, 0, 16, 19}, {15, 18, 1, 1}, {0, 11, 16, 3}}) {
          BOOST_TEST((resize_window(source, {16, 19}, part, filter) == crop(whole, part)), part.text() << ", seed " << seed);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(extreme_shapes_are_resized) {
  BOOST_TEST(pictures::bytes_of(resize(image(1, 1, 3, {1, 2, 3}), {2, 2})) == (bytes{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}),
             boost::test_tools::per_element());
  const image line(1, 10000, 1, bytes(10000, 50));
  BOOST_TEST((resize(line, {3, 1}) == image(3, 1, 1, {50, 50, 50})));
  // The whole would have 224 x 2,240,000 pixels.
  BOOST_TEST((resize_window(line, {224, 2240000}, {0, 1119888, 224, 2}) == image(224, 2, 1, bytes(448, 50))));
  // White in so many taps that the low parts of the weights leave 32 bits in between.
  BOOST_TEST((resize(image(20000, 2, 3, bytes(120000, 255)), {1, 1}) == image(1, 1, 3, {255, 255, 255})));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_resized_is_refused) {
  const image source(4, 4, 3);
  BOOST_TEST(message_of<shape_error>([&] {
               resize(source, {0, 3});
             }) == "fewclip::images::resize: size: expected at least 1 x 1 pixels, got 0 x 3");
  BOOST_TEST(message_of<shape_error>([&] {
               resize(image(), {1, 3});
             }) == "fewclip::images::resize: image: expected at least one pixel, got none");
  BOOST_TEST(message_of<shape_error>([&] {
               resize_window(source, {2, 2}, {1, 0, 2, 2});
             }) == "fewclip::images::resize: window: expected at least one pixel inside 2 x 2, got 2 x 2 pixels at column 1, row 0");
}
