#include "fewclip/tokenizer/detail/merge_word.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tt = boost::test_tools;
using namespace fewclip::tokenizer::detail;
using word = std::vector<std::int32_t>;

namespace {

word queued(const merge_table& table, word symbols) {
  queued_merging(table, symbols).run();
  return symbols;
}

word scanned(const merge_table& table, word symbols) {
  merge_by_scanning(table, symbols);
  return symbols;
}

}  // namespace

BOOST_AUTO_TEST_CASE(occurrences_of_a_pair_are_merged_left_to_right_without_overlap) {
  merge_table table(2);
  table.insert(0, 0, 0, 1);
  table.insert(1, 1, 1, 2);
  for (const auto& merge : {scanned, queued}) {
    BOOST_TEST(merge(table, word(3, 0)) == (word{1, 0}), tt::per_element());
    BOOST_TEST(merge(table, word(5, 0)) == (word{2, 0}), tt::per_element());
    BOOST_TEST(merge(table, word(7, 0)) == (word{2, 1, 0}), tt::per_element());
    BOOST_TEST(merge(table, word{}) == word{}, tt::per_element());
    BOOST_TEST(merge(table, word{0}) == word{0}, tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(all_pairs_of_a_rank_go_before_a_better_pair_that_they_make) {
  // 0 1 -> 4 has rank 1; 4 2 -> 5 has rank 0, so it comes up only after both 0 1 are merged.
  merge_table table(3);
  table.insert(4, 2, 0, 5);
  table.insert(0, 1, 1, 4);
  table.insert(2, 0, 2, 6);
  for (const auto& merge : {scanned, queued}) BOOST_TEST(merge(table, word{0, 1, 2, 0, 1}) == (word{5, 4}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_pair_is_inserted_once) {
  merge_table table(1);
  BOOST_TEST(table.insert(3, 4, 0, 5));
  BOOST_TEST(!table.insert(3, 4, 1, 6));
  BOOST_TEST(table.find(3, 4).result == 5);
  BOOST_TEST(table.find(4, 3).rank == -1);
}

BOOST_AUTO_TEST_CASE(the_queue_gives_what_the_plain_form_gives) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 generator(seed);
  const auto below = [&](int n) { return static_cast<std::int32_t>(generator() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 300; ++round) {
    // Ranks in random order, so that merges may make pairs of a lower rank than their own.
    const int symbols = 2 + below(3);
    const int merges = 1 + below(40);
    std::vector<std::int32_t> ranks(static_cast<std::size_t>(merges));
    for (int i = 0; i < merges; ++i) ranks[static_cast<std::size_t>(i)] = i;
    if (round % 2 == 0) std::shuffle(ranks.begin(), ranks.end(), generator);
    merge_table table(static_cast<std::size_t>(merges));
    std::int32_t tokens = symbols;
    for (int i = 0; i < merges; ++i) {
      if (table.insert(below(tokens), below(tokens), ranks[static_cast<std::size_t>(i)], tokens)) ++tokens;
    }
    word start(static_cast<std::size_t>(1 + below(300)));
    for (auto& each : start) each = below(symbols);
    const word expected = scanned(table, start);
    BOOST_REQUIRE(queued(table, start) == expected);
    merge_word(table, start);
    BOOST_REQUIRE(start == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_word_of_a_million_symbols_is_merged_soon) {
  merge_table table(20);
  for (std::int32_t i = 0; i < 20; ++i) table.insert(i, i, i, i + 1);
  word symbols(std::size_t{1} << 20, 0);
  merge_word(table, symbols);  // quadratic time would be hours
  BOOST_TEST(symbols == word{20}, tt::per_element());
}
