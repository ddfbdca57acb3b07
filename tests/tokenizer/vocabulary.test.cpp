#include "fewclip/tokenizer/vocabulary.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

namespace tt = boost::test_tools;
using fewclip::value_error;
using fewclip::tokenizer::clip_parts;
using fewclip::tokenizer::vocabulary;
using fewclip::tokenizer::vocabulary_parts;
using scratch::message_of;
using ids = std::vector<fewclip::tokenizer::token_id>;

namespace {

std::string refusal(const std::vector<std::string>& merges) {
  return message_of<value_error>([&] { vocabulary::from_merges(merges); });
}

std::string refusal(const vocabulary_parts& parts) {
  return message_of<value_error>([&] { vocabulary{parts}; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(bytes_are_numbered_as_in_clip) {
  const vocabulary words = vocabulary::from_merges({});
  BOOST_TEST(words.size() == 514);
  const auto check = [&](int byte, int id) {
    BOOST_TEST(words.id_of_byte(static_cast<unsigned char>(byte), false) == id);
    BOOST_TEST(words.id_of_byte(static_cast<unsigned char>(byte), true) == id + 256);
  };
  // Ranges of bytes that are printable characters of Latin-1 come first.
  check('!', 0);
  check('0', 15);
  check('a', 64);
  check('~', 93);
  check(161, 94);
  check(172, 105);
  check(174, 106);
  check(255, 187);
  check(0, 188);
  check(32, 220);
  check(127, 221);
  check(160, 254);
  check(173, 255);
  BOOST_TEST(words.token(220) == "\xC4\xA0");  // U+0120, a space
  BOOST_TEST(words.token(320) == "a</w>");
}

BOOST_AUTO_TEST_CASE(merges_follow_the_bytes_and_the_two_special_tokens_come_last) {
  const vocabulary words = vocabulary::from_merges({"t h", "th e</w>"});
  BOOST_TEST(words.size() == 516);
  BOOST_TEST(words.id_of("th").value() == 512);
  BOOST_TEST(words.id_of("the</w>").value() == 513);
  BOOST_TEST(words.start() == 514);
  BOOST_TEST(words.end() == 515);
  BOOST_TEST(words.token(514) == "<|startoftext|>");
  BOOST_TEST(words.end_is_largest());
  BOOST_TEST(!words.id_of("he").has_value());
}

BOOST_AUTO_TEST_CASE(the_lowest_rank_is_merged_first_wherever_it_stands) {
  const vocabulary words = vocabulary::from_merges({"b c", "a b", "a bc"});
  ids word{words.id_of_byte('a', false), words.id_of_byte('b', false), words.id_of_byte('c', false),
           words.id_of_byte('a', false), words.id_of_byte('b', false), words.id_of_byte('b', true)};
  words.merge(word);
  BOOST_TEST(word == (ids{*words.id_of("abc"), *words.id_of("ab"), words.id_of_byte('b', true)}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(tables_that_are_equal_compare_equal) {
  BOOST_TEST((vocabulary::from_merges({"a b"}) == vocabulary::from_merges({"a b"})));
  BOOST_TEST(!(vocabulary::from_merges({"a b"}) == vocabulary::from_merges({"a c"})));
  BOOST_TEST(!(vocabulary::from_merges({"a b", "c d"}) == vocabulary::from_merges({"c d", "a b"})));
}

BOOST_AUTO_TEST_CASE(lines_that_are_no_merge_are_refused) {
  for (const char* line : {"", "ab", " b", "a ", "a  b", "a b c", "a b\r"}) {
    BOOST_TEST(refusal({"a b", line}) == "fewclip::tokenizer::vocabulary: merge 2: expected two tokens with one space between them, got " +
                                             fewclip::readable_name(line));
  }
}

BOOST_AUTO_TEST_CASE(merges_of_unknown_tokens_are_refused) {
  BOOST_TEST(refusal({"t he"}) == "fewclip::tokenizer::vocabulary: merge 1 `t he`: expected tokens with an id, got `he` without one");
  BOOST_TEST(refusal({"th e"}) == "fewclip::tokenizer::vocabulary: merge 1 `th e`: expected tokens with an id, got `th` without one");
}

BOOST_AUTO_TEST_CASE(results_that_occur_twice_are_refused) {
  BOOST_TEST(refusal({"a b", "a b"}) == "fewclip::tokenizer::vocabulary: token `ab`: expected one id, got 512 and 513");
  BOOST_TEST(refusal({"a b", "b c", "ab c", "a bc"}) == "fewclip::tokenizer::vocabulary: token `abc`: expected one id, got 514 and 515");
}

BOOST_AUTO_TEST_CASE(pairs_that_occur_twice_are_refused) {
  vocabulary_parts parts = clip_parts({{"a", "b"}});
  parts.merges.push_back({"a", "b"});
  BOOST_TEST(refusal(parts) == "fewclip::tokenizer::vocabulary: merge 2: expected a pair that has not occurred before, got `a b`");
}

BOOST_AUTO_TEST_CASE(special_tokens_and_bytes_need_ids) {
  vocabulary_parts parts = clip_parts({});
  parts.specials.end = "<end>";
  BOOST_TEST(refusal(parts) == "fewclip::tokenizer::vocabulary: end token: expected a token with an id, got `<end>`");
  parts = clip_parts({});
  parts.tokens[0] = "another";
  BOOST_TEST(refusal(parts) == "fewclip::tokenizer::vocabulary: byte token `!`: expected an id, or a token for unknown bytes, got neither");
  parts.unknown = "another";
  BOOST_TEST(vocabulary(parts).id_of_byte('!', false) == 0);
}

BOOST_AUTO_TEST_CASE(ids_outside_the_table_are_refused) {
  const vocabulary words = vocabulary::from_merges({});
  BOOST_TEST(message_of<value_error>([&] { words.token(514); }) == "fewclip::tokenizer::vocabulary::token: id: expected 0 to 513, got 514");
  BOOST_TEST(message_of<value_error>([&] { words.token(-1); }) == "fewclip::tokenizer::vocabulary::token: id: expected 0 to 513, got -1");
}
