#pragma once

// The engine on a backend.

#include <chrono>
#include <fewclip/metrics/accuracy.hpp>
#include <fewclip/metrics/confidence.hpp>
#include <fewclip/runtime/registry.hpp>

#include "model.hpp"
#include "task.hpp"

namespace program {

/// A fitted method on the backend B.
template <fewclip::compute_backend B>
class fitted_on : public fitted {
 public:
  explicit fitted_on(std::unique_ptr<fewclip::runtime::fitted_method<B>> method) : method_(std::move(method)) {}

  fewclip::tensor<B> scores(std::span<const float> rows, index width) const {
    return method_->logits(
        fewclip::to_backend<B>(fewclip::matrix_view<float>(rows.data(), static_cast<index>(rows.size()) / width, width)));
  }
  std::vector<float> logits(std::span<const float> rows, index width) const override { return scores(rows, width).to_host(); }
  std::vector<fewclip::setting_value> settings() const override { return method_->settings(); }
  const fewclip::training_report& training() const override { return method_->training(); }
  const fewclip::search_record& search() const override { return method_->search(); }
  std::map<std::string, fewclip::io::stored_values, std::less<>> trained() const override {
    std::map<std::string, fewclip::io::stored_values, std::less<>> out;
    for (const auto& [name, value] : method_->trained().values) {
      fewclip::io::stored_values& to = out[name];
      for (index d = 0; d < value.rank(); ++d) to.extents.push_back(static_cast<std::size_t>(value.extents()[d]));
      to.values = value.to_host();
    }
    return out;
  }

 private:
  std::unique_ptr<fewclip::runtime::fitted_method<B>> method_;
};

/// All methods on the backend B.
template <fewclip::compute_backend B>
class engine_on : public engine {
 public:
  explicit engine_on(fewclip::runtime::registry<B> methods) : registry_(std::move(methods)) {}

  std::string backend() const override { return B::name(); }

  std::vector<fewclip::runtime::method_description> methods() const override {
    std::vector<fewclip::runtime::method_description> out;
    for (const auto& each : registry_.methods()) out.push_back(each.about());
    return out;
  }

  void check(const std::string& method, const fewclip::runtime::named_settings& settings) const override {
    registry_.find(method).check(settings);
  }

  void use(std::shared_ptr<const clip_model> model) override {
    parts_ = dynamic_cast<const clip_model_with_parts<B>*>(model.get());
    model_ = std::move(model);
  }

  std::unique_ptr<fitted> fit(const task& given, const fewclip::progress_observer& observer, training_states* states) const override {
    auto inputs = inputs_of(given, observer);
    fewclip::runtime::training_states<B> resume;
    bool ended = false;
    if (states != nullptr) {
      for (std::size_t stage = 0; stage < states->size(); ++stage) {
        *resume.at(stage) = fewclip::trainer_state<B>::load((*states)[stage]);
      }
      states->clear();  // not twice in memory
      inputs.resume = &resume;
      inputs.observer = [&](const fewclip::progress& at) {
        ended = ended || (observer && !observer(at));
        return !ended;
      };
    }
    auto found = registry_.find(given.method).fit(inputs);
    if (ended) {
      for (const auto& each : resume.of_stage) states->push_back(each.save());
    }
    return found ? std::make_unique<fitted_on<B>>(std::move(found)) : nullptr;
  }

  std::unique_ptr<fitted> restore(const task& given,
                                  const std::map<std::string, fewclip::io::stored_values, std::less<>>& trained) const override {
    fewclip::trained_numbers<B> numbers;
    numbers.dim = given.width;
    for (const auto& [name, stored] : trained) {
      fewclip::shape extents;
      for (const std::size_t extent : stored.extents) extents.append(static_cast<index>(extent));
      numbers.values.emplace(name, fewclip::tensor<B>::from_host(stored.values.data(), extents));
    }
    return std::make_unique<fitted_on<B>>(registry_.find(given.method).restore(inputs_of(given, {}), numbers));
  }

