#include "fewclip/data/tangram/scenes.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

using namespace fewclip::data::tangram;

namespace {

/// The colour of a word, if it is one.
const named_colour* colour_called(const std::string& word) {
  for (const named_colour& each : scene_colours) {
    if (each.name == word) return &each;
  }
  return nullptr;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == ' ')
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

/// The mean place of the pixels near a colour, and how many there are.
struct found {
  double x = 0.0;
  double y = 0.0;
  int count = 0;
};

found pixels_of(const fewclip::image& picture, colour wanted) {
  found out;
  for (fewclip::index y = 0; y < picture.height(); ++y) {
    for (fewclip::index x = 0; x < picture.width(); ++x) {
      const std::uint8_t* const p = picture.row(y) + 3 * x;
      if (difference(wanted, {static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])}) > 3.0F) continue;
      out.x += static_cast<double>(x);
      out.y += static_cast<double>(y);
      ++out.count;
    }
  }
  if (out.count > 0) {
    out.x /= out.count;
    out.y /= out.count;
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_scene_is_a_function_of_seed_and_number) {
  const scene first = make_scene(5, 17, 64);
  BOOST_TEST((first.picture == make_scene(5, 17, 64).picture));
  BOOST_TEST(first.caption == make_scene(5, 17, 64).caption);
  BOOST_TEST(first.caption == make_scene(5, 17, 32).caption);
  BOOST_TEST(!(first.picture == make_scene(5, 18, 64).picture));
  BOOST_TEST(!(first.picture == make_scene(6, 17, 64).picture));
  BOOST_TEST(first.picture.channels() == 3);
  BOOST_CHECK_THROW(make_scene(1, 1, 8), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(the_caption_tells_which_colour_is_where) {
  // "a red boat left of a blue house": of two different colours, neither in the background, each is where the sentence has it.
  int checked = 0;
  for (std::uint64_t number = 0; number < 1500; ++number) {
    const scene made = make_scene(9, number, 48);
    for (const std::string relation : {" left of ", " right of ", " above ", " below "}) {
      const std::size_t at = made.caption.find(relation);
      if (at == std::string::npos) continue;
      const named_colour* const first = colour_called(words_of(made.caption)[1]);
      const named_colour* const second = colour_called(words_of(made.caption.substr(at + relation.size()))[1]);
      BOOST_REQUIRE((first != nullptr && second != nullptr));
      if (first == second) continue;
      const found one = pixels_of(made.picture, first->value);
      const found two = pixels_of(made.picture, second->value);
      BOOST_REQUIRE_MESSAGE(one.count > 5 && two.count > 5, made.caption << ", number " << number);
      if (one.count > 700 || two.count > 700) continue;  // the pattern of the background has this colour, too
      const bool right = relation == " left of "    ? one.x < two.x
                         : relation == " right of " ? one.x > two.x
                         : relation == " above "    ? one.y < two.y
                                                    : one.y > two.y;
      BOOST_TEST(right, made.caption << ", number " << number);
      ++checked;
    }
  }
  BOOST_TEST(checked > 150);
}

BOOST_AUTO_TEST_CASE(every_kind_shape_and_colour_is_seen_and_many_sentences_differ) {
  std::map<std::string, int> words;
  std::set<std::string> captions;
  for (std::uint64_t number = 0; number < 3000; ++number) {
    const std::string caption = make_scene(2, number, 16).caption;
    captions.insert(caption);
    for (const std::string& word : words_of(caption)) ++words[word];
    BOOST_REQUIRE(caption.find("  ") == std::string::npos);
  }
  for (fewclip::index kind = 0; kind < kind_count; ++kind) BOOST_TEST(words[std::string(kind_name(kind))] > 20, kind_name(kind));
  for (std::size_t i = 0; i < plain_shape_count; ++i) BOOST_TEST(words[std::string(name_of(static_cast<plain_shape>(i)))] > 10);
  for (const named_colour& each : scene_colours) BOOST_TEST(words[std::string(each.name)] > 50, each.name);
  for (const char* const word : {"left", "right", "above", "below", "two", "three", "four", "photo", "with", "large", "small", "striped"}) {
    BOOST_TEST(words[word] > 10, word);
  }
  BOOST_TEST(captions.size() > 1200U);
}

BOOST_AUTO_TEST_CASE(a_part_in_several_places_is_described_in_the_plural) {
  BOOST_TEST(caption(describe(make_tangram(kind_number("rocket"), 1))) == "a rocket with a body, a flame, fins, and a nose");
  BOOST_TEST(caption(describe(make_tangram(kind_number("arrow"), 1))) == "an arrow with a head, a shaft, and a tail");
}
