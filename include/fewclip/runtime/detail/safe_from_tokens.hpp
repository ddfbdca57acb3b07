#pragma once
/// \file
/// safe and safe_a behind their names, from the tokens that a pooler of the CLIP reads.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/concepts/selector.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/labels.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/core/shared_part.hpp"
#include "fewclip/methods/safe.hpp"
#include "fewclip/methods/safe_a.hpp"
#include "fewclip/poolers/attention.hpp"
#include "fewclip/recipes/safe.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/detail/by_tower.hpp"
#include "fewclip/runtime/make_method.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/selectors/fixed.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/stages.hpp"
#include "fewclip/trainers/trained_numbers.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip::runtime::detail {

/// Puts the pooler of the CLIP into the params of safe.
struct start_from_pooler {
  template <class Params, class Inputs>
  void operator()(Params& params, const Inputs& inputs) const {
    using B = typename Inputs::backend;
    const clip_parts<B>& clip = clip_of<B>(inputs, "safe");
    auto& original = params.adapter.map.original;
    if constexpr (std::is_same_v<std::decay_t<decltype(original)>, shared_part<poolers::attention>>) {
      original = clip.attention_pooler();
    } else {
      original = clip.last_block();
    }
  }
};

/// safe with one pooler.
template <compute_backend B, class Pooler>
method<B> safe_with(const std::string& pooler) {
  return make_method<methods::safe<B, selectors::fixed, Pooler>, selectors::grid>(
      "safe", "Zhu et al. 2023, arXiv 2311.04464",
      {{"rows", "tokens of the frozen trunk, once per image"},
       {"map", "tuned<" + pooler + ", blend_raw_features>"},
       {"head", "text"},
       {"trainer", "minibatch<cross_entropy, adamw, cosine_per_step, shuffled>"}},
      method_recipes{recipes::safe::clean_grid(), {}}, start_from_pooler{});
}

/// The settings of both stages; an image has one row here, so that there are no `views`.
template <class Stages>
struct safe_a_params {
  typename Stages::first_type::params first;
  typename Stages::second_type::params second;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    fewclip::detail::visit_prefixed<typename Stages::first_type::params>(self.first, "first.", visit);
    fewclip::detail::visit_prefixed<typename Stages::second_type::params>(self.second, "second.", visit);
  }
};

/// safe_a, both stages behind one interface.
template <class Stages>
class fitted_safe_a : public fitted_method<typename Stages::backend> {
 public:
  using B = typename Stages::backend;
  static constexpr const char* labels_name = "second.labels";

  /// \param fitted both stages
  /// \param settings of both
  /// \param labels of the keys, grouped by class
  fitted_safe_a(Stages fitted, safe_a_params<Stages> settings, class_labels labels)
      : fitted_(std::move(fitted)), settings_(std::move(settings)), labels_(std::move(labels)), report_(fitted_.second().training()) {
    report_.trained_parameters += fitted_.first().training().trained_parameters;
  }

  tensor<B> logits(const tensor<B>& x) const override { return fitted_.logits(x); }
  std::vector<setting_value> settings() const override { return list_settings(settings_); }
  const training_report& training() const override { return report_; }
  const search_record& search() const override { return fitted_.second().search(); }
  trained_numbers<B> trained() const override {
    trained_numbers<B> out = fitted_.trained();
    const std::vector<typename B::scalar> numbers(labels_.values().begin(), labels_.values().end());
    out.values.emplace(labels_name, tensor<B>::from_host(numbers.data(), {labels_.size()}));
    return out;
  }

 private:
  Stages fitted_;
  safe_a_params<Stages> settings_;
  class_labels labels_;
  training_report report_;
};

/// Labels grouped by class.
inline class_labels grouped(const class_labels& labels) {
  std::vector<label> out(labels.values().begin(), labels.values().end());
  std::sort(out.begin(), out.end());
  return class_labels(std::move(out), labels.classes());
}

