#include "fewclip/runtime/tower_methods.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fewclip/compiled/clip.hpp"
#include "fewclip/compiled/methods.hpp"
#include "fewclip/data/tangram/target_tasks.hpp"
#include "fewclip/testing/comparisons.hpp"

using namespace fewclip;
using B = compiled::backend;
using runtime::row_kind;

namespace {

using fewclip::index;
constexpr index classes = 4;
constexpr index per_class = 3;

/// The built-in ViT with twelve pictures under clutter.
struct world {
  explicit world(const std::string& name)
      : parts(std::make_shared<const runtime::clip<B>>(FEWCLIP_TEST_SOURCE_DIR "/../examples/models/" + name)) {
    const auto task = data::tangram::make_target_task(data::tangram::domain_shift::clutter, classes);
    const auto& settings = parts.model().preprocessing();
    pixels.resize(static_cast<std::size_t>(classes * per_class) * settings.values());
    for (index i = 0; i < classes * per_class; ++i) {
      labels.push_back(static_cast<label>(i / per_class));
      settings.apply(task.picture(labels.back(), i, 1, settings.size),
                     std::span(pixels).subspan(static_cast<std::size_t>(i) * settings.values(), settings.values()));
    }
    const prompts::class_prompts prompts(task.class_names(), prompts::template_list({"a photo of a {}."}), {});
    text = parts.text_with_source(parts.model().class_text(prompts), task.class_names(), "a photo of a {}.");
  }

  runtime::method<B>::fit_inputs inputs() const {
    runtime::method<B>::fit_inputs out;
    out.text = text;
    const index width = parts.width(row_kind::pixels);
    out.support =
        support_set<B>(matrix_view<float>(pixels.data(), classes * per_class, width), class_labels(std::vector<label>(labels), classes));
    out.clip = &parts;
    return out;
  }

  runtime::clip_parts<B> parts;
  std::vector<float> pixels;
  std::vector<label> labels;
  class_text<B> text;
};

const world& of(const std::string& name) {
  static const world vit("tangram-vit");
  static const world resnet("tangram-resnet");
  return name == "tangram-vit" ? vit : resnet;
}

runtime::registry<B> all() {
  runtime::registry<B> out;
  runtime::add_tower_methods(out);
  return out;
}

const runtime::named_settings few_steps{{"pairs.tangrams", 60},        {"pairs.texts_per_tangram", 4}, {"pairs.validation_share", 0.3},
                                        {"first.epochs", 1},           {"first.learning_rate", 1e-4},  {"second.epochs", 20},
                                        {"second.learning_rate", 1e-3}};

/// A setting in use; NaN where there is none of that name.
double value_of(const runtime::fitted_method<B>& fitted, const std::string& name) {
  for (const setting_value& each : fitted.settings()) {
    if (each.about.name == name) return each.value;
  }
  return std::nan("");
}

}  // namespace

BOOST_AUTO_TEST_CASE(both_methods_can_be_made_again_bit_for_bit_on_either_tower) {
  const runtime::registry<B> methods = all();
  for (const char* model : {"tangram-vit", "tangram-resnet"}) {
    for (const char* name : {"cross_modal", "tsf_clip"}) {
      const runtime::method<B>& method = methods.find(name);
      auto inputs = of(model).inputs();
      inputs.settings = method.about().name == "tsf_clip" ? few_steps : runtime::named_settings{{"epochs", 20}, {"learning_rate", 1e-3}};
      const tensor<B> rows = inputs.support.features();
      const auto fitted = method.fit(inputs);
      const tensor<B> expected = fitted->logits(rows);
      inputs.settings.clear();
      for (const setting_value& each : fitted->settings()) inputs.settings.emplace(std::string(each.about.name), each.value);
      inputs.support = {};
      BOOST_TEST(testing::identical<B>(method.restore(inputs, fitted->trained())->logits(rows), expected), name << " on " << model);
    }
  }
}

BOOST_AUTO_TEST_CASE(tsf_clip_without_a_first_stage_is_cross_modal) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  inputs.settings = few_steps;
  inputs.settings["first.epochs"] = 0;
  const tensor<B> found = methods.find("tsf_clip").fit(inputs)->logits(inputs.support.features());
  inputs.settings = {{"epochs", 20}, {"learning_rate", 1e-3}};
  const tensor<B> expected = methods.find("cross_modal").fit(inputs)->logits(inputs.support.features());
  const auto a = found.to_host();
  const auto b = expected.to_host();
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(std::abs(a[i] - b[i]) < 2e-2, a[i] << " and " << b[i]);
}

