#include "fewclip/io/printable.hpp"

#define BOOST_TEST_MODULE io_printable
#include <boost/test/unit_test.hpp>
#include <string>

using fewclip::io::printable;

BOOST_AUTO_TEST_CASE(a_printable_text_keeps_what_can_be_shown) {
  for (const char* text : {"", "plain `text`, 50 %", "caf\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\x95", "\xE2\x80\x93", "\xC2\xA0"}) {
    BOOST_TEST(printable(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(whatever_steers_a_terminal_becomes_a_question_mark) {
  BOOST_TEST(printable("a\x1B[2Jb\nc\td\x7F") == "a?[2Jb?c?d?");
  BOOST_TEST(printable(std::string("a\0b", 3)) == "a?b");
  BOOST_TEST(printable("\xC2\x9B"
                       "31m") == "?31m");  // the control of one character, U+009B
  BOOST_TEST(printable("\xE2\x80\xAE"
                       "gpj.exe\xE2\x81\xA6\xE2\x80\xA8") == "?gpj.exe??");  // U+202E, U+2066, U+2028
  BOOST_TEST(printable("\xFF"
                       "a\xC3\xE2\x82") == "?a???");
}
