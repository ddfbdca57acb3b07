// Training with products in bf16 and parameters in single precision: coop and safe on tiny CLIPs, beside all of it in single precision.
#include <boost/test/unit_test.hpp>

#include "../backend/products/bf16.hpp"
#include "fewclip/backend/products/onednn.hpp"
#include "fewclip/methods/coop.hpp"
#include "fewclip/methods/safe.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "tiny_clip.hpp"
#include "tiny_towers.hpp"

namespace {

using single = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>;
using mixed = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::bf16>>;

template <class B>
fewclip::training_report train_coop() {
  using method = fewclip::methods::coop<B>;
  const auto settings = tiny::with(
      typename method::params{},
      {{"scale", 20}, {"context_length", 4}, {"learning_rate", 0.05}, {"warmup_rate", 0.005}, {"epochs", 10}, {"evaluate_at_end", 1}});
  return method(fewclip::prompts::class_text_of(tiny::source<B>()), tiny::support<B>(), settings).training();
}

template <class B>
fewclip::training_report train_safe() {
  using method = fewclip::methods::safe<B>;
  auto encoder = tiny::resnet_encoder<B>();
  typename method::params settings;
  settings.adapter.map.original = fewclip::shared_part<fewclip::poolers::attention>::copy_of<B>(encoder.pooler());
  settings = tiny::with(settings, {{"scale", 10}, {"learning_rate", 2e-3}, {"epochs", 10}, {"evaluate_at_end", 1}});
  // One frozen trunk for both: what differs is the training.
  const auto tokens = tiny::resnet_encoder<single>().trunk().tokens(tiny::pixels<single>(0, 9, 64));
  std::vector<float> text(3 * 20);
  const fewclip::random_stream numbers(7, 1);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<float>(numbers.normal(i));
  const auto rows = fewclip::ops::normalise_rows(fewclip::tensor<B>::from_host(text.data(), {3, 20}));
  std::vector<fewclip::label> labels;
  for (int i = 0; i < 9; ++i) labels.push_back(static_cast<fewclip::label>(i % 3));
  const fewclip::support_set<B> support(fewclip::tensor<B>::from_host(tokens.to_host().data(), tokens.extents()),
                                        fewclip::class_labels(labels, 3));
  return method(fewclip::class_text<B>(rows), support, settings).training();
}

/// Both losses fall; those of all ten steps and the one after them differ by less than 2 % of the first. That they differ at all shows that
/// bf16 was at work.
void compare(const fewclip::training_report& in_bf16, const fewclip::training_report& in_single) {
  BOOST_TEST_REQUIRE(in_bf16.steps == 10);
  double difference = std::abs(in_bf16.final_loss - in_single.final_loss) / in_single.first_loss;
  for (std::size_t t = 0; t < in_single.losses.size(); ++t) {
    difference = std::max(difference, std::abs(in_bf16.losses[t] - in_single.losses[t]) / in_single.first_loss);
  }
  BOOST_TEST_MESSAGE("losses " << in_single.first_loss << " to " << in_single.final_loss << " and " << in_bf16.first_loss << " to "
                               << in_bf16.final_loss << ": " << difference);
  BOOST_TEST(in_single.final_loss < in_single.first_loss);
  BOOST_TEST(in_bf16.final_loss < in_bf16.first_loss);
  BOOST_TEST(difference < 0.02);
  BOOST_TEST(difference > 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(coop_in_bf16_ends_where_single_precision_does, *boost::unit_test::precondition(bf16::is_there)) {
  compare(train_coop<mixed>(), train_coop<single>());
}

BOOST_AUTO_TEST_CASE(safe_in_bf16_ends_where_single_precision_does, *boost::unit_test::precondition(bf16::is_there)) {
  compare(train_safe<mixed>(), train_safe<single>());
}

// A step of 1e-5 is a thousandth of the distance of bf16 numbers near 1: it would be lost if parameters were rounded.
BOOST_AUTO_TEST_CASE(parameters_stay_in_single_precision) {
  fewclip::parameter<mixed> value(fewclip::tensor<mixed>({4}, 1.0F));
  fewclip::optimizers::sgd::state<mixed> update({.learning_rate = 1e-5, .momentum = 0, .weight_decay = 0});
  for (int step = 0; step < 100; ++step) update.step(0, value, fewclip::tensor<mixed>({4}, 1.0F), 1e-5, true);
  BOOST_TEST(std::abs(value.value().to_host()[0] - 0.999F) < 1e-5F);
}
