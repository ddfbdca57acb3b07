#include "fewclip/layers/linear.hpp"

#include <boost/test/unit_test.hpp>

#include "random_layer.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

layers::linear<real> random_layer(fewclip::index in, fewclip::index out) {
  layers::linear<real> layer(in, out);
  layer.weight().mutable_value() = random_tensor({out, in}, 1);
  layer.bias().mutable_value() = random_tensor({out}, 2);
  return layer;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_affine_map_computed_by_hand) {
  layers::linear<real> layer(2, 1);
  layer.weight().mutable_value() = host_tensor({2, -1}, {1, 2});
  layer.bias().mutable_value() = host_tensor({10}, {1});
  layer.prepare();
  const auto x = host_tensor({3, 4}, {1, 2});
  BOOST_TEST(layer.forward(x).data()[0] == 12);
  BOOST_TEST(layer.add_to(host_tensor({100}, {1, 1}), x).data()[0] == 112);
  BOOST_TEST(std::abs(layer.forward_with<functions::quick_gelu>(x).data()[0] - 12 / (1 + std::exp(-1.702 * 12))) < 1e-12);
}

BOOST_AUTO_TEST_CASE(fused_forms_equal_the_operations_one_by_one) {
  auto layer = random_layer(33, 457);  // more than one tile
  const auto x = random_tensor({205, 33}, 3);
  const auto stream = random_tensor({205, 457}, 4);
  const auto plain = layer.forward(x);
  const auto quick = layer.forward_with<functions::quick_gelu>(x);
  const auto exact = layer.forward_with<functions::gelu>(x);
  const auto sum = layer.add_to(stream, x);
  require_near(plain, ops::linear(x, layer.weight(), layer.bias()));
  require_near(quick, ops::quick_gelu(plain));
  require_near(exact, ops::gelu(plain));
  require_near(sum, ops::add(stream, plain));
  layer.prepare();
  require_near(layer.forward(x), plain);
  require_near(layer.forward_with<functions::quick_gelu>(x), quick);
  require_near(layer.forward_with<functions::gelu>(x), exact);
  require_near(layer.add_to(stream, x), sum);
}

BOOST_AUTO_TEST_CASE(a_stream_that_others_use_is_left_alone_and_one_that_is_given_away_is_written_to) {
  auto layer = random_layer(2, 2);
  layer.prepare();
  const auto x = random_tensor({3, 2}, 3);
  tensor<real> stream({3, 2});
  const auto* memory = stream.data();
  const auto sum = layer.add_to(stream, x);
  BOOST_TEST(sum.data() != memory);
  BOOST_TEST(stream.to_host() == std::vector<double>(6, 0.0));
  BOOST_TEST(layer.add_to(std::move(stream), x).data() == memory);
}

BOOST_AUTO_TEST_CASE(gradients_pass_through_a_prepared_layer) {
  auto layer = random_layer(3, 4);
  layer.prepare();
  require_gradients([&](const auto& in) { return layer.add_to(in[1], in[0]); }, {random_tensor({5, 3}, 5), random_tensor({5, 4}, 6)});
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_refused) {
  auto layer = random_layer(3, 4);
  for (int round = 0; round < 2; ++round) {
    BOOST_CHECK_THROW(layer.forward(random_tensor({5, 2}, 5)), shape_error);
    BOOST_CHECK_THROW(layer.add_to(random_tensor({4, 4}, 5), random_tensor({5, 3}, 5)), shape_error);
    layer.prepare();
  }
}
