#include "fewclip/core/pairs.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/concepts/pair_source.hpp"

using namespace fewclip;
using B = backend::cpu<double>;

static_assert(pair_source<fixed_pairs<B>, B>);

BOOST_AUTO_TEST_CASE(ids_have_one_row_per_image) {
  const pair_batch<B> batch{tensor<B>({2, 3, 4, 4}), {1, 2, 3, 4, 5, 6}};
  BOOST_TEST(batch.size() == 2);
  BOOST_TEST(batch.token_ids().rows() == 2);
  BOOST_TEST(batch.token_ids().columns() == 3);
}

BOOST_AUTO_TEST_CASE(ids_that_are_not_whole_rows_are_refused) {
  const pair_batch<B> batch{tensor<B>({2, 3, 4, 4}), {1, 2, 3}};
  BOOST_CHECK_THROW(batch.token_ids(), shape_error);
  const pair_batch<B> none{};
  BOOST_CHECK_THROW(none.token_ids(), shape_error);
}

BOOST_AUTO_TEST_CASE(fixed_pairs_are_the_same_in_every_epoch) {
  const fixed_pairs<B> source({{tensor<B>({1, 3}), {7}}, {tensor<B>({2, 3}), {8, 9}}});
  for (const fewclip::index epoch : {0, 5}) {
    BOOST_TEST(source.batches(epoch) == 2);
    BOOST_TEST(source.batch(epoch, 1).ids[1] == 9);
  }
}
