#include "fewclip/tokenizer/scanner.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../io/shared_data.hpp"

namespace tt = boost::test_tools;
using fewclip::tokenizer::pre_token_kind;
using fewclip::tokenizer::pre_tokens;
using fewclip::tokenizer::specials;
using texts = std::vector<std::string>;

namespace {

texts split(const std::string& text, specials mode = specials::as_text) {
  texts out;
  for (const auto& each : pre_tokens(text, mode)) out.emplace_back(each.text);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(letters_run_together_and_digits_stand_alone) {
  BOOST_TEST(split("boeing 737-800, a") == (texts{"boeing", "7", "3", "7", "-", "8", "0", "0", ",", "a"}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(the_seven_contractions_are_tokens_of_their_own) {
  BOOST_TEST(split("it's don't we're you've i'm he'll she'd o'clock") ==
                 (texts{"it", "'s", "don", "'t", "we", "'re", "you", "'ve", "i", "'m", "he", "'ll", "she", "'d", "o", "'", "clock"}),
             tt::per_element());
}

// As OpenAI's expression, which ignores case; it matters where capitals stay.
BOOST_AUTO_TEST_CASE(contractions_in_capitals_are_contractions) {
  BOOST_TEST(split("IT'S WE'Re") == (texts{"IT", "'S", "WE", "'Re"}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_contraction_may_begin_a_word_but_not_a_run_of_signs) {
  BOOST_TEST(split("'tis") == (texts{"'t", "is"}), tt::per_element());
  BOOST_TEST(split("''s") == (texts{"''", "s"}), tt::per_element());
  BOOST_TEST(split("x'll'd") == (texts{"x", "'ll", "'d"}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(combining_marks_and_typographic_apostrophes_are_signs) {
  BOOST_TEST(split("e\xCC\x81z") == (texts{"e", "\xCC\x81", "z"}), tt::per_element());
  BOOST_TEST(split("don\xE2\x80\x99t") == (texts{"don", "\xE2\x80\x99", "t"}), tt::per_element());
  BOOST_TEST(split("a_b") == (texts{"a", "_", "b"}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(number_characters_of_every_kind_stand_alone) {
  BOOST_TEST(split("1\xC2\xBD\xC2\xB2\xE2\x85\xA7x") == (texts{"1", "\xC2\xBD", "\xC2\xB2", "\xE2\x85\xA7", "x"}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(all_white_space_separates_and_a_zero_width_space_does_not) {
  BOOST_TEST(split("a\xC2\xA0"
                   "b\xE3\x80\x80"
                   "c\xE2\x80\xA8"
                   "d\x0B"
                   "e") == (texts{"a", "b", "c", "d", "e"}),
             tt::per_element());
  BOOST_TEST(split("a\xE2\x80\x8B"
                   "b") == (texts{"a", "\xE2\x80\x8B", "b"}),
             tt::per_element());
}

BOOST_AUTO_TEST_CASE(special_tokens_are_text_unless_they_are_parsed) {
  BOOST_TEST(split("a<|endoftext|>b") == (texts{"a", "<|", "endoftext", "|>", "b"}), tt::per_element());
  BOOST_TEST(split("a<|endoftext|>b", specials::parse) == (texts{"a", "<|endoftext|>", "b"}), tt::per_element());
  const auto found = pre_tokens("<|startoftext|> a<|endoftext|>", specials::parse);
  BOOST_REQUIRE(found.size() == 3U);
  BOOST_TEST((found[0].kind == pre_token_kind::start));
  BOOST_TEST((found[1].kind == pre_token_kind::word));
  BOOST_TEST((found[2].kind == pre_token_kind::end));
}

BOOST_AUTO_TEST_CASE(special_tokens_are_found_only_where_a_token_begins) {
  BOOST_TEST(split("!<|endoftext|>", specials::parse) == (texts{"!<|", "endoftext", "|>"}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(other_names_of_special_tokens_can_be_given) {
  const auto found = pre_tokens("<end_of_text>", specials::parse, {"<start_of_text>", "<end_of_text>"});
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].kind == pre_token_kind::end));
}

BOOST_AUTO_TEST_CASE(nothing_gives_nothing) {
  BOOST_TEST(split("").empty());
  BOOST_TEST(split(" \n ").empty());
}

BOOST_AUTO_TEST_CASE(the_published_expressions_splits_are_reproduced, *boost::unit_test::precondition(shared_data::is_there)) {
  const auto vectors = nlohmann::json::parse(std::ifstream(shared_data::folder() + "/test_vectors.json")).at("scanner");
  BOOST_TEST(vectors.size() == 17U);
  for (const auto& [text, expected] : vectors.items()) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(split(text, specials::parse) == expected.get<texts>(), tt::per_element()); }
  }
}
