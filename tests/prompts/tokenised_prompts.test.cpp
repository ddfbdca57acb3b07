#include "fewclip/prompts/tokenised_prompts.hpp"

#include <boost/test/unit_test.hpp>

using fewclip::prompts::learned_token;

static_assert(learned_token(0) == -1 && learned_token(7) == -8);

BOOST_AUTO_TEST_CASE(learned_tokens_are_told_from_ids_by_their_sign) {
  for (int row = 0; row < 5; ++row) {
    BOOST_TEST(learned_token(row) < 0);
    BOOST_TEST(-1 - learned_token(row) == row);
  }
}