BOOST_AUTO_TEST_CASE(the_first_stage_goes_on_from_its_state_bit_for_bit) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-resnet").inputs();
  inputs.settings = few_steps;
  const tensor<B> expected = methods.find("tsf_clip").fit(inputs)->logits(inputs.support.features());
  const runtime::registry<B> others = all();  // without the kept first stage
  runtime::training_states<B> states;
  inputs.resume = &states;
  int reports = 0;
  inputs.observer = [&reports](const progress&) { return ++reports % 9 != 0; };
  std::unique_ptr<runtime::fitted_method<B>> fitted;
  int parts = 0;
  for (; parts < 60; ++parts) {
    reports = 0;
    fitted = others.find("tsf_clip").fit(inputs);
    if (fitted && states.of_stage.size() > 1 && states.of_stage[1].step >= 20) break;
  }
  BOOST_TEST(parts > 1);
  BOOST_TEST_REQUIRE(fitted != nullptr);
  BOOST_TEST(testing::identical<B>(fitted->logits(inputs.support.features()), expected));
}

BOOST_AUTO_TEST_CASE(a_text_without_its_source_is_refused) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  inputs.text = class_text<B>(inputs.text.rows());
  BOOST_CHECK_EXCEPTION(methods.find("cross_modal").fit(inputs), value_error,
                        [](const value_error& e) { return std::string(e.what()).find("the tokens of the prompts") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(few_classes_and_one_shot_make_smaller_batches) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  const auto width = inputs.support.features().columns();
  inputs.text = of("tangram-vit").parts.text_with_source(inputs.text.rows().rows_slice(0, 2), {"one", "two"}, "a photo of a {}.");
  inputs.support = support_set<B>(matrix_view<float>(of("tangram-vit").pixels.data(), 2, width), class_labels(std::vector<label>{0, 1}, 2));
  inputs.settings = {{"epochs", 3}};
  const auto fitted = methods.find("cross_modal").fit(inputs);
  BOOST_TEST(fitted->training().steps == 3);
  BOOST_TEST(value_of(*fitted, "batch_size") == 6);  // two texts; two pictures and their mirror images
  BOOST_TEST(static_cast<int>(value_of(*fitted, "text_share") * 6) == 2);
  BOOST_TEST(value_of(*fitted, "text_rows") == 2);
}

// 12 images and their mirror images are 24; there are 4 texts.
BOOST_AUTO_TEST_CASE(batches_are_fitted_around_the_one_setting_that_is_given) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  const auto fitted = [&](const runtime::named_settings& given) {
    inputs.settings = given;
    inputs.settings["epochs"] = 2;
    return methods.find("cross_modal").fit(inputs);
  };
  const auto texts = [](const runtime::fitted_method<B>& method) {
    return std::floor(value_of(method, "text_share") * value_of(method, "batch_size"));
  };
  auto found = fitted({{"batch_size", 20}});  // half of it would be 10 texts
  BOOST_TEST(value_of(*found, "batch_size") == 20);
  BOOST_TEST(texts(*found) == 4);
  found = fitted({{"batch_size", 28}});  // all there are
  BOOST_TEST(value_of(*found, "batch_size") == 28);
  BOOST_TEST(texts(*found) == 4);
  found = fitted({{"batch_size", 6}});
  BOOST_TEST(value_of(*found, "text_share") == 0.5);
  found = fitted({{"text_share", 0.9}});  // floor(0.9 * 5) = 4 and floor(0.9 * 6) = 5
  BOOST_TEST(value_of(*found, "text_share") == 0.9);
  BOOST_TEST(value_of(*found, "batch_size") == 5);
  found = fitted({{"text_share", 1}});
  BOOST_TEST(value_of(*found, "batch_size") == 4);
  found = fitted({{"batch_size", 20}, {"text_rows", 0}});
  BOOST_TEST(value_of(*found, "batch_size") == 20);
}

BOOST_AUTO_TEST_CASE(batches_that_cannot_be_filled_are_refused_by_the_setting_before_the_first_stage) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  fewclip::index reports = 0;
  inputs.observer = [&reports](const progress&) { return ++reports > 0; };
  const auto refuses = [&](const runtime::named_settings& given, const std::string& text) {
    for (const std::string prefix : {"", "second."}) {
      const std::string name = prefix.empty() ? "cross_modal" : "tsf_clip";
      inputs.settings = prefix.empty() ? runtime::named_settings{} : few_steps;
      for (const auto& [setting, value] : given) inputs.settings.insert_or_assign(prefix + setting, value);
      BOOST_CHECK_EXCEPTION(methods.find(name).fit(inputs), value_error,
                            [&](const value_error& e) { return e.what() == name + ": " + prefix + text; });
    }
  };
  refuses({{"batch_size", 29}}, "batch_size: expected at most 24 images and mirror images in a batch, got 25 of 29");
  refuses({{"batch_size", 25}, {"text_rows", 0}}, "batch_size: expected at most 24 images and mirror images in a batch, got 25 of 25");
  refuses({{"batch_size", 10}, {"text_share", 0.5}}, "batch_size: expected at most 4 texts in a batch, got 5 of 10");
  refuses({{"text_rows", 3}}, "text_rows: expected 0 or 4, the number of classes, got 3");
  refuses({{"text_rows", 5}}, "text_rows: expected 0 or 4, the number of classes, got 5");
  BOOST_TEST(reports == 0);
}

