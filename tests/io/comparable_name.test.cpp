#include "fewclip/io/comparable_name.hpp"

#include <boost/test/unit_test.hpp>

using fewclip::io::comparable_name;
using fewclip::io::composed_name;

BOOST_AUTO_TEST_CASE(a_letter_and_its_accent_are_one_character) {
  BOOST_TEST(composed_name("cafe\xCC\x81") == "caf\xC3\xA9");
  BOOST_TEST(composed_name("caf\xC3\xA9") == "caf\xC3\xA9");
  BOOST_TEST(composed_name("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == "\xED\x95\x9C");   // Hangul: three letters, one syllable
  BOOST_TEST(composed_name("s\xCC\xA3\xCC\x87") == composed_name("s\xCC\x87\xCC\xA3"));  // the order of marks above and below
  BOOST_TEST(composed_name("\xEF\xAC\x81sh_A  B") == "\xEF\xAC\x81sh_A  B");             // nothing else changes
  BOOST_TEST(composed_name("").empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_composed_comes_back_as_it_is) {
  BOOST_TEST(composed_name("e\xCC\x81\xFF") == "e\xCC\x81\xFF");
  std::string marks = "e";
  for (int i = 0; i < 100'000; ++i) marks += i % 2 == 0 ? "\xCC\x81" : "\xCC\xA3";
  BOOST_TEST((composed_name(marks) == marks));
}

BOOST_AUTO_TEST_CASE(case_white_space_and_underscores_do_not_count) {
  BOOST_TEST(comparable_name("_A\tB__c ") == "a b c");
  BOOST_TEST(comparable_name("HOT\xC2\xA0"
                             "dog") == "hot dog");  // a no-break space
  BOOST_TEST(comparable_name("\xE3\x80\x80"
                             "hot\xE2\x80\x83_dog\xC2\x85") == "hot dog");
  BOOST_TEST(comparable_name("\xC3\x89T\xC3\x89") == comparable_name("e\xCC\x81te\xCC\x81"));
  BOOST_TEST(comparable_name("\xCE\x9F\xCE\x94\xCE\x9F\xCE\xA3") == comparable_name("\xCE\xBF\xCE\xB4\xCE\xBF\xCF\x82"));  // a final sigma
  BOOST_TEST(comparable_name("\xFF"
                             "A\xC3") ==
             "\xFF"
             "a\xC3");
}

BOOST_AUTO_TEST_CASE(names_that_a_tokenizer_tells_apart_stay_apart) {
  BOOST_TEST(comparable_name("Ma\xC3\x9F"
                             "e") ==
             "ma\xC3\x9F"
             "e");
  BOOST_TEST(comparable_name("hot-dog") != comparable_name("hot dog"));
  BOOST_TEST(comparable_name("hotdog") != comparable_name("hot dog"));
  BOOST_TEST(comparable_name("cafe") != comparable_name("caf\xC3\xA9"));
  BOOST_TEST(comparable_name("\xC4\xB1l\xC4\xB1k") != comparable_name("ilik"));  // Turkish, without dots
}
