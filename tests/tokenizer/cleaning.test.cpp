#include "fewclip/tokenizer/cleaning.hpp"

#include <boost/test/unit_test.hpp>
#include <clocale>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

using fewclip::tokenizer::clean;
using fewclip::tokenizer::cleaning;

namespace {

std::string plain(const std::string& text) { return clean(text, cleaning::none).text; }
std::string basic(const std::string& text) { return clean(text, cleaning::basic).text; }

}  // namespace

BOOST_AUTO_TEST_CASE(texts_are_cleaned_as_python_does_it) {
  std::ifstream file(FEWCLIP_TEST_SOURCE_DIR "/golden/cleaning.jsonl");
  std::size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const auto expected = nlohmann::json::parse(line);
    const auto text = expected.at("text").get<std::string>();
    BOOST_TEST_CONTEXT(expected.at("text").dump(-1, ' ', true)) {
      BOOST_TEST(plain(text) == expected.at("none").get<std::string>());
      BOOST_TEST(basic(text) == expected.at("basic").get<std::string>());
    }
  }
  BOOST_TEST(cases == 23U);
}

BOOST_AUTO_TEST_CASE(a_caption_in_printable_ascii_is_lower_cased_and_spaced_by_both) {
  for (const auto repairs : {cleaning::none, cleaning::basic}) {
    BOOST_TEST(clean("  A photo of\t\ta  CAT, [really] {x}~\n", repairs).text == "a photo of a cat, [really] {x}~");
  }
}

BOOST_AUTO_TEST_CASE(basic_repairs_are_the_default) { BOOST_TEST(clean("don\xE2\x80\x99t").text == "don't"); }

BOOST_AUTO_TEST_CASE(the_other_rules_leave_steps_out_or_add_one) {
  const std::string text = "  It\xE2\x80\x99s a CAT_photo &amp; (1), \xCE\x9F\xCE\xA3 cafe\xCC\x81\t!";
  // transformers: form C, white space, lower case of each character alone, so the sigma at the end of a word is not a final one
  BOOST_TEST(clean(text, cleaning::transformers).text == "it\xE2\x80\x99s a cat_photo &amp; (1), \xCE\xBF\xCF\x83 caf\xC3\xA9 !");
  BOOST_TEST(clean(text, cleaning::basic).text == "it's a cat_photo & (1), \xCE\xBF\xCF\x82 caf\xC3\xA9 !");
  BOOST_TEST(clean(text, cleaning::whitespace).text == "It's a CAT_photo & (1), \xCE\x9F\xCE\xA3 caf\xC3\xA9 !");
  BOOST_TEST(clean(text, cleaning::canonicalize).text == "its a cat photo 1 \xCE\xBF\xCF\x82 caf\xC3\xA9");
  BOOST_TEST(clean("\xFF", cleaning::transformers).replacements == 1);
}

BOOST_AUTO_TEST_CASE(every_rule_has_a_name) {
  using fewclip::tokenizer::cleaning_named;
  using fewclip::tokenizer::name_of;
  for (const auto rule : {cleaning::none, cleaning::basic, cleaning::transformers, cleaning::whitespace, cleaning::canonicalize}) {
    BOOST_TEST((cleaning_named(name_of(rule)).value() == rule));
  }
  BOOST_TEST(name_of(cleaning::basic) == "openai");
  BOOST_TEST(!cleaning_named("lower"));
}

BOOST_AUTO_TEST_CASE(each_ill_formed_sequence_becomes_one_replacement_character_and_is_counted) {
  const std::string mark = "\xEF\xBF\xBD";
  const auto check = [&](const std::string& text, const std::string& expected, fewclip::index count) {
    const auto out = clean(text, cleaning::none);
    BOOST_TEST(out.text == expected);
    BOOST_TEST(out.replacements == count);
  };
  // What bytes.decode("utf-8", "replace") of Python gives.
  check("a\xFFz", "a" + mark + "z", 1);
  check("a\xE2\x82", "a" + mark, 1);                        // a cut sequence of three
  check("\xE2\x82z", mark + "z", 1);                        // and one that is interrupted
  check("\xC0\xAF", mark + mark, 2);                        // an overlong slash
  check("\xE0\x80\x80", mark + mark + mark, 3);             // an overlong zero
  check("\xED\xA0\x80", mark + mark + mark, 3);             // a surrogate
  check("\xF4\x90\x80\x80", mark + mark + mark + mark, 4);  // above U+10FFFF
  check("\xF0\x9F\x98", mark, 1);
  check("caf\xC3\xA9", "caf\xC3\xA9", 0);
  check(mark, mark, 0);
}

BOOST_AUTO_TEST_CASE(zero_bytes_are_characters_like_others) {
  BOOST_TEST(plain(std::string("a\0b", 3)) == std::string("a\0b", 3));
  BOOST_TEST(basic(std::string("a\0b", 3)) == "ab");
}

BOOST_AUTO_TEST_CASE(names_of_character_references_that_are_not_in_the_table_stay) {
  BOOST_TEST(plain("caf&eacute; &lte; &copy;") == "caf&eacute; &lte; &copy;");
}

BOOST_AUTO_TEST_CASE(nested_references_do_not_take_quadratic_time) {
  std::string text = "&";
  for (int i = 0; i < 200000; ++i) text += "amp;";
  const std::string out = basic(text);
  BOOST_TEST(out.size() > 700000U);
  BOOST_TEST(out.size() < text.size());
}

BOOST_AUTO_TEST_CASE(a_long_run_of_combining_marks_is_left_in_its_order) {
  std::string few = "a", many = "a";
  for (int i = 0; i < 100000; ++i) {
    if (i < 10) few += "\xCC\x81\xCC\xA3";  // acute, then dot below: the normal order is the other
    many += "\xCC\x81\xCC\xA3";
  }
  BOOST_TEST(basic(few) != few);
  BOOST_TEST(basic(many) == many);
}

BOOST_AUTO_TEST_CASE(the_locale_plays_no_part) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  const std::string text = "IS\xC4\xB0 \xC3\x84 \xA0 I";
  const std::string expected = basic(text);
  BOOST_TEST(expected == "isi\xCC\x87 \xC3\xA4 \xEF\xBF\xBD i");
  for (const char* name : {"tr_TR.UTF-8", "C.UTF-8", "de_DE.ISO-8859-1", "C"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    BOOST_TEST(basic(text) == expected);
  }
  std::setlocale(LC_ALL, before.c_str());
}
