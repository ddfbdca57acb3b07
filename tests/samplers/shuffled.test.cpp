#include "fewclip/samplers/shuffled.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>

using namespace fewclip;

static_assert(sampler<samplers::shuffled>);

BOOST_AUTO_TEST_CASE(an_epoch_sees_every_row_once) {
  std::vector<fewclip::index> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  for (const fewclip::index epoch : {0, 1, 7}) {
    auto order = samplers::shuffled{}.order(100, epoch);
    BOOST_TEST(order != expected);
    std::sort(order.begin(), order.end());
    BOOST_TEST(order == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(the_order_is_a_function_of_seed_and_epoch) {
  const samplers::shuffled one{{.seed = 1}};
  const samplers::shuffled two{{.seed = 2}};
  BOOST_TEST(one.order(100, 3) == one.order(100, 3));
  BOOST_TEST(one.order(100, 3) != one.order(100, 4));
  BOOST_TEST(one.order(100, 3) != two.order(100, 3));
}

BOOST_AUTO_TEST_CASE(a_batch_is_never_larger_than_the_set_nor_empty) {
  BOOST_TEST(samplers::shuffled{}.batch_size(1000) == 256);
  BOOST_TEST(samplers::shuffled{}.batch_size(100) == 100);
  BOOST_TEST(samplers::shuffled{{.batch_size = 0}}.batch_size(100) == 1);
}
