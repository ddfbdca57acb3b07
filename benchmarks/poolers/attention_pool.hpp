#pragma once
// RN50's attention pool on one backend: features, and features with gradients.

#include <benchmark/benchmark.h>

#include <string>

#include "../random_weights.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/poolers/attention.hpp"

namespace bench {

/// 42.5 MFLOP per image, and 59 MB of weights per call.
template <class B>
void pool_features(benchmark::State& state) {
  fewclip::set_threads(static_cast<int>(state.range(1)));
  fewclip::poolers::attention::fitted<B> pool({});
  draw_weights<B>(pool);
  const auto tokens = random_tensor<B>({state.range(0), 49, 2048}, 1000, 1);
  for (auto _ : state) benchmark::DoNotOptimize(pool.pool(tokens).data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// The plain form: 0.85 GFLOP per image for the row that is read, and those of all other rows.
template <class B>
void pool_each_place(benchmark::State& state) {
  fewclip::set_threads(static_cast<int>(state.range(1)));
  fewclip::poolers::attention::fitted<B> pool({});
  draw_weights<B>(pool);
  const auto tokens = random_tensor<B>({state.range(0), 49, 2048}, 1000, 1);
  for (auto _ : state) benchmark::DoNotOptimize(pool.pool_each(tokens).data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// Forward and backward with the tokens frozen: 128 MFLOP per image.
template <class B>
void pool_gradients(benchmark::State& state) {
  fewclip::set_threads(static_cast<int>(state.range(1)));
  fewclip::poolers::attention::fitted<B> pool({});
  draw_weights<B>(pool);
  const auto tokens = random_tensor<B>({state.range(0), 49, 2048}, 1000, 1);
  for (auto _ : state) {
    fewclip::tape<B> record;
    pool.visit_parameters([&](std::string_view, fewclip::parameter<B>& value) { value.bind(record); });
    record.backward(fewclip::ops::half_squared_norm(pool.pool(record.constant(tokens))));
    pool.visit_parameters([&](std::string_view, fewclip::parameter<B>& value) {
      benchmark::DoNotOptimize(record.gradient(value.leaf()).data());
      value.release();
    });
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class B>
bool add_attention_pool() {
  const auto add = [](const std::string& name, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark((name + "/" + B::name()).c_str(), run)
        ->ArgNames({"batch", "threads"})
        ->Args({1, 1})
        ->Args({32, 1})
        ->Args({1, 2})
        ->Args({32, 2})
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->MeasureProcessCPUTime();
  };
  add("pool_features", pool_features<B>);
  add("pool_each_place", pool_each_place<B>);
  add("pool_gradients", pool_gradients<B>);
  return true;
}

}  // namespace bench
