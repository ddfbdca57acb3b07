#include "fewclip/runtime/clip_methods.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../methods/tiny_towers.hpp"
#include "fewclip/compiled/clip.hpp"
#include "fewclip/compiled/methods.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/testing/comparisons.hpp"

using namespace fewclip;
using B = compiled::backend;
using runtime::row_kind;

namespace {

using fewclip::index;

constexpr index images = 9;

/// A tiny CLIP, its parts, and rows of nine images.
struct world {
  explicit world(const std::string& name)
      : model(std::make_shared<runtime::clip<B>>(std::string(FEWCLIP_TEST_SOURCE_DIR "/golden/clip/") + name + "/openai")),
        parts(model),
        pixels(tiny::pixels<B>(0, images, model->preprocessing().size)) {
    prompts::tokenised_prompts tokens;
    tokens.frame = {{98, 11, 12, 7, 99}, 3, 0};
    for (const std::int32_t word : {20, 21, 22}) tokens.classes.push_back({{98, 11, 12, word, 7, 99}, 3, 1});
    const auto source = std::make_shared<prompts::text_source<B>>(parts.text(), tokens);
    text = prompts::class_text_of<B>(source);
  }

  runtime::method<B>::fit_inputs inputs(row_kind kind) const {
    runtime::method<B>::fit_inputs out;
    std::vector<label> labels;
    for (index i = 0; i < images; ++i) labels.push_back(static_cast<label>((i + i / 4) % 3));
    out.text = text;
    out.support = support_set<B>(parts.rows(pixels, kind), class_labels(std::move(labels), 3));
    out.clip = &parts;
    return out;
  }

