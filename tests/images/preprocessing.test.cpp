#include "fewclip/images/preprocessing.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "pictures.hpp"

using fewclip::image;
using fewclip::shape_error;
using fewclip::value_error;
using fewclip::images::centre_offset;
using fewclip::images::colour_order;
using fewclip::images::crop_mode;
using fewclip::images::extent;
using fewclip::images::preprocessing;
using fewclip::images::resize_mode;
using fewclip::images::resized_extent;
using scratch::message_of;

namespace {

std::vector<float> applied(const preprocessing& settings, const image& source) {
  std::vector<float> out(settings.values());
  settings.apply(source, out);
  return out;
}

float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  BOOST_REQUIRE(a.size() == b.size());
  float out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) out = std::max(out, std::abs(a[i] - b[i]));
  return out;
}

preprocessing of_size(fewclip::index size) {
  preprocessing out;
  out.size = size;
  return out;
}

template <class Change>
std::string refusal(const Change& change) {
  preprocessing settings;
  change(settings);
  return message_of<value_error>([&] { settings.check(); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_two_crop_modes_differ_where_the_surplus_is_3_modulo_4) {
  const int rounded[] = {0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7, 8};
  for (int surplus = 0; surplus < 16; ++surplus) {
    BOOST_TEST(centre_offset(224 + surplus, 224, crop_mode::torchvision) == rounded[surplus]);
    BOOST_TEST(centre_offset(224 + surplus, 224, crop_mode::transformers) == surplus / 2);
  }
  BOOST_TEST(centre_offset(5, 8, crop_mode::torchvision) == -1);
  BOOST_TEST(centre_offset(5, 8, crop_mode::transformers) == -2);
  BOOST_TEST(centre_offset(4, 8, crop_mode::transformers) == -2);
}

BOOST_AUTO_TEST_CASE(the_short_side_becomes_the_size_for_every_height) {
  for (fewclip::index side = 1; side <= 8000; ++side) {
    BOOST_REQUIRE((resized_extent({}, {side, side}) == extent{224, 224}));
    BOOST_REQUIRE(resized_extent({}, {side, 2 * side + 1}).width == 224);
    BOOST_REQUIRE(resized_extent({}, {side + 1, side}).height == 224);
  }
  BOOST_TEST((resized_extent({}, {524, 316}) == extent{371, 224}));
  BOOST_TEST((resized_extent({}, {123, 456}) == extent{224, 830}));
  preprocessing settings = of_size(16);
  settings.mode = resize_mode::longest;
  BOOST_TEST((resized_extent(settings, {100, 1}) == extent{16, 1}));
  BOOST_TEST((resized_extent(settings, {32, 11}) == extent{16, 6}));  // 5.5 to even
  BOOST_TEST((resized_extent(settings, {9, 32}) == extent{4, 16}));   // 4.5 to even
}

BOOST_AUTO_TEST_CASE(open_clip_gives_the_same_values) {
  for (int number = 0; number < 5; ++number) {
    const std::string start = "prepare." + std::to_string(number) + ".";
    const image source = pictures::golden_image(start + "source");
    for (const resize_mode mode : {resize_mode::shortest, resize_mode::squash, resize_mode::longest}) {
      preprocessing settings = of_size(16);
      settings.mode = mode;
      settings.order = colour_order::openai;
      settings.fill = mode == resize_mode::longest ? 7 : 0;
      const auto expected = pictures::golden().read<float>(start + "open_clip." + std::string(name_of(mode)));
      if (source.has_alpha() && mode == resize_mode::longest) continue;  // open_clip pads with a transparent black there
      BOOST_TEST(largest_difference(applied(settings, source), expected) == 0.0F, start << name_of(mode));
    }
  }
}

BOOST_AUTO_TEST_CASE(transformers_gives_the_same_values) {
  for (int number = 0; number < 5; ++number) {
    const std::string start = "prepare." + std::to_string(number) + ".";
    const image source = pictures::golden_image(start + "source");
    const auto compare = [&](const std::string& name, fewclip::index size, fewclip::index resize_to) {
      preprocessing settings = of_size(size);
      settings.resize_to = resize_to;
      settings.crop = crop_mode::transformers;
      const auto expected = pictures::golden().read<float>(start + "transformers." + name);
      BOOST_TEST(largest_difference(applied(settings, source), expected) <= 1e-6F, start << name);
    };
    compare("clip", 16, 0);
    compare("larger", 16, 21);
    compare("padded", 18, 13);
  }
}

BOOST_AUTO_TEST_CASE(values_are_normalised_in_single_precision_plane_by_plane) {
  preprocessing settings = of_size(1);
  BOOST_TEST(applied(settings, image(1, 1, 3, {0, 128, 255})) ==
                 (std::vector<float>{(0.0F - 0.48145466F) / 0.26862954F, (128 / 255.0F - 0.4578275F) / 0.26130258F,
                                     (1.0F - 0.40821073F) / 0.27577711F}),
             boost::test_tools::per_element());
  settings = of_size(2);
  settings.mean = {0, 0, 0};
  settings.std = {1, 1, 1};
  BOOST_TEST(applied(settings, image(2, 2, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0})) ==
                 (std::vector<float>{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_colour_order_matters_for_alpha_only) {
  preprocessing first = of_size(8);
  preprocessing last = first;
  last.order = colour_order::openai;
  for (const fewclip::index channels : {1, 3}) {
    const image source = pictures::noise(20, 13, channels, 1);
    BOOST_TEST((first.cropped(source) == last.cropped(source)));
  }
  for (const fewclip::index channels : {2, 4}) {
    const image source = pictures::noise(20, 13, channels, 1);
    BOOST_TEST((first.cropped(source) == first.cropped(fewclip::images::to_rgb(source))));
    BOOST_TEST((first.cropped(source) != last.cropped(source)));
  }
}

BOOST_AUTO_TEST_CASE(transparent_colours_are_laid_on_white_before_the_resize) {
  for (const colour_order order : {colour_order::rgb_first, colour_order::openai}) {
    preprocessing settings = of_size(8);
    settings.order = order;
    settings.transparency = fewclip::images::transparency_rule::white;
    for (const fewclip::index channels : {2, 4}) {
      const image source = pictures::noise(20, 13, channels, 1);
      BOOST_TEST((settings.cropped(source) == of_size(8).cropped(fewclip::images::on_white(source))));
    }
  }
}

BOOST_AUTO_TEST_CASE(extreme_images_are_prepared) {
  for (const extent shape : {extent{1, 1}, extent{1, 10000}, extent{10000, 1}}) {
    const image source(shape.width, shape.height, 3,
                       std::vector<std::uint8_t>(static_cast<std::size_t>(3 * shape.width * shape.height), 9));
    for (const resize_mode mode : {resize_mode::shortest, resize_mode::squash, resize_mode::longest}) {
      preprocessing settings;
      settings.mode = mode;
      settings.fill = 9;
      const image got = settings.cropped(source);
      BOOST_TEST((got == image(224, 224, 3, std::vector<std::uint8_t>(3 * 224 * 224, 9))), name_of(mode));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_identifier_names_every_setting) {
  BOOST_TEST(preprocessing().identifier() ==
             "size=224 resize=shortest:224 filter=bicubic crop=torchvision order=rgb_first fill=0 "
             "mean=0.48145467,0.4578275,0.40821072 std=0.26862955,0.2613026,0.2757771");
  std::vector<std::string> all{preprocessing().identifier()};
  const auto changed = [&](auto change) {
    preprocessing settings;
    change(settings);
    all.push_back(settings.identifier());
  };
  changed([](auto& s) { s.size = 336; });
  changed([](auto& s) { s.resize_to = 256; });
  changed([](auto& s) { s.mode = resize_mode::squash; });
  changed([](auto& s) { s.mode = resize_mode::longest; });
  changed([](auto& s) { s.filter = fewclip::images::resample_filter::bilinear; });
  changed([](auto& s) { s.crop = crop_mode::transformers; });
  changed([](auto& s) { s.order = colour_order::openai; });
  changed([](auto& s) { s.transparency = fewclip::images::transparency_rule::white; });
  changed([](auto& s) { s.upright = true; });
  changed([](auto& s) { s.fill = 1; });
  changed([](auto& s) { s.mean[1] = std::nextafter(s.mean[1], 1.0F); });
  changed([](auto& s) { s.std[2] = std::nextafter(s.std[2], 1.0F); });
  const preprocessing both{.transparency = fewclip::images::transparency_rule::white, .upright = true};
  BOOST_TEST(both.identifier() == all[0] + " transparency=white orientation=upright");
  std::sort(all.begin(), all.end());
  BOOST_TEST((std::adjacent_find(all.begin(), all.end()) == all.end()));
}

BOOST_AUTO_TEST_CASE(settings_out_of_range_are_refused_by_name) {
  const std::string start = "fewclip::images::preprocessing: ";
  BOOST_TEST(refusal([](auto& s) { s.size = 0; }) == start + "size: expected 1 to 4096, got 0");
  BOOST_TEST(refusal([](auto& s) { s.resize_to = 5000; }) == start + "resize_to: expected 0 to 4096, got 5000");
  BOOST_TEST(refusal([](auto& s) {
               s.resize_to = 256;
               s.mode = resize_mode::squash;
             }) == start + "resize_to: expected 0 where the mode is not shortest, got 256");
  BOOST_TEST(refusal([](auto& s) {
               s.mean = {0, std::numeric_limits<float>::infinity(), 0};
             }) == start + "mean: expected finite numbers, got 0,inf,0");
  BOOST_TEST(refusal([](auto& s) { s.std = {1, 0, 1}; }) == start + "std: expected finite numbers above 0, got 1,0,1");
}

BOOST_AUTO_TEST_CASE(images_and_outputs_of_other_extents_are_refused) {
  const preprocessing settings = of_size(2);
  std::vector<float> out(12);
  BOOST_TEST(message_of<shape_error>([&] { settings.normalise(image(2, 3, 3), out); }) ==
             "fewclip::images::preprocessing: image: expected 2 x 2 pixels of 3 channels, got 2 x 3 pixels of 3 channels");
  out.resize(11);
  BOOST_TEST(message_of<shape_error>([&] { settings.apply(image(5, 4, 1), out); }) ==
             "fewclip::images::preprocessing: output: expected 12 floats, got 11");
  BOOST_TEST(message_of<shape_error>([&] { settings.cropped(image()); }) ==
             "fewclip::images::preprocessing: image: expected at least one pixel, got none");
}
