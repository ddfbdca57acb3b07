#include "fewclip/layers/attention.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/autograd/operations/gather.hpp"
#include "random_layer.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(projections_attention_and_residual_are_composed) {
  layers::attention<real> layer(6, 2);
  randomise(layer);
  const auto x = random_tensor({3 * 4, 6}, 1);
  const auto stream = random_tensor({3 * 4, 6}, 2);
  for (const bool causal : {false, true}) {
    const auto qkv = ops::linear(x, value_named(layer, "in_proj_weight"), value_named(layer, "in_proj_bias"));
    const auto mixed =
        ops::linear(ops::self_attention(qkv, 2, 4, causal), value_named(layer, "out_proj.weight"), value_named(layer, "out_proj.bias"));
    const auto expected = ops::add(stream, mixed);
    require_near(layer.add_to(stream, x, 4, causal), expected);
    layer.prepare();
    require_near(layer.add_to(stream, x, 4, causal), expected);
  }
}

BOOST_AUTO_TEST_CASE(one_query_per_sequence_equals_its_row_of_all) {
  layers::attention<real> layer(6, 3);
  randomise(layer);
  BOOST_TEST(!layer.prepared_for_few());
  layer.prepare_few();
  BOOST_TEST(layer.prepared_for_few());
  const auto x = random_tensor({3 * 4, 6}, 1);
  const auto stream = random_tensor({3 * 4, 6}, 2);
  const auto rows = host_labels({2, 4, 11});
  const auto few = layer.add_few_to(ops::gather_rows(stream, rows), ops::gather_rows(x, rows), x, 4, host_labels({2, 0, 3}));
  require_near(few, ops::gather_rows(layer.add_to(stream, x, 4, true), rows));
  const auto open = layer.add_few_to(ops::gather_rows(stream, rows), ops::gather_rows(x, rows), x, 4, {});
  require_near(open, ops::gather_rows(layer.add_to(stream, x, 4, false), rows));
}
