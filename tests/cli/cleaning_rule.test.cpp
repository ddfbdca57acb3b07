#include "../../examples/cli/cleaning_rule.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "../io/scratch.hpp"

using scratch::message_of;

BOOST_AUTO_TEST_CASE(an_unknown_rule_is_blamed_on_the_file_that_records_it_or_on_the_option_that_names_it) {
  const std::string rules = "openai, transformers, whitespace, canonicalize or none";
  BOOST_TEST(message_of<fewclip::io_error>([] { program::recorded_cleaning("loud\n", "c.st"); }) ==
             "c.st: fact `text_cleaning` of its origin: expected " + rules + ", got `loud?`; --cleaning chooses one");
  BOOST_TEST(message_of<program::usage_error>([] { program::given_cleaning("loud"); }) == "--cleaning: expected " + rules + ", got 'loud'");
}

BOOST_AUTO_TEST_CASE(every_rule_has_a_name_and_none_is_no_rule) {
  for (const char* const name : {"openai", "transformers", "whitespace", "canonicalize", "none"}) {
    BOOST_TEST(program::recorded_cleaning(name, "c.st") == name);
    BOOST_TEST(fewclip::tokenizer::name_of(program::given_cleaning(name).value()) == name);
  }
  BOOST_TEST(program::recorded_cleaning("", "c.st").empty());
  BOOST_TEST(!program::given_cleaning(""));
}