/// The labels that fitted_safe_a::trained put among the numbers, and its keys.
/// \throws value_error where one of them is missing, or a label is none of the classes; shape_error where they are not as many as the keys
template <compute_backend B>
support_set<B> stored_keys(trained_numbers<B>& trained, index classes) {
  const auto keys = trained.values.find("second.keys");
  const auto labels = trained.values.find(fitted_safe_a<methods::safe_a<B>>::labels_name);
  if (keys == trained.values.end() || labels == trained.values.end()) {
    throw value_error(expected_got("fewclip::runtime", "safe_a", "trained numbers second.keys and second.labels", "others"));
  }
  std::vector<label> whole;
  for (const auto stored : labels->second.to_host()) {
    const auto number = static_cast<double>(stored);
    if (!(number >= 0 && number < static_cast<double>(classes)) || number != std::floor(number)) {
      throw value_error(expected_got("fewclip::runtime", "safe_a, second.labels, row " + std::to_string(whole.size()),
                                     "a class in 0.." + std::to_string(classes - 1), std::to_string(number)));
    }
    whole.push_back(static_cast<label>(number));
  }
  support_set<B> out(keys->second, class_labels(std::move(whole), classes));
  trained.values.erase(labels);
  return out;
}

/// safe_a with one pooler. Its stages use their settings as they are; nothing is searched.
template <compute_backend B, class Pooler>
method<B> safe_a_with(const std::string& pooler) {
  using composed = methods::safe_a<B, selectors::fixed, Pooler>;
  using first = typename composed::first_type;
  using second = typename composed::second_type;
  using params = safe_a_params<composed>;
  using fit_inputs = typename method<B>::fit_inputs;
  using result = std::unique_ptr<fitted_method<B>>;
  method_description about{
      "safe_a",
      "Zhu et al. 2023, arXiv 2311.04464",
      {{"first stage", "safe, tuned<" + pooler + ", blend_raw_features>"}, {"second stage", "tip_adapter_f on its features"}},
      first::adapter_type::needs,
      true,
      list_settings(params{}),
      {}};
  const auto settings_of = [](const fit_inputs& inputs) {
    params out = changed<params>(inputs.settings, "safe_a");
    start_from_pooler{}(out.first, inputs);
    return out;
  };
  const auto fit = [settings_of](const fit_inputs& inputs) -> result {
    const params settings = settings_of(inputs);
    const auto resume = [&](std::size_t stage) { return inputs.resume == nullptr ? nullptr : inputs.resume->at(stage); };
    stage_observer watched(inputs.observer);
    first below(inputs.text, inputs.support, settings.first, inputs.validation, watched.observer(), resume(0));
    if (inputs.resume != nullptr && watched.ended()) return nullptr;
    const support_set<B> rows(below.features(inputs.support.features()), inputs.support.labels());
    validation_set<B> held_out;
    if (!inputs.validation.labels().empty()) held_out = {below.features(inputs.validation.features()), inputs.validation.labels()};
    second above(inputs.text, rows, settings.second, held_out, inputs.observer, resume(1));
    return std::make_unique<fitted_safe_a<composed>>(composed(std::move(below), std::move(above)), settings, grouped(rows.labels()));
  };
  const auto restore = [settings_of](const fit_inputs& inputs, trained_numbers<B> trained) -> result {
    const params settings = settings_of(inputs);
    const support_set<B> keys = stored_keys(trained, inputs.text.classes());
    first below(stage_of<B>(trained, "first.", trained.dim), inputs.text, {}, settings.first);
    second above(stage_of<B>(trained, "second.", keys.features().columns()), inputs.text, keys, settings.second);
    return std::make_unique<fitted_safe_a<composed>>(composed(std::move(below), std::move(above)), settings, keys.labels());
  };
  return method<B>(std::move(about), fit, restore, [](const named_settings& settings) { changed<params>(settings, "safe_a"); });
}

}  // namespace fewclip::runtime::detail
