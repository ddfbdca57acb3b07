#pragma once

// The inputs of all benchmarks and the two measurements every method has: fit and predict.

#include <benchmark/benchmark.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "random_rows.hpp"
#if defined(FEWCLIP_WITH_ONEDNN)
#include "fewclip/backend/products/onednn.hpp"
#endif

namespace bench {

/// Settings that replace the defaults: a training of one epoch is long enough to be timed.
using settings = std::vector<std::pair<std::string_view, double>>;

template <class Method>
typename Method::params params_of(const settings& changed) {
  typename Method::params out;
  for (const auto& [name, value] : changed) fewclip::set_setting(out, name, value);
  return out;
}

template <class B>
struct problem {
  fewclip::class_text<B> text;
  fewclip::support_set<B> support;

  /// \param state whose axes are classes, shots, dim
  explicit problem(const benchmark::State& state)
      : text(unit_rows<B>(state.range(0), state.range(2), 1)),
        support(unit_rows<B>(state.range(0) * state.range(1), state.range(2), 2),
                fewclip::class_labels(labels_in_turn(state.range(0), state.range(1)), state.range(0))) {}
};

template <class Method>
void fit(benchmark::State& state, const settings& changed) {
  using B = typename Method::backend;
  fewclip::set_threads(static_cast<int>(state.range(3)));
  const problem<B> given(state);
  const auto params = params_of<Method>(changed);
  for (auto _ : state) {
    const Method model(given.text, given.support, params);
    benchmark::DoNotOptimize(&model);
  }
}

template <class Method>
void predict(benchmark::State& state, const settings& changed) {
  using B = typename Method::backend;
  fewclip::set_threads(static_cast<int>(state.range(3)));
  const problem<B> given(state);
  const Method model(given.text, given.support, params_of<Method>(changed));
  const fewclip::tensor<B> queries = unit_rows<B>(state.range(4), state.range(2), 3);
  for (auto _ : state) benchmark::DoNotOptimize(model.logits(queries).data());
  state.SetItemsProcessed(state.iterations() * queries.rows());
}

/// Registers fit and predict of one method on one backend: the small problem and that of ImageNet's size.
template <template <class> class Method, class B>
void add(const std::string& name, const settings& changed) {
  const std::string end = std::string("/backend:") + B::product_provider::name();
  const auto axes = [](auto* each) { return each->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime(); };
  axes(benchmark::RegisterBenchmark((name + "/fit" + end).c_str(), [changed](auto& state) { fit<Method<B>>(state, changed); }))
      ->ArgNames({"classes", "shots", "dim", "threads"})
      ->Args({100, 16, 512, 1})
      ->Args({1000, 16, 1024, 1});
  axes(benchmark::RegisterBenchmark((name + "/predict" + end).c_str(), [changed](auto& state) { predict<Method<B>>(state, changed); }))
      ->ArgNames({"classes", "shots", "dim", "threads", "queries"})
      ->Args({100, 16, 512, 1, 1})
      ->Args({100, 16, 512, 1, 1000})
      ->Args({1000, 16, 1024, 1, 1})
      ->Args({1000, 16, 1024, 1, 10000});
}

/// The same on every product provider there is.
/// \param name of the method
/// \param changed settings other than the defaults
template <template <class> class Method>
bool add_method(const std::string& name, const settings& changed = {}) {
  add<Method, fewclip::backend::cpu<float>>(name, changed);
#if defined(FEWCLIP_WITH_ONEDNN)
  add<Method, fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>>(name, changed);
#endif
  return true;
}

}  // namespace bench
