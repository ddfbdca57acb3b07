#include "fewclip/poolers/tuned.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/losses/pull_to_start.hpp"
#include "fewclip/optimizers/sgd.hpp"
#include "fewclip/poolers/class_token.hpp"
#include "fewclip/samplers/full_batch.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "toy_attention.hpp"

using namespace fewclip;
namespace {

using toy::f64;
using head = heads::text;
template <class Blend>
using adapter = adapters::mapped<poolers::tuned<poolers::attention, Blend>, head>;
template <class Blend, class Loss = losses::cross_entropy>
using one_step = classifier<f64, adapter<Blend>, trainers::minibatch<Loss, optimizers::sgd, schedules::constant, samplers::full_batch>>;
using raw = one_step<poolers::blend_raw_features>;
using unit = one_step<poolers::blend_unit_features>;

template <class Method>
Method stepped(double alpha, fewclip::index epochs = 1, double rate = 0.1) {
  auto settings = toy::safe_settings<Method>(alpha, epochs);
  set_setting(settings, "learning_rate", rate);
  set_setting(settings, "momentum", 0);
  set_setting(settings, "weight_decay", 0);
  return Method(toy::text<f64>(), toy::token_support<f64>(), settings);
}

void near(const tensor<f64>& got, const std::vector<double>& expected) { BOOST_TEST(toy::worst<f64>(got, expected) <= 0); }

template <class Method>
void predicts(double alpha, const std::vector<double>& expected) {
  near(stepped<Method>(alpha).logits(toy::tokens<f64>()), expected);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_toy_pooler_gives_the_features_of_the_specification) {
  near(toy::attention_pooler<f64>().pool(toy::tokens<f64>().reshaped({2, 3, 4})),
       {1.3816375726, 0.7698155866, -0.5405773457, -1.3355780515, -0.8750725945, 0.4267463858, 1.3821864765, 1.1220144183, 0.7057182027,
        0.3779230945, -0.2881388099, -0.6708993136, -0.4092562207, 0.2654309697, 0.7420519200, 0.5915974806});
}

BOOST_AUTO_TEST_CASE(logits_and_loss_before_training_are_those_of_the_specification) {
  near(stepped<raw>(1, 0).logits(toy::tokens<f64>()),
       {-2.6854586747, 1.4605742113, 0.1658281767, -3.0369475910, 1.5415269672, 0.1756414074});
  BOOST_TEST(std::abs(stepped<raw>(1).training().losses[0] - 2.3179619853) < 1e-9);
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_the_specification) {
  const auto settings = toy::safe_settings<raw>(1, 0);
  raw::fitted_adapter model(toy::text<f64>(), toy::token_support<f64>(), settings.adapter);
  tape<f64> record;
  fewclip::visit_parameters(model, [&](std::string_view, parameter<f64>& p) { p.bind(record); });
  const std::vector<label> labels{0, 1};
  record.backward(
      ops::cross_entropy(model.logits(record.constant(toy::tokens<f64>())), label_tensor<f64>::from_host(labels.data(), {2}), 0.5));
  const std::map<std::string, double> norms{
      {"positional_embedding", 0.0490294368}, {"q_proj.weight", 0.0175635521}, {"k_proj.weight", 0.0085331192},
      {"v_proj.weight", 0.5287971801},        {"q_proj.bias", 0.0159157660},   {"k_proj.bias", 0},
      {"v_proj.bias", 0.3966590830},          {"c_proj.weight", 3.5298830396}, {"c_proj.bias", 2.0428048543}};
  std::size_t seen = 0;
  fewclip::visit_parameters(model, [&](std::string_view name, parameter<f64>& p) {
    const tensor<f64> gradient = record.gradient(p.leaf());
    double squares = 0;
    for (const double value : gradient.to_host()) squares += value * value;
    const std::string key(name.substr(9));
    BOOST_TEST(std::abs(std::sqrt(squares) - norms.at(key)) < 1e-9, key);
    if (key == "q_proj.bias") near(gradient, {0.0064562034, 0.0087474926, 0.0111649375, 0.0032333557});
    if (key == "v_proj.bias") near(gradient, {0.2557528717, -0.0790969459, -0.0991421059, 0.2753968277});
    p.release();
    ++seen;
  });
  BOOST_TEST(seen == norms.size());
}

BOOST_AUTO_TEST_CASE(blends_after_one_step_are_those_of_the_specification) {
  predicts<raw>(0.25, {-2.1018167556, 1.1873628331, -0.1318490770, -2.3239704959, 1.2381522287, -0.2171823858});
  predicts<raw>(0.5, {-1.5146877511, 0.9115065427, -0.4253140333, -1.6018111515, 0.9289996142, -0.6038266655});
  predicts<raw>(1, {-0.3645902341, 0.3683613566, -0.9836952336, -0.1939711825, 0.3212785534, -1.3273541877});
  predicts<unit>(0.5, {-1.5397811802, 0.9233165276, -0.4128905273, -1.6389234819, 0.9449311246, -0.5842205430});
  predicts<unit>(1, {-0.3645902341, 0.3683613566, -0.9836952336, -0.1939711825, 0.3212785534, -1.3273541877});
}

BOOST_AUTO_TEST_CASE(alpha_zero_is_the_original_pooler_bit_for_bit) {
  const auto features = ops::normalise_rows(toy::attention_pooler<f64>().pool(toy::tokens<f64>().reshaped({2, 3, 4})));
  const auto zero_shot = head::fitted<f64>(toy::text<f64>(), {}, {.scale = 10}).logits(features);
  BOOST_TEST(testing::identical<f64>(stepped<raw>(0).logits(toy::tokens<f64>()), zero_shot));
  BOOST_TEST(testing::identical<f64>(stepped<unit>(0).logits(toy::tokens<f64>()), zero_shot));
  for (const double alpha : {0.3, 0.5, 1.0}) BOOST_TEST(testing::near<f64>(stepped<raw>(alpha, 0).logits(toy::tokens<f64>()), zero_shot));
}

// Features are linear in the output projection and in nothing else.
BOOST_AUTO_TEST_CASE(blending_features_is_averaging_weights_for_the_output_projection_only) {
  for (const std::string only : {"c_proj", "q_proj"}) {
    auto changed = toy::attention_pooler<f64>();
    auto averaged = toy::attention_pooler<f64>();
    const auto change = [&](auto& pooler, double by) {
      pooler.visit_parameters([&](std::string_view name, parameter<f64>& p) {
        if (name.find(only) == std::string_view::npos) return;
        const tensor<f64> noise = toy::filled<f64>(1, p.value().size(), [](int, int i) { return std::sin(1.7 * i); });
        p.mutable_value() = ops::add_scaled(p.value(), 1, noise.reshaped(p.value().extents()), by);
      });
    };
    change(changed, 1);
    change(averaged, 0.5);
    const auto x = toy::tokens<f64>().reshaped({2, 3, 4});
    const auto features = poolers::blend_raw_features::blend(changed.pool(x), toy::attention_pooler<f64>().pool(x), 0.5);
    const double off = testing::difference<f64>(features, ops::normalise_rows(averaged.pool(x)));
    if (only == "c_proj") BOOST_TEST(off < 1e-14);
    if (only == "q_proj") BOOST_TEST(off > 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(a_blend_can_be_retuned_and_studied_without_training) {
  const auto trained = stepped<unit>(0.25);
  auto model = trained.adapter();
  auto study = model.study(toy::tokens<f64>());
  for (const double alpha : {0.0, 0.25, 0.5, 0.5, 1.0}) {
    auto settings = trained.settings().adapter;
    settings.map.alpha = alpha;
    model.retune(settings);
    BOOST_TEST(testing::identical<f64>(model.logits(toy::tokens<f64>()), stepped<unit>(alpha).logits(toy::tokens<f64>())));
    study.visit_terms(settings, [&](const std::string& name, double weight, const tensor<f64>& term) {
      BOOST_TEST(name == "scale");
      BOOST_TEST(testing::near<f64>(ops::scale(term, weight), model.logits(toy::tokens<f64>())));
    });
  }
}

BOOST_AUTO_TEST_CASE(a_pull_to_the_start_adds_the_squared_distance_and_shortens_it) {
  using pulled = one_step<poolers::blend_raw_features, losses::pull_to_start<losses::cross_entropy>>;
  const auto run = [](double pull) {
    auto settings = toy::safe_settings<pulled>(1, 3);
    for (const auto& [name, value] : {std::pair{"learning_rate", 0.1}, {"momentum", 0.0}, {"weight_decay", 0.0}, {"pull", pull}}) {
      set_setting(settings, name, value);
    }
    return pulled(toy::text<f64>(), toy::token_support<f64>(), settings);
  };
  const auto distance = [](const pulled& fitted) {
    auto model = fitted.adapter();
    double sum = 0;
    fewclip::visit_starts(model, [&](std::string_view, const parameter<f64>& p, const tensor<f64>& start) {
      sum += 2 * ops::half_squared_norm(ops::add_scaled(p.value(), 1, start, -1)).to_host()[0];
    });
    return sum;
  };
  const auto free = run(0);
  const auto held = run(1);
  BOOST_TEST(held.training().losses[0] == free.training().losses[0]);
  BOOST_TEST(distance(held) < 0.9 * distance(free));
  // After one step both models are the same, so that the next loss differs by the penalty alone.
  auto once = stepped<raw>(1).adapter();
  double moved = 0;
  fewclip::visit_starts(once, [&](std::string_view, const parameter<f64>& p, const tensor<f64>& start) {
    moved += 2 * ops::half_squared_norm(ops::add_scaled(p.value(), 1, start, -1)).to_host()[0];
  });
  BOOST_TEST(std::abs(held.training().losses[1] - free.training().losses[1] - moved) < 1e-12);
}

BOOST_AUTO_TEST_CASE(tokens_may_have_a_place_axis_or_none) {
  const auto model = stepped<raw>(0.5);
  BOOST_TEST(testing::identical<f64>(model.logits(toy::tokens<f64>()), model.logits(toy::tokens<f64>().reshaped({2, 3, 4}))));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  auto settings = toy::safe_settings<raw>(0.5, 1);
  const auto says = [](const std::string& part) {
    return [part](const error& e) { return std::string(e.what()).find(part) != std::string::npos; };
  };
  const tensor<f64> short_rows({2, 11}, 1.0);
  const support_set<f64> wrong(short_rows, class_labels(std::vector<label>{0, 1}, 3));
  BOOST_CHECK_EXCEPTION(raw(toy::text<f64>(), wrong, settings), shape_error, says("rows of 3 * 4 numbers"));
  settings.adapter.map.original = {};
  BOOST_CHECK_EXCEPTION(raw(toy::text<f64>(), toy::token_support<f64>(), settings), value_error, says("shared_part::copy_of"));
  settings.adapter.map.original = toy::original<toy::f32>();
  BOOST_CHECK_EXCEPTION(raw(toy::text<f64>(), toy::token_support<f64>(), settings), value_error, says("another backend"));
  settings = toy::safe_settings<raw>(1.5, 1);
  BOOST_CHECK_EXCEPTION(raw(toy::text<f64>(), toy::token_support<f64>(), settings), value_error, says("alpha"));
}
