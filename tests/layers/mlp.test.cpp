#include "fewclip/layers/mlp.hpp"

#include <boost/test/unit_test.hpp>

#include "random_layer.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(two_maps_with_the_chosen_activation_and_the_residual) {
  for (const auto act : {encoders::activation::quick_gelu, encoders::activation::gelu}) {
    layers::mlp<real> layer(5, 7, act);
    randomise(layer);
    const auto x = random_tensor({4, 5}, 1);
    const auto stream = random_tensor({4, 5}, 2);
    const auto hidden = ops::linear(x, value_named(layer, "c_fc.weight"), value_named(layer, "c_fc.bias"));
    const auto bent = act == encoders::activation::gelu ? ops::gelu(hidden) : ops::quick_gelu(hidden);
    const auto expected = ops::add(stream, ops::linear(bent, value_named(layer, "c_proj.weight"), value_named(layer, "c_proj.bias")));
    require_near(layer.add_to(stream, x), expected);
    layer.prepare();
    require_near(layer.add_to(stream, x), expected);
    require_gradients([&](const auto& in) { return layer.add_to(in[0], in[1]); }, {stream, x});
  }
}