  std::shared_ptr<const runtime::clip<B>> model;
  runtime::clip_parts<B> parts;
  tensor<B> pixels;
  class_text<B> text;
};

const world& of(const std::string& name) {
  static const world vit("vit");
  static const world resnet("resnet");
  return name == "vit" ? vit : resnet;
}

runtime::named_settings settings_of(const runtime::method<B>& method) {
  runtime::named_settings out;
  for (const setting_value& each : method.about().settings) {
    if (each.about.name.ends_with("epochs") && !each.about.name.ends_with("warmup_epochs")) out.emplace(each.about.name, 2);
    if (each.about.name == "context_length") out.emplace(each.about.name, 3);
    if (each.about.name == "attention_heads") out.emplace(each.about.name, 2);
    if (each.about.name.ends_with("learning_rate")) out.emplace(each.about.name, 1e-2);
  }
  return out;
}

runtime::registry<B> all() {
  runtime::registry<B> out;
  runtime::add_prompt_methods(out);
  runtime::add_pooling_methods(out);
  return out;
}

/// Fits, and makes the fitted method again from its numbers, without the support rows where they are not kept.
void restores(const runtime::method<B>& method, const world& given) {
  BOOST_TEST_CONTEXT(method.about().name) {
    auto inputs = given.inputs(method.about().rows);
    inputs.settings = settings_of(method);
    const auto fitted = method.fit(inputs);
    const tensor<B> rows = inputs.support.features();
    const tensor<B> expected = fitted->logits(rows);
    BOOST_TEST(expected.columns() == 3);
    const trained_numbers<B> trained = fitted->trained();
    BOOST_TEST(trained.dim == given.parts.width(method.about().rows));
    inputs.settings.clear();
    for (const setting_value& each : fitted->settings()) inputs.settings.emplace(std::string(each.about.name), each.value);
    if (!method.about().keeps_support()) inputs.support = {};
    const auto again = method.restore(inputs, trained);
    BOOST_TEST(testing::identical<B>(again->logits(rows), expected));
    BOOST_TEST(again->training().trained_parameters == fitted->training().trained_parameters);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_vision_transformer_serves_every_method_and_each_can_be_made_again_bit_for_bit) {
  const runtime::registry<B> methods = all();
  for (const auto& each : methods.methods()) restores(each, of("vit"));
}

BOOST_AUTO_TEST_CASE(a_resnet_serves_every_method_and_each_can_be_made_again_bit_for_bit) {
  const runtime::registry<B> methods = all();
  for (const auto& each : methods.methods()) restores(each, of("resnet"));
}

BOOST_AUTO_TEST_CASE(safe_at_alpha_zero_is_zero_shot_on_the_features_of_the_whole_encoder) {
  for (const char* name : {"vit", "resnet"}) {
    const world& given = of(name);
    auto inputs = given.inputs(row_kind::tokens);
    const runtime::method<B> safe = all().find("safe");
    inputs.settings = settings_of(safe);
    inputs.settings["alpha"] = 0;
    const auto rows = given.inputs(row_kind::features);
    const methods::zero_shot<B> plain(given.text, {});
    BOOST_TEST(testing::near<B>(safe.fit(inputs)->logits(inputs.support.features()), plain.logits(rows.support.features())), name);
    inputs.settings["alpha"] = 1;
    BOOST_TEST(!testing::near<B>(safe.fit(inputs)->logits(inputs.support.features()), plain.logits(rows.support.features())), name);
  }
}

BOOST_AUTO_TEST_CASE(the_rows_of_each_kind_begin_with_the_same_feature) {
  for (const char* name : {"vit", "resnet"}) {
    const world& given = of(name);
    const tensor<B> features = given.parts.rows(given.pixels, row_kind::features);
    const tensor<B> spatial = given.parts.rows(given.pixels, row_kind::spatial);
    BOOST_TEST_REQUIRE(spatial.columns() == given.parts.width(row_kind::spatial));
    const auto expected = features.to_host();
    const auto found = spatial.to_host();
    const auto embed = static_cast<std::size_t>(features.columns());
    const auto width = static_cast<std::size_t>(spatial.columns());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      BOOST_TEST(std::abs(found[i / embed * width + i % embed] - expected[i]) < testing::tolerance<B>, name << ", number " << i);
    }
    BOOST_TEST(given.parts.rows(given.pixels, row_kind::pixels).columns() == given.parts.width(row_kind::pixels));
  }
}

BOOST_AUTO_TEST_CASE(training_goes_on_from_its_states_bit_for_bit) {
  const world& given = of("resnet");
  for (const char* name : {"safe", "safe_a", "coop"}) {
    const runtime::method<B> method = all().find(name);
    auto inputs = given.inputs(method.about().rows);
    inputs.settings = settings_of(method);
    const tensor<B> expected = method.fit(inputs)->logits(inputs.support.features());
    runtime::training_states<B> states;
    inputs.resume = &states;
    inputs.observer = [](const progress&) { return false; };  // one step at a time
    const std::size_t stages = method.about().name == "safe_a" ? 2 : 1;
    std::unique_ptr<runtime::fitted_method<B>> fitted;
    for (int part = 0; part < 12; ++part) {
      fitted = method.fit(inputs);
      // After the first step of a method of two stages there is nothing for the second one to build on.
      if (part == 0) BOOST_TEST((fitted == nullptr) == (stages == 2), name);
      if (part == 0) BOOST_TEST(states.of_stage.size() == 1U, name);
      if (part == 0) BOOST_TEST(states.of_stage[0].step == 1, name);
    }
    BOOST_TEST(states.of_stage.size() == stages, name);
    BOOST_TEST_REQUIRE(fitted != nullptr, name);
    BOOST_TEST(testing::identical<B>(fitted->logits(inputs.support.features()), expected), name);
  }
}

BOOST_AUTO_TEST_CASE(labels_of_keys_that_are_none_of_the_classes_are_refused_by_row) {
  const world& given = of("vit");
  const runtime::method<B> method = all().find("safe_a");
  auto inputs = given.inputs(method.about().rows);
  inputs.settings = settings_of(method);
  const auto fitted = method.fit(inputs);
  inputs.support = {};
  const trained_numbers<B> right = fitted->trained();
  const auto with_label = [&](double value) {
    trained_numbers<B> out = right;
    tensor<B> labels = right.values.find("second.labels")->second.clone();
    labels.mutable_data()[4] = static_cast<float>(value);
    out.values.insert_or_assign("second.labels", labels);
    return out;
  };
  BOOST_CHECK_NO_THROW(method.restore(inputs, with_label(right.values.find("second.labels")->second.data()[4])));
  for (const auto& [value, text] : {std::pair(0.5, "0.500000"), std::pair(-1.0, "-1.000000"), std::pair(3.0, "3.000000"),
                                    std::pair(0x1p66, "73786976294838206464.000000"), std::pair(std::nan(""), "nan")}) {
    const std::string expected = std::string("fewclip::runtime: safe_a, second.labels, row 4: expected a class in 0..2, got ") + text;
    BOOST_CHECK_EXCEPTION(method.restore(inputs, with_label(value)), value_error,
                          [&](const value_error& e) { return e.what() == expected; });
  }
  trained_numbers<B> few = right;
  few.values.insert_or_assign("second.labels", right.values.find("second.labels")->second.rows_slice(0, 8));
  BOOST_CHECK_THROW(method.restore(inputs, few), shape_error);
}

BOOST_AUTO_TEST_CASE(a_restored_method_on_rows_of_another_width_is_refused) {
  const world& given = of("vit");
  const runtime::method<B> method = all().find("vt_clip");
  auto inputs = given.inputs(method.about().rows);
  inputs.settings = settings_of(method);
  trained_numbers<B> trained = method.fit(inputs)->trained();
  inputs.support = {};
  BOOST_CHECK_NO_THROW(method.restore(inputs, trained));
  trained.dim -= 1;
  BOOST_CHECK_EXCEPTION(method.restore(inputs, trained), shape_error, [](const shape_error& e) {
    return std::string(e.what()).find("width of rows with spatial tokens: expected a multiple of ") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_method_that_needs_a_clip_or_a_text_tower_says_so) {
  const world& given = of("resnet");
  const auto says = [](const std::string& text) {
    return [text](const value_error& e) { return std::string(e.what()).find(text) != std::string::npos; };
  };
  auto inputs = given.inputs(row_kind::tokens);
  inputs.clip = nullptr;
  BOOST_CHECK_EXCEPTION(all().find("safe").fit(inputs), value_error, says("safe: expected a CLIP"));
  inputs = given.inputs(row_kind::features);
  inputs.text = class_text<B>(given.text.rows());
  BOOST_CHECK_EXCEPTION(all().find("coop").fit(inputs), value_error, says("a text tower with the tokens of the prompts"));
  BOOST_TEST(all().find("coop").about().needs_clip);
  BOOST_TEST(all().find("safe").about().needs_clip);
  for (const char* name : {"safe", "safe_a"}) BOOST_TEST(all().find(name).about().rules.at("blend") == "unit_features");
  BOOST_TEST(!all().find("rtos_fixed_anchors").about().needs_clip);
  BOOST_CHECK_EXCEPTION(all().find("safe_a").check({{"first.alfa", 1}}), value_error, says("did you mean 'first.alpha'?"));
}

BOOST_AUTO_TEST_CASE(safe_a_is_searched_stage_by_stage) {
  const runtime::method<B> method = all().find("safe_a");
  auto inputs = of("resnet").inputs(row_kind::tokens);
  inputs.settings = settings_of(method);
  inputs.validation = validation_set<B>(inputs.support.features(), inputs.support.labels());
  auto fixed = inputs;
  inputs.request = {runtime::selection_mode::validation,
                    selectors::grid::params{{{"first.alpha", {0.3}}, {"second.alpha", {2, 4}}, {"second.beta", {3}}}},
                    {}};
  const auto searched = method.fit(inputs);
  BOOST_TEST(searched->search().candidates == 3);
  BOOST_TEST(searched->search().note.find("first stage: chosen after training, which used alpha 0.5; second stage: ") == 0U);
  fixed.settings["first.alpha"] = 0.3;
  for (const setting_value& each : searched->settings()) {
    if (each.about.name == "first.alpha") BOOST_TEST(each.value == 0.3);
    if (each.about.name == "second.beta") BOOST_TEST(each.value == 3);
  }
  fixed.request = {runtime::selection_mode::validation, selectors::grid::params{{{"second.alpha", {2, 4}}, {"second.beta", {3}}}}, {}};
  BOOST_TEST(testing::identical<B>(searched->logits(inputs.support.features()), method.fit(fixed)->logits(inputs.support.features())));
  inputs.request.mode = runtime::selection_mode::oracle;
  BOOST_CHECK_EXCEPTION(method.fit(inputs), value_error, [](const value_error& e) {
    return std::string(e.what()).find("safe_a, selection: expected one on validation rows") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(safe_a_has_one_row_per_image_and_so_no_views) {
  const runtime::method<B> method = all().find("safe_a");
  for (const setting_value& each : method.about().settings) BOOST_TEST(each.about.name != "views");
  BOOST_CHECK_EXCEPTION(method.check({{"views", 2}}), value_error, [](const value_error& e) {
    return std::string(e.what()).find("safe_a: no parameter 'views'") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(the_published_epochs_of_coop_depend_on_the_shots) {
  const runtime::method<B> method = all().find("coop");
  const auto epochs = [&](const char* data_set, fewclip::index shots) {
    for (const auto& each : method.about().recipes.published(data_set, shots).settings) {
      if (each.name == "epochs") return each.value;
    }
    return -1.0;
  };
  for (const auto& [shots, expected] : {std::pair<fewclip::index, double>(1, 50), {2, 100}, {4, 100}, {8, 200}, {16, 200}}) {
    BOOST_TEST(epochs("dtd", shots) == expected, shots << " shots");
    BOOST_TEST(epochs("imagenet", shots) == 50, shots << " shots");
  }
}
