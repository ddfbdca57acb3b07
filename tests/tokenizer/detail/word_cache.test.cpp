// test options: alone
#include "fewclip/tokenizer/detail/word_cache.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "../../child_process.hpp"
#include "../../paused_allocation.hpp"

using fewclip::tokenizer::detail::word_cache;
using ids = std::vector<std::int32_t>;

BOOST_AUTO_TEST_CASE(a_known_word_is_found_and_an_unknown_or_long_one_is_not) {
  word_cache cache(100);
  cache.insert("word", {1, 2});
  cache.insert(std::string(65, 'x'), {3});
  ids out{7};
  BOOST_TEST(cache.find("word", out));
  BOOST_TEST(!cache.find("other", out));
  BOOST_TEST(!cache.find(std::string(65, 'x'), out));
  BOOST_TEST((out == ids{7, 1, 2}));
  word_cache none(0);
  none.insert("word", {1});
  BOOST_TEST(!none.find("word", out));
}

BOOST_AUTO_TEST_CASE(while_a_thread_inserts_a_word_its_part_is_not_waited_for_by_others_nor_in_a_child) {
  word_cache cache(1600);
  const ids word{1, 2};
  cache.insert("word", word);
  const auto insert = [&] {
    paused::next_allocation = true;
    cache.insert("word", word);
  };
  paused::during(insert, [&] {
    const auto asks = [&cache] {
      ids out;
      const bool known = cache.find("word", out);
      cache.insert("word", {3});
      std::_Exit(known ? 1 : 0);
    };
    BOOST_TEST(child::status_of(asks, 5) == 0);
  });
  ids out;
  BOOST_TEST(cache.find("word", out));
  BOOST_TEST((out == word));
}
