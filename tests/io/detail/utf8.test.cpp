#include "fewclip/io/detail/utf8.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

namespace {

constexpr std::size_t none = std::string_view::npos;

std::string three_bytes(std::uint32_t code) {
  return {static_cast<char>(0xE0U | (code >> 12)), static_cast<char>(0x80U | ((code >> 6) & 0x3FU)),
          static_cast<char>(0x80U | (code & 0x3FU))};
}

}  // namespace

using fewclip::io::detail::first_invalid_utf8;

BOOST_AUTO_TEST_CASE(texts_of_one_to_four_bytes_a_character_are_valid) {
  for (const char* text : {"", "plain", "caf\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\x95", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80"}) {
    BOOST_TEST(first_invalid_utf8(text) == none);
  }
}

BOOST_AUTO_TEST_CASE(the_first_byte_that_is_no_utf8_is_found) {
  BOOST_TEST(first_invalid_utf8("ab\xFF") == 2U);
  BOOST_TEST(first_invalid_utf8("\x80") == 0U);
  BOOST_TEST(first_invalid_utf8("a\xC3") == 1U);
  BOOST_TEST(first_invalid_utf8("a\xC3z") == 1U);
  BOOST_TEST(first_invalid_utf8("\xE2\x82") == 0U);
  BOOST_TEST(first_invalid_utf8("\xF0\x9F\x90z") == 0U);
}

BOOST_AUTO_TEST_CASE(long_forms_surrogates_and_numbers_beyond_unicode_are_invalid) {
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80"}) {
    BOOST_TEST(first_invalid_utf8(text) == 0U);
  }
}

BOOST_AUTO_TEST_CASE(of_all_three_byte_patterns_exactly_the_surrogates_and_long_forms_are_invalid) {
  for (std::uint32_t code = 0; code < 0x10000; ++code) {
    const bool expected = code >= 0x800 && (code < 0xD800 || code > 0xDFFF);
    BOOST_REQUIRE_EQUAL(first_invalid_utf8(three_bytes(code)) == none, expected);
  }
}
