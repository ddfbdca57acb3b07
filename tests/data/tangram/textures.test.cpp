#include "fewclip/data/tangram/textures.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

using namespace fewclip::data::tangram;

namespace {

constexpr colour red{200, 0, 0};
constexpr colour blue{0, 0, 200};

texture of(pattern kind) { return {.kind = kind, .first = red, .second = blue, .period = 0.25, .angle = 0.0, .side = 64.0, .seed = 3}; }

/// The share of the second colour over all pixels.
double share(const texture& paint) {
  double sum = 0.0;
  for (fewclip::index y = 0; y < 64; ++y) {
    for (fewclip::index x = 0; x < 64; ++x) sum += static_cast<double>(paint(x, y).blue) / 200.0;
  }
  return sum / 4096.0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_plain_texture_is_its_first_colour) { BOOST_TEST(share(of(pattern::plain)) == 0.0); }

BOOST_AUTO_TEST_CASE(stripes_have_their_period_and_direction) {
  const texture stripes = of(pattern::stripes);
  for (fewclip::index y = 0; y < 64; y += 9) {
    for (fewclip::index x = 0; x + 16 < 64; ++x) {
      BOOST_TEST(std::abs(stripes(x, y).red - stripes(x + 16, y).red) < 0.01F);  // a quarter of the side
      BOOST_TEST((stripes(x, y) == stripes(x, 0)));
    }
  }
  BOOST_TEST((stripes(4, 0) == blue));
  BOOST_TEST((stripes(12, 0) == red));
}

BOOST_AUTO_TEST_CASE(both_colours_take_their_share) {
  BOOST_TEST(std::abs(share(of(pattern::stripes)) - 0.5) < 0.02);
  BOOST_TEST(std::abs(share(of(pattern::checks)) - 0.5) < 0.02);
  BOOST_TEST(std::abs(share(of(pattern::gradient)) - 0.5) < 0.02);
  BOOST_TEST((share(of(pattern::dots)) > 0.1 && share(of(pattern::dots)) < 0.4));
  BOOST_TEST(std::abs(share(of(pattern::speckles)) - (0.25 * 0.8 + 0.75 * 0.1)) < 0.03);
}

BOOST_AUTO_TEST_CASE(colours_of_scenes_have_names_and_can_be_told_apart) {
  std::set<std::string_view> names;
  for (const named_colour& each : scene_colours) {
    names.insert(each.name);
    for (const named_colour& other : scene_colours) {
      if (each.name != other.name) BOOST_TEST(difference(each.value, other.value) > 25.0F, each.name << " and " << other.name);
    }
  }
  BOOST_TEST(names.size() == scene_colours.size());
  BOOST_TEST(std::abs(difference({0, 0, 0}, {255, 255, 255}) - 255.0F) < 0.01F);
  BOOST_TEST(name_of(pattern::checks) == "checkered");
}
