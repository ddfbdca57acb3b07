#pragma once
// The text tower of tests/golden/clip/vit with the prompts and values of tests/golden/prompt_methods.py.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/checkpoints/load_parameters.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/prompts/text_source.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace tiny {

namespace prompts = fewclip::prompts;

template <class B>
using tower = fewclip::encoders::text_transformer::fitted<B>;

template <class B>
constexpr bool is_double = sizeof(typename B::scalar) == 8;

/// The tower, packed.
template <class B>
std::shared_ptr<const tower<B>> text_tower() {
  const fewclip::checkpoints::checkpoint from(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/clip/vit/openai");
  auto out = std::make_shared<tower<B>>(*from.text());
  fewclip::checkpoints::load_parameters(*out, from);
  out->prepare();
  return out;
}

inline const std::vector<std::vector<std::int32_t>>& names() {
  static const std::vector<std::vector<std::int32_t>> all{{20}, {21, 22}, {23, 24, 25}, {26}};
  return all;
}

/// Start 98, four words, a name, one word, end 99.
inline prompts::tokenised_prompt prompt_of(const std::vector<std::int32_t>& name) {
  prompts::tokenised_prompt out{{98, 11, 12, 13, 11}, 5, static_cast<fewclip::index>(name.size())};
  out.ids.insert(out.ids.end(), name.begin(), name.end());
  out.ids.insert(out.ids.end(), {7, 99});
  return out;
}

inline prompts::tokenised_prompts class_tokens() {
  prompts::tokenised_prompts out;
  out.frame = prompt_of({});
  for (const auto& name : names()) out.classes.push_back(prompt_of(name));
  return out;
}

template <class B>
std::shared_ptr<const prompts::text_source<B>> source(const prompts::encoding_memory& memory = {},
                                                      prompts::tokenised_prompts tokens = class_tokens()) {
  return std::make_shared<prompts::text_source<B>>(text_tower<B>(), std::move(tokens), memory);
}

inline const fewclip::io::safetensors_file& golden() {
  static const fewclip::io::safetensors_file file(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/prompt_methods.safetensors");
  return file;
}

template <class B>
fewclip::tensor<B> rows(const std::string& name) {
  const auto values = golden().read<double>(name);
  const std::vector<typename B::scalar> cast(values.begin(), values.end());
  fewclip::shape extents;
  for (const auto extent : golden().info(name).shape) extents.append(static_cast<fewclip::index>(extent));
  return fewclip::tensor<B>::from_host(cast.data(), extents);
}

inline fewclip::class_labels labels() {
  const auto values = golden().read<std::int32_t>("labels");
  return fewclip::class_labels(std::vector<fewclip::label>(values.begin(), values.end()), 4);
}

template <class B>
fewclip::support_set<B> support(const std::string& name = "features") {
  return fewclip::support_set<B>(rows<B>(name), labels());
}

/// The largest difference, relative to the largest expected value or 1.
template <class B>
double off(const fewclip::tensor<B>& got, const std::string& name) {
  const auto expected = golden().read<double>(name);
  const auto values = got.to_host();
  BOOST_TEST_REQUIRE(values.size() == expected.size(), name);
  double size = 1;
  double difference = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    size = std::max(size, std::abs(expected[i]));
    difference = std::max(difference, std::abs(static_cast<double>(values[i]) - expected[i]));
  }
  return difference / size;
}

/// 1e-10 of the largest number in double precision; single precision rounds, more so over steps.
template <class B>
void check(const fewclip::tensor<B>& got, const std::string& name, double single = 2e-5) {
  const double found = off<B>(got, name);
  BOOST_TEST(found < (is_double<B> ? 1e-10 : single), name << ": off by " << found);
}

/// Losses step by step, relative to each.
template <class B>
void check_losses(const fewclip::training_report& report, const std::string& name) {
  const auto expected = golden().read<double>(name);
  BOOST_TEST_REQUIRE(report.losses.size() + 1 == expected.size());
  double worst = std::abs(report.final_loss / expected.back() - 1);
  for (std::size_t t = 0; t < report.losses.size(); ++t) worst = std::max(worst, std::abs(report.losses[t] / expected[t] - 1));
  BOOST_TEST_MESSAGE(name << ": largest relative difference " << worst);
  BOOST_TEST(worst < (is_double<B> ? 1e-9 : 1e-4), name << ": off by " << worst);
}

/// Gives the parameter called `name` a golden value.
template <class B, class Model>
void start_from(Model& model, std::string_view name, const std::string& golden_name) {
  bool found = false;
  fewclip::visit_parameters(model, [&](std::string_view each, fewclip::parameter<B>& p) {
    if (each != name) return;
    found = true;
    const auto value = rows<B>(golden_name);
    p.mutable_value() =
        value.reshaped(value.rank() == 3 ? fewclip::shape{value.extents()[0] * value.extents()[1], value.extents()[2]} : value.extents());
  });
  BOOST_TEST(found, "no parameter " << name);
}

template <class B, class Model>
fewclip::tensor<B> parameter_of(Model& model, std::string_view name) {
  fewclip::tensor<B> out;
  fewclip::visit_parameters(model, [&](std::string_view each, fewclip::parameter<B>& p) {
    if (each == name) out = p.value();
  });
  return out;
}

template <class Params>
Params with(Params params, std::initializer_list<std::pair<std::string_view, double>> values) {
  for (const auto& [name, value] : values) fewclip::set_setting(params, name, value);
  return params;
}

}  // namespace tiny
