#pragma once
/// \file
/// safe and safe_a behind their names, from the tokens that a pooler of the CLIP reads.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
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
#include "fewclip/recipes/tip_adapter.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/detail/by_tower.hpp"
#include "fewclip/runtime/make_method.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/runtime/selection.hpp"
#include "fewclip/selectors/fixed.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/selectors/grid_axis.hpp"
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

/// What both methods blend; older versions blended raw features.
inline constexpr const char* blended = "unit_features";

/// safe with one pooler.
template <compute_backend B, class Pooler>
method<B> safe_with(const std::string& pooler) {
  auto out = make_method<methods::safe<B, selectors::fixed, Pooler>, selectors::grid>(
      "safe", "Zhu et al. 2023, arXiv 2311.04464",
      {{"rows", "tokens of the frozen trunk, once per image"},
       {"map", "tuned<" + pooler + ", blend_unit_features>"},
       {"head", "text"},
       {"trainer", "minibatch<cross_entropy, adamw, cosine_per_step, shuffled>"}},
      method_recipes{recipes::safe::clean_grid(), {}}, start_from_pooler{});
  out.predicts_by("blend", blended);
  return out;
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
  /// \param labels of the keys, grouped by class
  fitted_safe_a(Stages fitted, class_labels labels)
      : fitted_(std::move(fitted)), labels_(std::move(labels)), report_(fitted_.second().training()), search_(both_searches(fitted_)) {
    report_.trained_parameters += fitted_.first().training().trained_parameters;
  }

  tensor<B> logits(const tensor<B>& x) const override { return fitted_.logits(x); }
  std::vector<setting_value> settings() const override {
    return list_settings(safe_a_params<Stages>{fitted_.first().settings(), fitted_.second().settings()});
  }
  const training_report& training() const override { return report_; }
  const search_record& search() const override { return search_; }
  trained_numbers<B> trained() const override {
    trained_numbers<B> out = fitted_.trained();
    const std::vector<typename B::scalar> numbers(labels_.values().begin(), labels_.values().end());
    out.values.emplace(labels_name, tensor<B>::from_host(numbers.data(), {labels_.size()}));
    return out;
  }

 private:
  /// The search over the blend, then that over the cache: the hits are those of the last.
  static search_record both_searches(const Stages& of) {
    const search_record& first = of.first().search();
    search_record out = of.second().search();
    if (first.candidates == 0) return out;
    if (out.candidates == 0) return first;
    out.candidates += first.candidates;
    out.fits += first.fits;
    if (!first.note.empty()) out.note = "first stage: " + first.note + (out.note.empty() ? "" : "; second stage: " + out.note);
    return out;
  }

  Stages fitted_;
  class_labels labels_;
  training_report report_;
  search_record search_;
};

/// The blend of the first stage, then the weight and sharpness of the cache; each stage is trained once, and searched before the next begins.
inline std::vector<selectors::grid_axis> safe_a_grid() {
  std::vector<selectors::grid_axis> out;
  for (selectors::grid_axis each : recipes::safe::clean_grid()) out.push_back({"first." + each.name, std::move(each.values)});
  for (selectors::grid_axis each : recipes::tip_adapter_f::clean_grid()) out.push_back({"second." + each.name, std::move(each.values)});
  return out;
}

/// The part of a search that is over settings of one stage.
/// \param whole axes under the names of safe_a
/// \param prefix "first." or "second."
inline search_plan search_of_stage(const search_plan& whole, std::string_view prefix) {
  selectors::grid::params out;
  if (const auto* grid = std::get_if<selectors::grid::params>(&whole)) {
    for (const selectors::grid_axis& each : grid->axes) {
      if (each.name.starts_with(prefix)) out.axes.push_back({each.name.substr(prefix.size()), each.values});
    }
  }
  return out.axes.empty() ? search_plan{} : search_plan{std::move(out)};
}

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

/// safe_a with one pooler. A search chooses the blend of the first stage before the second is trained on it.
template <compute_backend B, class Pooler>
method<B> safe_a_with(const std::string& pooler) {
  using composed = methods::safe_a<B, by_request<selectors::grid>, Pooler>;
  using first = typename composed::first_type;
  using second = typename composed::second_type;
  using params = safe_a_params<composed>;
  using fit_inputs = typename method<B>::fit_inputs;
  using result = std::unique_ptr<fitted_method<B>>;
  method_description about{
      "safe_a",
      "Zhu et al. 2023, arXiv 2311.04464",
      {{"first stage", "safe, tuned<" + pooler + ", blend_unit_features>"}, {"second stage", "tip_adapter_f on its features"}},
      first::adapter_type::needs,
      true,
      list_settings(params{}),
      {safe_a_grid(), {}}};
  const auto settings_of = [](const fit_inputs& inputs) {
    params out = changed<params>(inputs.settings, "safe_a");
    start_from_pooler{}(out.first, inputs);
    if (!inputs.request.searches()) return out;
    if (inputs.request.mode == selection_mode::oracle) {
      throw value_error(expected_got("fewclip::runtime", "safe_a, selection", "one on validation rows", "the oracle"));
    }
    out.first.selector.search = search_of_stage(inputs.request.search, "first.");
    out.second.selector.search = search_of_stage(inputs.request.search, "second.");
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
    return std::make_unique<fitted_safe_a<composed>>(composed(std::move(below), std::move(above)), grouped(rows.labels()));
  };
  const auto restore = [settings_of](const fit_inputs& inputs, trained_numbers<B> trained) -> result {
    const params settings = settings_of(inputs);
    const support_set<B> keys = stored_keys(trained, inputs.text.classes());
    first below(stage_of<B>(trained, "first.", trained.dim), inputs.text, {}, settings.first);
    second above(stage_of<B>(trained, "second.", keys.features().columns()), inputs.text, keys, settings.second);
    return std::make_unique<fitted_safe_a<composed>>(composed(std::move(below), std::move(above)), keys.labels());
  };
  method<B> out(std::move(about), fit, restore, [](const named_settings& settings) { changed<params>(settings, "safe_a"); });
  out.predicts_by("blend", blended);
  return out;
}

}  // namespace fewclip::runtime::detail
