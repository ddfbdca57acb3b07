#include "fewclip/losses/contrastive.hpp"

#include <boost/test/unit_test.hpp>

#include "../autograd/finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

static_assert(loss<losses::contrastive, real>);

// By hand: S = [[ln 3, 0], [0, 0]]; rows and columns alike: (-ln 3/4 - ln 1/2) / 2.
BOOST_AUTO_TEST_CASE(two_pairs_by_hand) {
  const auto s = host_tensor({std::log(3.0), 0, 0, 0}, {2, 2});
  const double expected = (std::log(4.0 / 3) + std::log(2.0)) / 2;
  BOOST_TEST(std::abs(losses::contrastive{}(s).to_host()[0] - expected) < 1e-15);
}

BOOST_AUTO_TEST_CASE(labels_are_not_looked_at) {
  const auto s = random_tensor({3, 3}, 1);
  const concepts::detail::model_without_parameters none;
  BOOST_TEST(losses::contrastive{}(none, s, host_labels({2, 2, 2})).to_host()[0] == losses::contrastive{}(s).to_host()[0]);
}
