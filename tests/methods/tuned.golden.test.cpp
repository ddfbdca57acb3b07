// safe, safe_a and both stages of tsf_clip on tiny CLIPs, step by step against PyTorch (tests/golden/tuned_methods.py).

#include "fewclip/methods/safe_a.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/methods/tsf_clip.hpp"
#include "fewclip/prompts/raw_ensemble.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "tiny_towers.hpp"
#include "tuned_golden.hpp"

using namespace fewclip;
namespace golden = tuned_golden;
using golden::B;

namespace {

template <class Params>
void set(Params& params, std::initializer_list<std::pair<const char*, double>> values) {
  for (const auto& [name, value] : values) set_setting(params, name, value);
}

std::vector<label> cycle(fewclip::index rows, label classes) {
  std::vector<label> out;
  for (fewclip::index i = 0; i < rows; ++i) out.push_back(static_cast<label>(i % classes));
  return out;
}

template <class Sampler>
using stepwise = trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::cosine_per_step, Sampler>;
template <class Blend>
using safe_in_order = classifier<B, adapters::mapped<poolers::tuned<poolers::attention, Blend>, heads::text>, stepwise<tiny::in_order<4>>>;

/// The tokens of nine images, once.
const tensor<B>& resnet_tokens() {
  static const tensor<B> tokens = tiny::resnet_encoder<B>().trunk().tokens(tiny::pixels<B>(0, 9, 64));
  return tokens;
}

template <class Params>
Params safe_settings(Params out) {
  out.adapter.map.original = shared_part<poolers::attention>::copy_of<B>(tiny::resnet_encoder<B>().pooler());
  set(out, {{"alpha", 0.5}, {"scale", 10}, {"learning_rate", 2e-3}, {"weight_decay", 1e-2}, {"epochs", 4}});
  return out;
}

support_set<B> safe_support() { return {resnet_tokens(), class_labels(cycle(9, 3), 3)}; }

/// Replays the batches of the file.
struct stored_batches {
  using params = no_settings;
  params settings{};
  fewclip::index batch_size(fewclip::index rows) const { return rows; }
  std::vector<fewclip::index> order(fewclip::index, fewclip::index step) const {
    const auto all = golden::file().read<std::int64_t>("head.batches");
    return {all.begin() + 8 * step, all.begin() + 8 * (step + 1)};
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(safe_equals_pytorch_step_by_step) {
  using method = safe_in_order<poolers::blend_unit_features>;
  const class_text<B> text(golden::rows("safe.text"));
  const method fitted(text, safe_support(), safe_settings(method::params{}));
  golden::near(fitted.training().losses, "safe.losses");
  golden::near(fitted.logits(resnet_tokens()), "safe.logits_unit");
  auto model = fitted.adapter();
  fewclip::visit_parameters(model, [](std::string_view name, const parameter<B>& each) {
    if (name.ends_with("c_proj.weight")) golden::near(each.value(), "safe.c_proj");
  });
  auto settings = fitted.settings().adapter;
  settings.map.alpha = 0;
  model.retune(settings);
  golden::near(model.logits(resnet_tokens()), "safe.zero_shot");
  using raw = safe_in_order<poolers::blend_raw_features>;
  golden::near(raw(text, safe_support(), safe_settings(raw::params{})).logits(resnet_tokens()), "safe.logits_raw");
}

BOOST_AUTO_TEST_CASE(safe_a_equals_pytorch_step_by_step) {
  using first = safe_in_order<poolers::blend_unit_features>;
  using method = stages<first, methods::tip_adapter_f<B>>;
  const class_text<B> text(golden::rows("safe.text"));
  method::params settings;
  settings.first = safe_settings(first::params{});
  set(settings, {{"second.scale", 10}, {"second.alpha", 1.5}, {"second.beta", 4}, {"second.learning_rate", 1e-2}, {"second.epochs", 10}});
  BOOST_TEST(settings.first.trainer.optimizer.learning_rate == 2e-3);
  const method fitted(text, safe_support(), settings);
  golden::near(fitted.second().training().losses, "safe_a.losses");
  golden::near(fitted.logits(resnet_tokens()), "safe_a.logits");
}

BOOST_AUTO_TEST_CASE(safe_on_the_last_block_of_a_vision_transformer_equals_pytorch_step_by_step) {
  using pooler = poolers::last_block;
  using encoder = encoders::image_encoder<encoders::vision_transformer, pooler>;
  using method = classifier<B, adapters::mapped<poolers::tuned<pooler>, heads::text>, stepwise<samplers::full_batch>>;
  encoder::fitted<B> tower({pooler::params::trunk_below(tiny::vit_sizes()), pooler::params::of(tiny::vit_sizes())});
  checkpoints::load_parameters(tower, tiny::model("vit"));
  tower.prepare();
  const tensor<B> tokens = tower.trunk().tokens(tiny::pixels<B>(0, 6, 32));
  method::params settings;
  settings.adapter.map.original = shared_part<pooler>::copy_of<B>(tower.pooler());
  set(settings, {{"scale", 10}, {"learning_rate", 1e-3}, {"weight_decay", 1e-2}, {"epochs", 10}});
  const method fitted(class_text<B>(golden::rows("last_block.text")), {tokens, class_labels(cycle(6, 3), 3)}, settings);
  golden::near(fitted.training().losses, "last_block.losses");
  auto model = fitted.adapter();
  fewclip::visit_parameters(model, [](std::string_view name, const parameter<B>& each) {
    if (name == "proj") golden::near(each.value(), "last_block.proj");
  });
}

BOOST_AUTO_TEST_CASE(the_first_stage_of_tsf_clip_equals_pytorch_step_by_step) {
  using stage = methods::tsf_clip<B>::first_type;
  stage::params settings;
  set(settings, {{"learning_rate", 1e-3}, {"weight_decay", 1e-2}, {"epochs", 2}});
  const stage fitted(tiny::vit_clip<B>(), tiny::five_batches<B>(), settings);
  golden::near(fitted.training().losses, "pairs.losses", 1e-8);
  auto model = fitted.tuned();
  const auto batch = tiny::pairs<B>(2);
  golden::near(model.similarities(batch.images, batch.token_ids()), "pairs.similarities", 1e-7);
  std::size_t seen = 0;
  fewclip::visit_parameters(model, [&](std::string_view name, const parameter<B>& each) {
    if (name == "logit_scale") golden::near(each.value(), "pairs.logit_scale");
    const std::string key = "pairs.norm." + std::string(name);
    if (golden::file().find(key) == nullptr) return;
    double squares = 0;
    for (const double value : each.value().to_host()) squares += value * value;
    golden::near(std::vector<double>{std::sqrt(squares)}, key, 1e-8);
    ++seen;
  });
  BOOST_TEST(seen == 5U);
}

BOOST_AUTO_TEST_CASE(the_second_stage_of_tsf_clip_equals_pytorch_step_by_step) {
  using method = classifier<B, heads::linear_from_text,
                            trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::linear_warmup_cosine, stored_batches>>;
  const tensor<B> rows = golden::rows("head.rows");
  const auto labels = golden::file().read<std::int32_t>("head.labels");
  const auto classes = class_labels(std::vector<label>(labels.begin(), labels.end()), 5);
  // Prompts of one class one after the other; row_c is the mean of raw embeddings.
  std::vector<double> prompts;
  for (fewclip::index c = 0; c < 5; ++c) {
    for (const fewclip::index row : {16 + c, 21 + c}) prompts.insert(prompts.end(), rows.data() + row * 12, rows.data() + (row + 1) * 12);
  }
  const std::vector<fewclip::index> counts(5, 2);
  const auto start = prompts::class_rows_of_raw_means<double>(std::span<const double>(prompts), 12, counts);
  golden::near(start, "head.start", 1e-14);
  const class_text<B> text(tensor<B>::from_host(start.data(), {5, 12}));
  method::params settings;
  set(settings, {{"learning_rate", 2e-3}, {"epochs", 60}});
  const method fitted(text, {rows, classes}, settings);
  golden::near(fitted.training().losses, "head.losses");
  golden::near(fitted.logits(golden::rows("head.queries")), "head.logits");
  settings.adapter.weight_mix = 0.5;
  golden::near(method(text, {rows, classes}, settings).logits(golden::rows("head.queries")), "head.mixed");
}
