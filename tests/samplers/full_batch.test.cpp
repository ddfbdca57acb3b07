#include "fewclip/samplers/full_batch.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;

static_assert(sampler<samplers::full_batch>);

BOOST_AUTO_TEST_CASE(one_step_takes_all_rows_as_they_are) {
  const samplers::full_batch all;
  BOOST_TEST(all.batch_size(37) == 37);
  BOOST_TEST(all.order(37, 5).empty());
}
