#pragma once

// The engine on one backend. Each backend's methods are compiled in translation units of their own, group by group.

#include <chrono>
#include <fewclip/metrics/accuracy.hpp>
#include <fewclip/metrics/confidence.hpp>
#include <fewclip/runtime/registry.hpp>

#include "task.hpp"

namespace program {

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

  outcome run(const task& given, const fewclip::progress_observer& observer) const override {
    const feature_table& table = *given.table;
    const auto view = [&](const std::vector<float>& rows) {
      return fewclip::matrix_view<float>(rows.data(), static_cast<index>(rows.size()) / table.dim, table.dim);
    };
    const auto labels = [&](const row_table& rows) { return fewclip::class_labels(rows.labels, table.classes); };
    const fewclip::query_set<B> queries(view(table.test.features), labels(table.test));
    typename fewclip::runtime::method<B>::fit_inputs inputs;
    if (!table.text.empty()) inputs.text = fewclip::class_text<B>(view(table.text));
    inputs.support = fewclip::support_set<B>(view(given.support->features), labels(*given.support));
    inputs.settings = given.settings;
    inputs.request = {given.selection, given.search,
                      given.selection == fewclip::runtime::selection_mode::oracle ? queries : fewclip::query_set<B>()};
    if (given.validation != nullptr) {
      inputs.validation = fewclip::validation_set<B>(view(given.validation->features), labels(*given.validation));
    }
    inputs.observer = observer;
    inputs.as_published = given.as_published;

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
  static double seconds_since(clock::time_point start) { return std::chrono::duration<double>(clock::now() - start).count(); }

  static void measure(outcome& out, const fewclip::tensor<B>& scores, const fewclip::query_set<B>& queries) {
    const fewclip::metrics::hit_share hits = fewclip::metrics::accuracy(scores, queries);
    out.hits = hits.hits;
    out.accuracy = hits.share();
    out.macro_accuracy = fewclip::metrics::mean_class_accuracy(scores, queries);
    out.calibration_error = fewclip::metrics::expected_calibration_error(scores, queries);
    out.cross_entropy = fewclip::metrics::mean_cross_entropy(scores, queries);
  }

  fewclip::runtime::registry<B> registry_;
};

}  // namespace program