BOOST_AUTO_TEST_CASE(a_first_stage_without_validation_tangrams_makes_all_its_epochs) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  inputs.settings = {{"pairs.tangrams", 20}, {"pairs.texts_per_tangram", 2}, {"pairs.batch_size", 2}, {"pairs.validation_share", 0},
                     {"first.patience", 1},  {"first.learning_rate", 1e-4},  {"first.epochs", 1},     {"second.epochs", 2}};
  fewclip::index reports = 0;
  inputs.observer = [&reports](const progress&) { return ++reports > 0; };
  const auto first_steps = [&](double epochs) {
    reports = 0;
    inputs.settings["first.epochs"] = epochs;
    methods.find("tsf_clip").fit(inputs);
    return reports - 2;
  };
  const fewclip::index one = first_steps(1);
  BOOST_TEST(one > 0);
  BOOST_TEST(first_steps(5) > 4 * one - one / 2);
}

BOOST_AUTO_TEST_CASE(the_first_stage_is_kept_for_the_same_settings_and_made_anew_for_any_others) {
  const runtime::registry<B> methods = all();
  const runtime::method<B>& method = methods.find("tsf_clip");
  auto inputs = of("tangram-vit").inputs();
  const runtime::named_settings one{{"pairs.tangrams", 20}, {"pairs.texts_per_tangram", 2},  {"pairs.batch_size", 2},
                                    {"first.epochs", 1},    {"pairs.validation_share", 0.3}, {"first.learning_rate", 1e-4},
                                    {"second.epochs", 2}};
  inputs.settings = one;
  fewclip::index reports = 0;
  inputs.observer = [&reports](const progress&) { return ++reports > 0; };
  const auto reported = [&] {
    reports = 0;
    method.fit(inputs);
    return reports;
  };
  const fewclip::index both = reported();
  const fewclip::index second_only = reported();
  BOOST_TEST(second_only == 2);
  BOOST_TEST(both > second_only);
  inputs.settings["second.learning_rate"] = 0.01;
  BOOST_TEST(reported() == second_only);
  // Rates next to each other, below what six decimals tell apart; numbers that read alike in a row; settings that swap their values.
  const std::vector<runtime::named_settings> others{{{"first.learning_rate", 5e-8}},
                                                    {{"first.learning_rate", std::nextafter(5e-8, 1.0)}},
                                                    {{"first.weight_decay", 1e-8}},
                                                    {{"pairs.tangrams", 21}},
                                                    {{"pairs.pictures", 2}},
                                                    {{"pairs.largest_turn", 90}},
                                                    {{"pairs.seed", 12}, {"pairs.texts_per_tangram", 3}},
                                                    {{"pairs.seed", 1}, {"pairs.texts_per_tangram", 23}},
                                                    {{"pairs.seed", 3}, {"pairs.texts_per_tangram", 12}},
                                                    {{"pairs.validation_share", 0.31}},
                                                    {{"pairs.batch_size", 3}}};
  for (const runtime::named_settings& changed : others) {
    inputs.settings = one;
    for (const auto& [name, value] : changed) inputs.settings.insert_or_assign(name, value);
    BOOST_TEST(reported() > second_only, changed.begin()->first << " = " << changed.begin()->second);
    BOOST_TEST(reported() == second_only, changed.begin()->first << " = " << changed.begin()->second);
  }
}

BOOST_AUTO_TEST_CASE(a_kept_first_stage_gives_the_fit_that_one_made_anew_gives_and_is_not_used_for_another_clip) {
  const runtime::registry<B> methods = all();
  auto inputs = of("tangram-vit").inputs();
  inputs.settings = few_steps;
  const auto fit = [&](const runtime::registry<B>& by) { return by.find("tsf_clip").fit(inputs)->logits(inputs.support.features()); };
  const tensor<B> first = fit(methods);
  BOOST_TEST(testing::identical<B>(fit(methods), first));
  const world again("tangram-vit");  // the same file, read once more
  inputs.clip = &again.parts;
  fewclip::index reports = 0;
  inputs.observer = [&reports](const progress&) { return ++reports > 0; };
  BOOST_TEST(testing::identical<B>(fit(methods), first));
  BOOST_TEST(reports > 20);
}
