#include "fewclip/images/image.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <vector>

#include "../io/scratch.hpp"
#include "pictures.hpp"

using fewclip::image;
using fewclip::shape_error;
using fewclip::images::crop;
using fewclip::images::flip_horizontally;
using fewclip::images::to_rgb;
using pictures::bytes_of;
using scratch::message_of;
using bytes = std::vector<std::uint8_t>;

BOOST_AUTO_TEST_CASE(a_new_image_is_black_and_rows_follow_each_other) {
  image picture(3, 2, 4);
  BOOST_TEST(picture.bytes().size() == 24U);
  BOOST_TEST(pictures::sum(picture) == 0);
  picture.row(1)[5] = 9;
  BOOST_TEST(picture.bytes()[17] == 9);
  BOOST_TEST(picture.text() == "3 x 2 pixels of 4 channels");
  BOOST_TEST(picture.has_alpha());
  BOOST_TEST(!image(1, 1, 3).has_alpha());
  BOOST_TEST(image().empty());
}

BOOST_AUTO_TEST_CASE(other_extents_are_refused) {
  BOOST_TEST(message_of<shape_error>([] { image(0, 5, 3); }) ==
             "fewclip::image: width and height: expected 1 to 16777216 pixels each, got 0 x 5");
  BOOST_TEST(message_of<shape_error>([] { image(1, image::max_side + 1, 1); }) ==
             "fewclip::image: width and height: expected 1 to 16777216 pixels each, got 1 x 16777217");
  BOOST_TEST(message_of<shape_error>([] { image(1, 1, 5); }) == "fewclip::image: channels: expected 1 to 4, got 5");
  BOOST_TEST(message_of<shape_error>([] { image(2, 1, 3, bytes(5)); }) ==
             "fewclip::image: bytes of 2 x 1 pixels of 3 channels: expected 6, got 5");
}

BOOST_AUTO_TEST_CASE(a_crop_has_the_pixels_of_its_window) {
  const image picture(3, 2, 2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  BOOST_TEST((crop(picture, {1, 0, 2, 2}) == image(2, 2, 2, {3, 4, 5, 6, 9, 10, 11, 12})));
  BOOST_TEST((crop(picture, {0, 0, 3, 2}) == picture));
}

BOOST_AUTO_TEST_CASE(a_window_outside_is_refused) {
  const image picture(3, 2, 1);
  for (const auto& part : {fewclip::images::window{-1, 0, 2, 2}, {0, -1, 1, 1}, {2, 0, 2, 1}, {0, 1, 1, 2}, {0, 0, 0, 1}, {0, 0, 1, 0}}) {
    BOOST_TEST(message_of<shape_error>([&] { crop(picture, part); }) ==
               "fewclip::images::crop: window: expected at least one pixel inside 3 x 2, got " + part.text());
  }
  BOOST_TEST((fewclip::images::window{2, 0, 2, 1}.text()) == "2 x 1 pixels at column 2, row 0");
  const auto huge = fewclip::images::window{PTRDIFF_MAX, 0, 2, 1};
  BOOST_CHECK_THROW(crop(picture, huge), shape_error);
}

BOOST_AUTO_TEST_CASE(a_flip_exchanges_left_and_right) {
  const image picture(3, 1, 2, {1, 2, 3, 4, 5, 6});
  BOOST_TEST((flip_horizontally(picture) == image(3, 1, 2, {5, 6, 3, 4, 1, 2})));
  BOOST_TEST((flip_horizontally(flip_horizontally(picture)) == picture));
}

BOOST_AUTO_TEST_CASE(grey_is_repeated_and_alpha_dropped) {
  BOOST_TEST((to_rgb(image(2, 1, 1, {7, 9})) == image(2, 1, 3, {7, 7, 7, 9, 9, 9})));
  BOOST_TEST((to_rgb(image(2, 1, 2, {7, 0, 9, 1})) == image(2, 1, 3, {7, 7, 7, 9, 9, 9})));
  BOOST_TEST((to_rgb(image(1, 1, 3, {1, 2, 3})) == image(1, 1, 3, {1, 2, 3})));
  BOOST_TEST((to_rgb(image(2, 1, 4, {1, 2, 3, 0, 4, 5, 6, 128})) == image(2, 1, 3, {1, 2, 3, 4, 5, 6})));
  BOOST_TEST(message_of<shape_error>([] { to_rgb(image()); }) == "fewclip::images::to_rgb: image: expected at least one pixel, got none");
}

BOOST_AUTO_TEST_CASE(colours_that_are_not_opaque_are_laid_on_white) {
  const fewclip::image source(3, 1, 4, {10, 20, 30, 128, 10, 20, 30, 0, 10, 20, 30, 255});
  const fewclip::image expected(3, 1, 3, {132, 137, 142, 255, 255, 255, 10, 20, 30});  // 10 * 128 / 255 + 127 = 132.02
  BOOST_TEST((fewclip::images::on_white(source) == expected));
  BOOST_TEST((fewclip::images::on_white({1, 1, 2, {100, 51}}) == fewclip::image(1, 1, 3, {224, 224, 224})));
  BOOST_TEST((fewclip::images::on_white({1, 1, 1, {100}}) == fewclip::image(1, 1, 3, {100, 100, 100})));
}
