#include "fewclip/core/readable_text.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "fewclip/core/error.hpp"

using fewclip::readable_name;
using fewclip::readable_text;

BOOST_AUTO_TEST_CASE(text_in_any_language_is_shown_as_it_is) {
  for (const char* const text : {"", "a b~", "é", "Grüße", "日本語", "🐱 cat", "\xC2\xA0", "\xE2\x80\xA7", "\xE2\x80\xAF", "\xE2\x81\xA5"}) {
    BOOST_TEST(readable_text(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(each_control_character_becomes_one_question_mark) {
  BOOST_TEST(readable_text("\x1B]0;x\x07\x1B[2J") == "?]0;x??[2J");
  BOOST_TEST(readable_text("a\nfewclip: all good\r\tb\x7F") == "a?fewclip: all good??b?");
  BOOST_TEST(readable_text(std::string("a\0b", 3)) == "a?b");
  BOOST_TEST(readable_text("\xC2\x80\xC2\x9B"
                           "31m\xC2\x9F") == "??31m?");
}

BOOST_AUTO_TEST_CASE(separators_of_lines_and_changes_of_direction_become_question_marks) {
  BOOST_TEST(readable_text("a\u2028b\u2029c") == "a?b?c");
  BOOST_TEST(readable_text("\u202A\u202B\u202C\u202D\u202E") == "?????");
  BOOST_TEST(readable_text("\u2066\u2067\u2068\u2069") == "????");
  BOOST_TEST(readable_text("\u200E\u200F\u061C") == "???");
}

BOOST_AUTO_TEST_CASE(each_byte_that_is_no_utf8_becomes_one_question_mark) {
  BOOST_TEST(readable_text("a\xFF\xFE"
                           "b") == "a??b");
  BOOST_TEST(readable_text("\xC3") == "?");
  BOOST_TEST(readable_text("\xE2\x82z") == "??z");
  BOOST_TEST(readable_text("\xC0\xAF") == "??");
  BOOST_TEST(readable_text("\xED\xA0\x80") == "???");
}

BOOST_AUTO_TEST_CASE(a_long_text_ends_in_front_of_a_character_that_does_not_fit) {
  BOOST_TEST(readable_text("abc", 3) == "abc");
  BOOST_TEST(readable_text("abcd", 3) == "abc...");
  BOOST_TEST(readable_text("abé", 3) == "ab...");
  BOOST_TEST(readable_text("abé", 4) == "abé");
  BOOST_TEST(readable_text("日本", 5) == "日...");
  BOOST_TEST(readable_text("é", 0) == "...");
  const std::vector<char> most(
      80, 'x');  // not a constant to g++ 12, which sees overlapping copies where two strings of known length are joined
  const std::string name(most.begin(), most.end());
  BOOST_TEST(readable_name(name).size() == 82);
  BOOST_TEST(readable_name(name).find(name) == 1);
  BOOST_TEST(readable_name(name.substr(1) + "é").ends_with("x...`"));
}

BOOST_AUTO_TEST_CASE(every_error_is_readable_whatever_it_quotes) {
  BOOST_TEST(std::string(fewclip::io_error("a\x1B[2J\xFF\nb").what()) == "a?[2J??b");
  BOOST_TEST(std::string(fewclip::value_error("é").what()) == "é");
  BOOST_TEST(fewclip::expected_got("f\n", "w\x1B", "e\x9B", "g\u202E") == "f?: w?: expected e?, got g?");
}
