#include "fewclip/data/tangram/rendering.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fewclip/io/kilogram.hpp>
#include <fewclip/io/safetensors.hpp>
#include <set>

using namespace fewclip::data::tangram;
using fewclip::image;

namespace {

const fewclip::io::safetensors_file& golden() {
  static const fewclip::io::safetensors_file file(FEWCLIP_TEST_SOURCE_DIR "/golden/tangram_raster.safetensors");
  return file;
}

drawing house() { return fewclip::io::parse_kilogram_svg(golden().metadata().at("svg"), "golden").picture; }

/// The largest and the mean distance from what Skia made.
std::pair<int, double> distance_from(const std::string& name, const image& picture) {
  const auto expected = golden().bytes(name);
  int largest = 0;
  double sum = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const int apart = std::abs(static_cast<int>(expected[i]) - static_cast<int>(picture.bytes()[3 * i]));
    largest = std::max(largest, apart);
    sum += apart;
  }
  return {largest, sum / static_cast<double>(expected.size())};
}

const piece_parts parts_of_a_dog = {"body", "body", "leg", "leg", "head", "tail", "body"};

}  // namespace

BOOST_AUTO_TEST_CASE(filled_pieces_are_those_of_skia) {
  canvas out(56, 56, {255, 255, 255});
  const drawing shape = house();
  const affine map = to_pixels(squared(shape.view), 56.0);
  std::vector<polygon> placed;
  for (const polygon& each : shape.outlines()) placed.push_back(map(each));
  out.fill(placed, colour{});
  const auto [largest, mean] = distance_from("plain", out.to_image());
  BOOST_TEST(largest <= 4);  // 16 x 16 samples know 1/256 at best
  BOOST_TEST(mean < 0.3);
}

BOOST_AUTO_TEST_CASE(black_pictures_are_those_of_skia) {
  // Fill and stroke are mixed one after the other, as browsers do, where 16 x 16 samples know which lies on top.
  const auto [largest, mean] = distance_from("stroked", render_black(house(), {.side = 56}));
  BOOST_TEST(largest <= 64);
  BOOST_TEST(mean < 2.0);
  const auto [largest_without, mean_without] = distance_from("stroked", render_black(house(), {.side = 56, .stroke_width = 0.0}));
  BOOST_TEST(mean_without > 2.0 * mean);  // the strokes matter
}

BOOST_AUTO_TEST_CASE(pieces_of_a_part_share_a_colour_and_parts_differ) {
  std::set<std::string_view> firsts;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const piece_colours fills = colours_by_part(parts_of_a_dog, seed);
    std::set<float> reds;
    for (std::size_t i = 0; i < 7; ++i) {
      for (std::size_t k = 0; k < 7; ++k) BOOST_TEST((fills[i] == fills[k]) == (parts_of_a_dog[i] == parts_of_a_dog[k]));
    }
    for (const named_colour& each : part_colours) {
      if (each.value == fills[4]) firsts.insert(each.name);
    }
  }
  BOOST_TEST(firsts.size() == 4U);  // four parts take the first four colours, in an order that depends on the seed
  BOOST_TEST((colours_by_part(parts_of_a_dog, 5) == colours_by_part(parts_of_a_dog, 5)));
}

BOOST_AUTO_TEST_CASE(parts_that_are_not_mentioned_are_black) {
  const std::vector<std::string> mentioned = {"head", "leg"};
  const piece_colours fills = colours_by_part(parts_of_a_dog, 1, &mentioned);
  for (std::size_t i = 0; i < 7; ++i) {
    const bool expected = parts_of_a_dog[i] == "head" || parts_of_a_dog[i] == "leg";
    BOOST_TEST((fills[i] != colour{}) == expected);
  }
}

BOOST_AUTO_TEST_CASE(pieces_have_their_colours_and_the_rest_is_background) {
  piece_colours fills{};
  fills[0] = {255, 0, 0};  // the lower half of the wall, whose middle is near (93, 107)
  const image picture = render(house(), fills, {.side = 100, .background = {10, 20, 30}});
  const std::uint8_t* const wall = picture.row(77) + 3 * 43;
  BOOST_TEST((wall[0] == 255 && wall[1] == 0 && wall[2] == 0));
  BOOST_TEST((picture.row(0)[0] == 10 && picture.row(0)[1] == 20 && picture.row(0)[2] == 30));
  BOOST_TEST(render_black(house()).width() == 224);
}

BOOST_AUTO_TEST_CASE(a_side_of_nothing_is_refused) {
  BOOST_CHECK_EXCEPTION(render_black(house(), {.side = 0}), fewclip::value_error, [](const auto& failure) {
    return std::string(failure.what()) == "fewclip::data::tangram::render: side: expected at least 1, got 0";
  });
  BOOST_CHECK_THROW(render_black(drawing{}), fewclip::value_error);
}
