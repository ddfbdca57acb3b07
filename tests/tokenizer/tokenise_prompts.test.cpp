#include "fewclip/tokenizer/tokenise_prompts.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace tt = boost::test_tools;
namespace tokenizer = fewclip::tokenizer;
using ids = std::vector<tokenizer::token_id>;

namespace {

/// a = 320, b = 321, "ab" = 512, "ab</w>" = 513, ")." = 514, start 515, end 516.
fewclip::bpe_tokenizer small(fewclip::index context = 9) {
  return fewclip::bpe_tokenizer(tokenizer::vocabulary::from_merges({"a b", "a b</w>", ") .</w>"}), {.context = context});
}

fewclip::tokenizer::token_id one(const std::string& text) { return small().encode(text).at(0); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_prompt_holds_the_ids_of_the_filled_template_and_knows_its_name) {
  const auto tokens = tokenizer::tokenise_prompts(small(), {"ab_b", "aab"}, "a b {}.", {"b_ab"});
  const auto start = small().words().start();
  const auto end = small().words().end();
  BOOST_TEST(tokens.frame.ids == (ids{start, one("a"), one("b"), one("."), end}), tt::per_element());
  BOOST_TEST(tokens.frame.name_begin == 3);
  BOOST_TEST(tokens.frame.name_length == 0);
  BOOST_TEST(tokens.classes[0].ids == (ids{start, one("a"), one("b"), one("ab"), one("b"), one("."), end}), tt::per_element());
  BOOST_TEST(tokens.classes[0].name_begin == 3);
  BOOST_TEST(tokens.classes[0].name_length == 2);
  BOOST_TEST(tokens.classes[1].name_length == 2);
  BOOST_TEST(tokens.anchor_words.at(0) == (ids{one("b"), one("ab")}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_sign_that_joins_the_name_counts_as_the_name) {
  const auto tokens = tokenizer::tokenise_prompts(small(), {"a (b)"}, "b {}.");
  BOOST_TEST(tokens.classes[0].ids.size() == 1 + 1 + 4 + 1U);
  BOOST_TEST(tokens.classes[0].ids[5] == one(")."));
  BOOST_TEST(tokens.classes[0].name_begin == 2);
  BOOST_TEST(tokens.classes[0].name_length == 4);
}

BOOST_AUTO_TEST_CASE(names_without_tokens_of_their_own_are_refused) {
  const auto words = small();
  BOOST_CHECK_THROW(tokenizer::tokenise_prompts(words, {}), fewclip::value_error);
  BOOST_CHECK_THROW(tokenizer::tokenise_prompts(words, {"a", " "}, "a {}."), fewclip::value_error);
  BOOST_CHECK_THROW(tokenizer::tokenise_prompts(words, {"b"}, "a{}."), fewclip::value_error);
  BOOST_CHECK_THROW(tokenizer::tokenise_prompts(words, {"b"}, "a photo"), fewclip::value_error);
  BOOST_CHECK_THROW(tokenizer::tokenise_prompts(words, {"b"}, "a {}.", {" "}), fewclip::value_error);
  BOOST_CHECK_THROW(tokenizer::tokenise_prompts(words, {"a b a b a b"}, "a {}."), fewclip::value_error);
}
