#include "fewclip/poolers/class_token.hpp"

#include <boost/test/unit_test.hpp>

#include "../layers/random_layer.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

poolers::class_token::fitted<real> random_pooler() {
  poolers::class_token::fitted<real> pooler({.width = 4, .embed = 3});
  randomise(pooler);
  return pooler;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_token_is_normalised_and_projected) {
  poolers::class_token::fitted<real> pooler({.width = 2, .embed = 1, .epsilon = 3});
  pooler.visit_parameters([](std::string_view name, parameter<real>& p) {
    if (name == "proj") p.mutable_value() = host_tensor({10, 30}, {1, 2});
  });
  const auto tokens = host_tensor({4, 6, 100, 200, 6, 4, 300, 400}, {2, 2, 2});  // first tokens: -+0.5 and +-0.5
  const std::vector<double> expected{10, -10};
  BOOST_TEST(pooler.pool(tokens).to_host() == expected, boost::test_tools::tolerance(1e-13) << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(first_tokens_alone_give_the_same) {
  auto pooler = random_pooler();
  const auto tokens = random_tensor({5, 3, 4}, 1);
  tensor<real> first({5, 4});
  for (fewclip::index i = 0; i < 5; ++i) std::copy_n(tokens.data() + i * 12, 4, first.mutable_data() + i * 4);
  require_near(pooler.pool(first), pooler.pool(tokens));
  const auto before = pooler.pool(tokens);
  pooler.prepare();
  require_near(pooler.pool(tokens), before);
}

BOOST_AUTO_TEST_CASE(dense_features_treat_every_token_like_the_first) {
  const auto pooler = random_pooler();
  const auto tokens = random_tensor({2, 3, 4}, 1);
  const auto dense = pooler.pool_each(tokens);
  BOOST_TEST((dense.extents() == shape{2, 3, 3}));
  require_near(dense.reshaped({6, 3}), pooler.pool(tokens.reshaped({6, 4})));
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto pooler = random_pooler();
  tensor<real> tokens = random_tensor({2, 2, 4}, 1);
  for (fewclip::index i = 0; i < tokens.size(); ++i) tokens.mutable_data()[i] += static_cast<double>(i % 4);  // rows with some spread
  require_gradients([&](const auto& in) { return pooler.pool(in[0]); }, {tokens});
}

BOOST_AUTO_TEST_CASE(tokens_of_another_width_are_refused) {
  BOOST_CHECK_THROW(random_pooler().pool(random_tensor({2, 3}, 1)), shape_error);
  BOOST_CHECK_THROW(random_pooler().pool(random_tensor({2, 2, 3}, 1)), shape_error);
}