  outcome run(const task& given, const fewclip::progress_observer& observer) const override {
    auto inputs = inputs_of(given, observer);
    const fewclip::query_set<B> queries(view(given.test->values(), given.width), labels(*given.test, given.classes));
    if (given.selection == fewclip::runtime::selection_mode::oracle) inputs.request.queries = queries;
    outcome out;
    const auto start = clock::now();
    const auto fitted = registry_.find(given.method).fit(inputs);
    out.fit_seconds = seconds_since(start);
    const auto fitted_at = clock::now();
    const fewclip::tensor<B> scores = fitted->logits(queries.features());
    out.logits = scores.to_host();
    out.predict_seconds = seconds_since(fitted_at);
    measure(out, scores, queries);
    out.settings = fitted->settings();
    out.protocol = inputs.request.protocol();
    out.training = fitted->training();
    out.search = fitted->search();
    return out;
  }

 private:
  using clock = std::chrono::steady_clock;
  using fit_inputs = typename fewclip::runtime::method<B>::fit_inputs;

  static double seconds_since(clock::time_point start) { return std::chrono::duration<double>(clock::now() - start).count(); }
  static fewclip::matrix_view<float> view(std::span<const float> rows, index width) {
    return {rows.data(), static_cast<index>(rows.size()) / width, width};
  }
  static fewclip::class_labels labels(const row_table& rows, index classes) { return fewclip::class_labels(rows.labels, classes); }

  static fewclip::tensor<B> anchors_of(const class_texts& text, index width) {
    return text.anchors.empty() ? fewclip::tensor<B>() : fewclip::to_backend<B>(view(text.anchors, width));
  }

  fit_inputs inputs_of(const task& given, const fewclip::progress_observer& observer) const {
    fit_inputs inputs;
    if (!given.text->rows.empty()) {
      const auto rows = view(given.text->rows, static_cast<index>(given.text->rows.size()) / given.classes);
      inputs.text = fewclip::class_text<B>(fewclip::to_backend<B>(rows), nullptr, anchors_of(*given.text, rows.columns()));
      if (parts_ != nullptr && !given.text->prompt.empty() && registry_.find(given.method).about().needs_clip) {
        inputs.text = parts_->text_with_source(rows, *given.text);
      }
    }
    if (given.support != nullptr && given.support->rows() > 0) {
      inputs.support = fewclip::support_set<B>(view(given.support->values(), given.width), labels(*given.support, given.classes));
    }
    if (given.validation != nullptr) {
      inputs.validation =
          fewclip::validation_set<B>(view(given.validation->values(), given.width), labels(*given.validation, given.classes));
    }
    inputs.settings = given.settings;
    std::optional<double> scale = given.scale || !model_ ? given.scale : scale_of(model_->info());
    const auto set = inputs.settings.find("scale");
    if (!scale && set != inputs.settings.end() && set->second > 0) scale = set->second;  // all that is known of the CLIP
    inputs.request = {given.selection, given.search, {}};
    if (scale) {
      const auto& known = registry_.find(given.method).about().settings;
      fewclip::runtime::default_scales(inputs.settings, known, *scale);
      fewclip::runtime::scale_searches(inputs.request.search, known, *scale);
    }
    inputs.observer = observer;
    inputs.as_published = given.as_published;
    if (parts_ != nullptr) inputs.clip = &parts_->parts();
    return inputs;
  }

  static void measure(outcome& out, const fewclip::tensor<B>& scores, const fewclip::query_set<B>& queries) {
    const fewclip::metrics::hit_share hits = fewclip::metrics::accuracy(scores, queries);
    out.hits = hits.hits;
    out.accuracy = hits.share();
    out.macro_accuracy = fewclip::metrics::mean_class_accuracy(scores, queries);
    out.calibration_error = fewclip::metrics::expected_calibration_error(scores, queries);
    out.cross_entropy = fewclip::metrics::mean_cross_entropy(scores, queries);
  }

  fewclip::runtime::registry<B> registry_;
  std::shared_ptr<const clip_model> model_;
  const clip_model_with_parts<B>* parts_ = nullptr;
};

}  // namespace program
