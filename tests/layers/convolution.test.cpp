#include "fewclip/layers/convolution.hpp"

#include <boost/test/unit_test.hpp>

#include "../encoders/resnet_checks.hpp"
#include "fewclip/testing/backends.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {
using real = backend::cpu<double>;
}

BOOST_AUTO_TEST_CASE(bias_residual_and_relu_follow_the_convolution) {
  layers::convolution<real> layer(1, 2);
  layer.weight().mutable_value() = tensor<real>::from_host(std::vector<double>{2, -1}.data(), {2, 1});
  layer.bias().mutable_value() = tensor<real>::from_host(std::vector<double>{0.5, 1}.data(), {2});
  const auto x = tensor<real>::from_host(std::vector<double>{1, 3}.data(), {1, 1, 2, 1});
  const auto residual = tensor<real>::from_host(std::vector<double>{-10, 0, 1, 1}.data(), {1, 1, 2, 2});
  for (const bool prepared : {false, true}) {
    if (prepared) layer.prepare();
    BOOST_TEST((layer(x).to_host() == std::vector<double>{2.5, 0, 6.5, -2}));
    BOOST_TEST((layer.relu(x).to_host() == std::vector<double>{2.5, 0, 6.5, 0}));
    BOOST_TEST((layer.relu_onto(x, residual).to_host() == std::vector<double>{0, 0, 7.5, 0}));
    BOOST_TEST((residual.to_host() == std::vector<double>{-10, 0, 1, 1}));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_fused_form_equals_the_plain_form, B, testing::cpu_backends) { check_layers_on<B>(testing::tolerance<B>); }

BOOST_AUTO_TEST_CASE(a_residual_that_nobody_else_has_becomes_the_result) {
  layers::convolution<real> layer(3, 4);
  layer.prepare();
  auto residual = drawn<real>(4, {1, 5, 5, 4});
  const double* place = residual.data();
  BOOST_TEST(layer.relu_onto(drawn<real>(3, {1, 5, 5, 3}), std::move(residual)).data() == place);
}

BOOST_AUTO_TEST_CASE(a_written_weight_is_no_longer_prepared) {
  layers::convolution<real> layer(3, 4);
  layer.prepare();
  const auto copy = layer;
  BOOST_TEST(copy.is_prepared());
  layer.weight().mutable_value().mutable_data()[0] = 1;
  BOOST_TEST(!layer.is_prepared());
  BOOST_TEST(copy.is_prepared());
}

BOOST_AUTO_TEST_CASE(maps_that_do_not_fit_are_errors) {
  layers::convolution<real> layer(3, 4, {3, 1, 1});
  for (const bool prepared : {false, true}) {
    if (prepared) layer.prepare();
    BOOST_CHECK_THROW(layer(tensor<real>({1, 5, 5, 4})), shape_error);
    BOOST_CHECK_THROW(layer.relu_onto(tensor<real>({1, 5, 5, 3}), tensor<real>({1, 5, 4, 4})), shape_error);
  }
  BOOST_CHECK_THROW(layers::convolution<real>(3, 4, {3, 0, 1}), value_error);
}
