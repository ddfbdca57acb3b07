#include "fewclip/images/preprocessing.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../io/shared_data.hpp"
#include "fewclip/images/decode.hpp"
#include "pictures.hpp"

using namespace fewclip::images;
using fewclip::image;

namespace {

const nlohmann::json& vectors() {
  static const nlohmann::json all = nlohmann::json::parse(std::ifstream(shared_data::folder() + "/test_vectors.json"));
  return all;
}

std::string golden(const std::string& name) { return shared_data::folder() + "/golden/" + name; }

/// Largest and mean difference to the expected values of one file.
struct difference {
  double largest = 0;
  double mean = 0;
};

difference to_expected(const preprocessing& settings, const image& source, const std::string& stem) {
  static const fewclip::io::safetensors_file file(golden("preprocess/expected.safetensors"));
  const auto expected = file.read<float>("pixels." + stem);
  std::vector<float> got(settings.values());
  settings.apply(source, got);
  BOOST_REQUIRE(got.size() == expected.size());
  difference out;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double one = std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i]));
    out.largest = std::max(out.largest, one);
    out.mean += one / static_cast<double>(got.size());
  }
  return out;
}

template <class Visit>
void for_each_picture(const Visit& visit) {
  int seen = 0;
  for (const auto& [name, values] : vectors()["preprocess_u8"]["files"].items()) {
    visit(name.substr(0, name.size() - 4), values);
    ++seen;
  }
  BOOST_TEST(seen == 8);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::is_there))

BOOST_AUTO_TEST_CASE(lossless_pictures_become_exactly_the_expected_bytes_and_values) {
  for_each_picture([](const std::string& stem, const nlohmann::json& values) {
    const image source = decode_image(golden("preprocess/decoded/" + stem + ".png"));
    const image square = preprocessing().cropped(source);
    BOOST_TEST(pictures::sum(square) == values["crop_sum_u8"].get<fewclip::index>(), stem);
    BOOST_TEST(pictures::digest(square) == values["crop_sha256"].get<std::string>(), stem);
    BOOST_TEST(to_expected({}, source, stem).largest == 0.0, stem);
  });
}

BOOST_AUTO_TEST_CASE(the_other_crop_mode_shows_on_one_picture_only) {
  preprocessing settings;
  settings.crop = crop_mode::transformers;
  for_each_picture([&](const std::string& stem, const nlohmann::json&) {
    const image source = decode_image(golden("preprocess/decoded/" + stem + ".png"));
    BOOST_TEST((to_expected(settings, source, stem).largest > 1) == (stem == "524_316"), stem);
  });
}

BOOST_AUTO_TEST_CASE(jpeg_files_become_the_expected_values_exactly_with_libjpeg_turbo) {
  if (!has_jpeg_turbo) return;
  for_each_picture([](const std::string& stem, const nlohmann::json&) {
    const image source = decode_image(golden("preprocess/" + stem + ".jpg"), {.jpeg = jpeg_decoder::jpeg_turbo});
    BOOST_TEST((source == decode_image(golden("preprocess/decoded/" + stem + ".png"))), stem);
    BOOST_TEST(to_expected({}, source, stem).largest == 0.0, stem);
  });
}

BOOST_AUTO_TEST_CASE(jpeg_files_become_the_expected_values_nearly_with_stb) {
  for_each_picture([](const std::string& stem, const nlohmann::json&) {
    const difference got = to_expected({}, decode_image(golden("preprocess/" + stem + ".jpg"), {.jpeg = jpeg_decoder::stb}), stem);
    BOOST_TEST(got.largest <= 0.05, stem);
    BOOST_TEST(got.mean <= 0.002, stem);
  });
}

BOOST_AUTO_TEST_CASE(colour_order_and_crop_mode_on_a_picture_with_alpha) {
  const image source = decode_image(golden("npclip_vitb32/CLIP.png"), {.keeps_alpha = true});
  BOOST_TEST(source.channels() == 4);
  for (const nlohmann::json& one : vectors()["clip_png_rgba"]["cases"]) {
    preprocessing settings;
    settings.order = one["order"] == "rgb_then_resize" ? colour_order::rgb_first : colour_order::openai;
    settings.crop = one["crop"] == "floor" ? crop_mode::transformers : crop_mode::torchvision;
    const image square = settings.cropped(source);
    BOOST_TEST(pictures::sum(square) == one["sum_u8"].get<fewclip::index>());
    BOOST_TEST(pictures::digest(square) == one["sha256"].get<std::string>());
  }
}

BOOST_AUTO_TEST_SUITE_END()
