#include "fewclip/tokenizer/bpe_tokenizer.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "../io/scratch.hpp"

namespace tt = boost::test_tools;
namespace tokenizer = fewclip::tokenizer;
using fewclip::bpe_tokenizer;
using fewclip::value_error;
using scratch::message_of;
using ids = std::vector<tokenizer::token_id>;
using texts = std::vector<std::string>;

namespace {

const nlohmann::json& golden() {
  static const auto out = nlohmann::json::parse(std::ifstream(FEWCLIP_TEST_SOURCE_DIR "/golden/small_bpe.json"));
  return out;
}

tokenizer::vocabulary golden_words() { return tokenizer::vocabulary::from_merges(golden().at("merges").get<texts>()); }

/// a = 320, b = 321, "ab" = 512, "ab</w>" = 513, start 514, end 515.
bpe_tokenizer small(const bpe_tokenizer::params& settings = {.context = 6}) {
  return bpe_tokenizer(tokenizer::vocabulary::from_merges({"a b", "a b</w>"}), settings);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_small_vocabulary_gives_the_ids_of_the_package_tokenizers) {
  const bpe_tokenizer with_cache(golden_words());
  const bpe_tokenizer without_cache(golden_words(), {.cached_words = 0});
  for (const auto& each : golden().at("cases")) {
    const auto text = each.at("text").get<std::string>();
    BOOST_TEST_CONTEXT(text) {
      for (int time = 0; time < 2; ++time) BOOST_TEST(with_cache.encode(text) == each.at("ids").get<ids>(), tt::per_element());
      BOOST_TEST(without_cache.encode(text) == each.at("ids").get<ids>(), tt::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(words_are_merged_and_the_last_symbol_carries_the_end) {
  BOOST_TEST(small().encode("ab aab abab b") == (ids{513, 64, 513, 512, 513, 321}), tt::per_element());
  BOOST_TEST(small().encode("").empty());
  BOOST_TEST(small().encode(" \n").empty());
}

BOOST_AUTO_TEST_CASE(rows_hold_start_tokens_end_and_padding) {
  const texts two{"ab b", ""};
  const auto rows = small().rows(two);
  BOOST_TEST(rows.ids == (ids{514, 513, 321, 515, 0, 0, 514, 515, 0, 0, 0, 0}), tt::per_element());
  BOOST_TEST(rows.count == 2);
  BOOST_TEST(rows.context == 6);
  BOOST_TEST(rows.ends == (std::vector<fewclip::index>{3, 1}), tt::per_element());
  BOOST_TEST(rows.truncated == 0);
  BOOST_TEST(rows.row(1)[1] == 515);
  const auto other = small().rows(two, {.fill = tokenizer::padding::end});
  BOOST_TEST(other.ids == (ids{514, 513, 321, 515, 515, 515, 514, 515, 515, 515, 515, 515}), tt::per_element());
  BOOST_TEST(other.ends == rows.ends, tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_text_that_just_fits_is_kept_by_both_policies) {
  for (const auto policy : {tokenizer::over_length::error, tokenizer::over_length::truncate}) {
    const auto rows = small().rows(texts{"a b a b"}, {.length = policy});
    BOOST_TEST(rows.ids == (ids{514, 320, 321, 320, 321, 515}), tt::per_element());
    BOOST_TEST(rows.truncated == 0);
    BOOST_TEST(rows.ends[0] == 5);
  }
}

BOOST_AUTO_TEST_CASE(a_text_that_is_too_long_is_cut_or_named) {
  const texts long_text{"a", "a b a b a"};
  const auto rows = small().rows(long_text, {.length = tokenizer::over_length::truncate});
  BOOST_TEST((ids(rows.row(1).begin(), rows.row(1).end())) == (ids{514, 320, 321, 320, 321, 515}), tt::per_element());
  BOOST_TEST(rows.truncated == 1);
  BOOST_TEST(rows.ends[1] == 5);
  BOOST_TEST(message_of<value_error>([&] { small().rows(long_text); }) == "text 2 `a b a b a`: length: expected at most 4 tokens, got 5");
}

BOOST_AUTO_TEST_CASE(the_shortest_context_holds_start_and_end) {
  BOOST_TEST(small({.context = 2}).rows(texts{"a"}, {.length = tokenizer::over_length::truncate}).ids == (ids{514, 515}),
             tt::per_element());
  BOOST_TEST(message_of<value_error>([&] { small({.context = 1}); }) == "fewclip::bpe_tokenizer: context: expected at least 2, got 1");
}

BOOST_AUTO_TEST_CASE(special_tokens_in_a_text_end_it_only_where_they_are_parsed) {
  const texts text{"a<|endoftext|>b"};
  const auto parsed = small({.context = 6, .specials = tokenizer::specials::parse}).rows(text);
  BOOST_TEST(parsed.ids == (ids{514, 320, 515, 321, 515, 0}), tt::per_element());
  BOOST_TEST(parsed.ends[0] == 2);
  const auto plain = small({.context = 77}).rows(text);
  BOOST_TEST(plain.ends[0] == 16);  // every sign and letter is a token
}

// The ids of tokenizers 0.22 for these vocabularies: tokens that are not special are looked for in the normalised text.
BOOST_AUTO_TEST_CASE(added_tokens_are_found_before_a_text_is_split_the_longest_first) {
  auto parts = tokenizer::vocabulary::from_merges({"a b", "a b</w>"}).parts();
  parts.added = {{"<x>", false, true, false}, {"<x><y>", false, false, true}, {"ab", true, true, false}};
  for (const auto& each : parts.added) {
    if (each.content != "ab") parts.tokens.push_back(each.content);
  }
  const bpe_tokenizer words{tokenizer::vocabulary(parts)};  // "<x>" is 516, "<x><y>" 517, "ab" 512 as a part of a word
  BOOST_TEST((words.encode("a <x> b") == ids{320, 516, 321}));
  BOOST_TEST((words.encode("a<X>b") == ids{320, 516, 321}));     // found in the cleaned text
  BOOST_TEST((words.encode("<x><y><x>") == ids{517, 516}));      // the longest at one place
  BOOST_TEST((words.encode("<X><y>").size() == 4U));             // the special one counts as it is written: 516 and three signs
  BOOST_TEST((words.encode("a ab b") == ids{320, 512, 321}));    // alone
  BOOST_TEST((words.encode("abab ab_") != ids{512, 512, 512}));  // not inside a word
  BOOST_TEST(words.encode("abab")[0] == 512);                    // merged as ever: ab, ab</w>
  BOOST_TEST((words.encode("abab") == ids{512, 513}));
  BOOST_TEST(words.decode(ids{516, 513}) == "<x>ab ");
  const std::vector<std::string> row{"<x>"};
  BOOST_TEST(words.rows(row).row(0)[1] == 516);
}

BOOST_AUTO_TEST_CASE(replaced_bytes_are_counted) {
  BOOST_TEST(small({.context = 20}).rows(texts{"a\xFF", "b", "\xFF\xFE"}).replacements == 3);
}

BOOST_AUTO_TEST_CASE(decoding_gives_the_cleaned_text_up_to_spaces) {
  const bpe_tokenizer made(golden_words());
  std::string all;
  for (char c = ' '; c < 0x7F; ++c) all += c == '&' ? ' ' : c;
  for (const std::string& text : {std::string("The  fox, in 2024: it's (not) a swan!"), all}) {
    std::string expected = tokenizer::clean(text).text, got = made.decode(made.encode(text));
    std::erase(expected, ' ');
    std::erase(got, ' ');
    BOOST_TEST(got == expected);
  }
  BOOST_TEST(small().decode(ids{514, 513, 321, 515}) == "<|startoftext|>ab b <|endoftext|>");
  BOOST_TEST(small().decode(small().encode("\xC3\xA9")) == "\xC3\xA9 ");
  BOOST_TEST(small().decode(ids{*small().words().id_of("\xC3\x83")}) == "\xEF\xBF\xBD");  // half a character
  BOOST_TEST(message_of<value_error>([&] { small().decode(ids{516}); }) ==
             "fewclip::tokenizer::vocabulary::token: id: expected 0 to 515, got 516");
}

BOOST_AUTO_TEST_CASE(a_full_cache_changes_nothing) {
  const bpe_tokenizer made(golden_words(), {.cached_words = 16});
  const bpe_tokenizer plain(golden_words(), {.cached_words = 0});
  for (int i = 0; i < 500; ++i) {
    const std::string text =
        "the" + std::string(static_cast<std::size_t>(i % 70), 's') + " fox" + std::string(static_cast<std::size_t>(i % 7), 'e');
    BOOST_TEST(made.encode(text) == plain.encode(text), tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(many_threads_may_share_one_tokenizer) {
  const bpe_tokenizer made(golden_words(), {.cached_words = 32});
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int time = 0; time < 50; ++time) {
        for (const auto& each : golden().at("cases"))
          wrong[t] += made.encode(each.at("text").get<std::string>()) != each.at("ids").get<ids>();
      }
    });
  }
  for (auto& each : threads) each.join();
  BOOST_TEST(wrong == std::vector<int>(4, 0), tt::per_element());
}

BOOST_AUTO_TEST_CASE(arbitrary_bytes_give_ids_of_the_vocabulary) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 generator(seed);
  const std::string frequent = "'tsreve mldthfoxand&#x12;<|>amp;ltgt\xC3\xA9\xE2\x80\x99\xCE\xA3\xCC\x81\xF0\x9F\x98\x80\x1B[\r\n";
  for (const auto repairs : {tokenizer::cleaning::none, tokenizer::cleaning::basic}) {
    const bpe_tokenizer made(golden_words(), {.repairs = repairs, .specials = tokenizer::specials::parse, .cached_words = 64});
    for (int i = 0; i < 4000; ++i) {
      std::string text(generator() % 120, ' ');
      for (char& c : text) c = generator() % 4 == 0 ? static_cast<char>(generator() & 255U) : frequent[generator() % frequent.size()];
      const auto row = made.rows(texts{text}, {.length = tokenizer::over_length::truncate});
      for (const auto id : row.ids) BOOST_REQUIRE((id >= 0 && id < made.words().size()));
      BOOST_REQUIRE(row.ids[static_cast<std::size_t>(row.ends[0])] == made.words().end());
      made.decode(made.encode(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_word_of_a_million_letters_is_encoded_soon) {
  const bpe_tokenizer made(golden_words());
  std::string word;
  while (word.size() < 1000000) word += "thesever";
  BOOST_TEST(made.encode(word).size() > 100000U);
}
