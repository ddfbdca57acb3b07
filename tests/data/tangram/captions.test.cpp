#include "fewclip/data/tangram/captions.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip::data::tangram;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(a_caption_names_the_whole_and_its_parts) {
  BOOST_TEST(caption({"dog", {"head", "body", "tail"}}) == "a dog with a head, a body, and a tail");
  BOOST_TEST(caption({"dog", {"ears"}}) == "a dog with ears");
  BOOST_TEST(caption({"dog", {"head", "legs"}}) == "a dog with a head, and legs");
  BOOST_TEST(caption({"elephant", {}}) == "an elephant");
  BOOST_TEST(caption({"an eagle", {"eye"}}) == "an eagle with an eye");
}

BOOST_AUTO_TEST_CASE(articles_are_left_out_where_there_is_one_or_a_plural) {
  BOOST_TEST(with_article("upper body") == "an upper body");
  BOOST_TEST(with_article("the sun") == "the sun");
  BOOST_TEST(with_article("two long legs") == "two long legs");
  BOOST_TEST(with_article("feet") == "feet");
  BOOST_TEST(with_article("dress") == "a dress");
  BOOST_TEST(with_article("octopus") == "an octopus");
  BOOST_TEST(with_article("legs of a chair") == "a legs of a chair");  // the rule looks at the last word only
  BOOST_TEST(with_article("").empty());
}

BOOST_AUTO_TEST_CASE(commas_tell_the_number_of_parts) {
  phrases of{"bird", {}};
  BOOST_TEST(part_count(caption(of)) == 1);
  for (int parts = 1; parts <= 7; ++parts) {
    of.parts.push_back("part " + std::string(1, static_cast<char>('a' + parts)));
    BOOST_TEST(part_count(caption(of)) == parts);
  }
}

BOOST_AUTO_TEST_CASE(the_raw_form_is_cut_at_its_signs) {
  BOOST_TEST((parse_phrases("dog#head#tail") == phrases{"dog", {"head", "tail"}}));
  BOOST_TEST((parse_phrases("dog") == phrases{"dog", {}}));
  BOOST_CHECK_EXCEPTION(parse_phrases("dog##tail"), fewclip::value_error, [](const auto& failure) {
    return std::string(failure.what()) ==
           "fewclip::data::tangram::parse_phrases: raw: expected whole#part#part without an empty one, got dog##tail";
  });
}

BOOST_AUTO_TEST_CASE(subsets_go_from_none_to_all) {
  const auto all = part_subsets({"dog", {"head", "tail"}});
  BOOST_REQUIRE(all.size() == 4U);
  BOOST_TEST(all[0].parts.empty());
  BOOST_TEST(all[1].parts == std::vector<std::string>{"head"}, tt::per_element());
  BOOST_TEST(all[2].parts == std::vector<std::string>{"tail"}, tt::per_element());
  BOOST_TEST(all[3].parts == (std::vector<std::string>{"head", "tail"}), tt::per_element());
  BOOST_CHECK_THROW(part_subsets({"x", std::vector<std::string>(8, "part")}), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(parts_have_a_plural) {
  BOOST_TEST(plural("wing") == "wings");
  BOOST_TEST(plural("foot") == "feet");
  BOOST_TEST(plural("branch") == "branches");
  BOOST_TEST(plural("box") == "boxes");
  BOOST_TEST(is_plural(plural("hexagon")));
}
