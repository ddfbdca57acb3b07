#include "fewclip/data/keyed_draw.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

namespace data = fewclip::data;
using items = std::vector<data::image_item>;
using texts = std::vector<std::string>;

namespace {

/// `count` images, of three classes in turn.
items three_classes(int count) {
  items out;
  for (int at = 0; at < count; ++at) out.push_back({"image_" + std::to_string(at) + ".jpg", at % 3});
  return out;
}

const texts ids{"ant", "bee", "cat"};

texts drawn_paths(const items& list, fewclip::index shots, std::uint64_t seed, const texts& names = ids) {
  texts out;
  for (const auto row : data::draw_shots_by_key(list, names, shots, seed)) out.push_back(list[static_cast<std::size_t>(row)].path);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(text_numbers_are_the_published_ones_of_fnv_1a) {
  BOOST_TEST(data::text_number("") == 0xcbf29ce484222325U);
  BOOST_TEST(data::text_number("a") == 0xaf63dc4c8601ec8cU);
  BOOST_TEST(data::text_number("foobar") == 0x85944171f73967e8U);
  BOOST_TEST(data::text_number("bar", data::text_number("foo")) == 0x85944171f73967e8U);
}

BOOST_AUTO_TEST_CASE(class_and_path_are_kept_apart_in_the_key) {
  BOOST_TEST(data::draw_key(1, "ab", "c") != data::draw_key(1, "a", "bc"));
  BOOST_TEST(data::draw_key(1, "a", "b") != data::draw_key(2, "a", "b"));
}

BOOST_AUTO_TEST_CASE(the_order_of_the_list_does_not_matter) {
  items list = three_classes(60);
  const texts before = drawn_paths(list, 4, 1);
  BOOST_TEST(before.size() == 12U);
  const auto seed = std::random_device()();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::shuffle(list.begin(), list.end(), std::mt19937(seed));
  BOOST_TEST(drawn_paths(list, 4, 1) == before, boost::test_tools::per_element());
  BOOST_TEST((drawn_paths(list, 4, 2) != before));
}

BOOST_AUTO_TEST_CASE(fewer_shots_are_the_first_of_more_shots) {
  const items list = three_classes(60);
  const texts four = drawn_paths(list, 4, 7);
  const texts two = drawn_paths(list, 2, 7);
  const texts expected{four[0], four[1], four[4], four[5], four[8], four[9]};
  BOOST_TEST(two == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(new_images_only_displace_and_new_classes_change_nothing) {
  const texts before = drawn_paths(three_classes(60), 4, 1);
  items grown = three_classes(90);
  const texts after = drawn_paths(grown, 4, 1);
  for (const std::string& path : after) {
    const bool is_new = std::stoi(path.substr(6)) >= 60;
    BOOST_TEST((is_new || std::count(before.begin(), before.end(), path) == 1));
  }
  // The class in front moves all labels.
  for (auto& item : grown) ++item.label;
  grown.push_back({"first.jpg", 0});
  const texts moved = drawn_paths(grown, 4, 1, {"aardvark", "ant", "bee", "cat"});
  BOOST_TEST_REQUIRE(moved.size() == 13U);
  BOOST_TEST(texts(moved.begin() + 1, moved.end()) == after, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_image_is_drawn_about_equally_often) {
  items list;
  for (int at = 0; at < 20; ++at) list.push_back({std::to_string(at), 0});
  std::map<std::string, int> times;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    for (const std::string& path : drawn_paths(list, 5, seed, {"x"})) ++times[path];
  }
  // Binomial, mean 1000, deviation 27.4: six of them.
  for (const auto& [path, count] : times) BOOST_TEST((count > 835 && count < 1165), path << " was drawn " << count << " times");
  BOOST_TEST(times.size() == 20U);
}

BOOST_AUTO_TEST_CASE(a_small_class_gives_all_it_has_once) {
  const items list{{"a", 1}, {"b", 0}, {"c", 1}, {"d", 1}};
  const auto drawn = data::draw_shots_by_key(list, {"x", "y", "z"}, 2, 3);
  BOOST_TEST_REQUIRE(drawn.size() == 3U);
  BOOST_TEST(drawn[0] == 1);
  BOOST_TEST((std::set<fewclip::index>(drawn.begin(), drawn.end()).size() == 3U));
}

BOOST_AUTO_TEST_CASE(impossible_draws_are_refused) {
  BOOST_CHECK_THROW((void)data::draw_shots_by_key({{"a", 0}}, {"x"}, 0, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::draw_shots_by_key({{"a", 1}}, {"x"}, 1, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::draw_shots_by_key({{"a"}}, {"x"}, 1, 1), fewclip::value_error);
}
