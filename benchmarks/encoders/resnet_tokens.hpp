#pragma once
// RN50 from images to tokens on one backend.

#include <benchmark/benchmark.h>

#include "../random_weights.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/encoders/modified_resnet.hpp"

namespace bench {

/// 11.4 GFLOP per image; on one AVX-512 core of 120 GFLOP/s that is 95 ms in single precision.
template <class B>
void resnet_tokens(benchmark::State& state) {
  fewclip::set_threads(static_cast<int>(state.range(1)));
  fewclip::encoders::modified_resnet::fitted<B> tower({});
  draw_weights<B>(tower);
  tower.prepare();
  const auto images = random_tensor<B>({state.range(0), 3, 224, 224}, 1000, 1);
  benchmark::DoNotOptimize(tower.tokens(images).data());
  for (auto _ : state) benchmark::DoNotOptimize(tower.tokens(images).data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class B>
bool add_resnet_tokens() {
  benchmark::RegisterBenchmark(("resnet_tokens/" + B::name()).c_str(), resnet_tokens<B>)
      ->ArgNames({"batch", "threads"})
      ->Args({1, 1})
      ->Args({32, 1})
      ->Args({1, 2})
      ->Args({32, 2})
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime()
      ->MeasureProcessCPUTime();
  return true;
}

}  // namespace bench
