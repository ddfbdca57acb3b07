#include "fewclip/encoders/modified_resnet.hpp"

#include <boost/test/unit_test.hpp>

#include "../backend/products/bf16.hpp"
#include "fewclip/backend/products/any_of.hpp"
#include "fewclip/backend/products/onednn.hpp"
#include "resnet_checks.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

using single = backend::cpu<float, products::onednn<products::f32>>;
using rounded = backend::cpu<float, products::onednn<products::bf16>>;
using one_of = products::any_of<products::eigen, products::onednn<products::f32>, products::onednn<products::bf16>>;

/// The tokens of two images by the prepared tower.
template <class B>
std::vector<float> tokens_on() {
  auto tower = golden_tower<B>();
  tower.prepare();
  return tower.tokens(drawn<B>(7, {2, 3, 64, 64})).to_host();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_convolution_of_onednn_equals_the_plain_form) { check_layers_on<single>(1e-5); }

BOOST_AUTO_TEST_CASE(in_bfloat16_it_does_so_up_to_rounding, *boost::unit_test::precondition(bf16::is_there)) {
  check_layers_on<rounded, std::uint16_t>(2e-2);
}

BOOST_AUTO_TEST_CASE(tokens_agree_with_open_clip_whatever_the_batch_and_the_threads) { check_tokens_on<single>(3e-5); }

BOOST_AUTO_TEST_CASE(tokens_in_bfloat16_agree_up_to_rounding, *boost::unit_test::precondition(bf16::is_there)) {
  auto tower = golden_tower<rounded>();
  tower.prepare();
  const auto expected = tensor<backend::cpu<double>>::from_host(golden_resnet().values("tokens").data(), {2, 4, 256});
  const double off = relative_difference(tower.tokens(drawn<rounded>(7, {2, 3, 64, 64})), expected);
  BOOST_TEST(off < 3e-2);
  BOOST_TEST(off > 1e-5);
}

BOOST_AUTO_TEST_CASE(rounded_maps_are_pooled_in_single_precision) {
  layers::activations<rounded, std::uint16_t> maps({1, 2, 4, 1});
  for (fewclip::index i = 0; i < 8; ++i) maps.mutable_data()[i] = layers::detail::element_of<std::uint16_t>(static_cast<float>(i) + 1);
  BOOST_TEST((layers::numbers_of<rounded>(layers::average_pool(maps, 2)).to_host() == std::vector<float>{3.5F, 5.5F}));
}

BOOST_AUTO_TEST_CASE(a_provider_chosen_at_run_time_gives_its_own_tokens) {
  using B = backend::cpu<float, one_of>;
  const struct restored_choice {
    ~restored_choice() { one_of::choose("eigen"); }
  } at_end;
  one_of::choose("onednn-f32");
  BOOST_TEST((tokens_on<B>() == tokens_on<single>()));
  auto before = golden_tower<B>();
  before.prepare();
  if (products::onednn<products::bf16>::available()) {
    one_of::choose("onednn-bf16");
    BOOST_TEST((tokens_on<B>() == tokens_on<rounded>()));
  } else {
    BOOST_TEST_MESSAGE("bfloat16 was left out: this processor has no AVX-512");
  }
  one_of::choose("eigen");
  BOOST_TEST((tokens_on<B>() == tokens_on<backend::cpu<>>()));
  BOOST_TEST((before.tokens(drawn<B>(7, {2, 3, 64, 64})).to_host() == tokens_on<single>()));
}
