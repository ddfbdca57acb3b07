#pragma once
// Towers with weights that keep activations of ordinary size; the speed does not depend on them.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <string_view>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/parallel.hpp"
#if defined(FEWCLIP_WITH_ONEDNN)
#include "fewclip/backend/products/onednn.hpp"
#endif

namespace bench {

/// Uniform numbers of standard deviation 1 / sqrt(columns); gains and biases of norms stay.
template <class B, class Tower>
void randomise(Tower& tower) {
  std::uint32_t state = 1;
  tower.visit_parameters([&](std::string_view name, fewclip::parameter<B>& p) {
    if (name.find("ln_") != std::string_view::npos) return;
    const double size = std::sqrt(12.0 / static_cast<double>(p.value().columns()));
    auto* values = p.mutable_value().mutable_data();
    for (fewclip::index i = 0; i < p.value().size(); ++i) {
      state = state * 1664525U + 1013904223U;
      values[i] = static_cast<typename B::scalar>(size * (static_cast<double>(state >> 8) / 16777216.0 - 0.5));
    }
  });
}

/// Times `work` on the number of threads that the axis says.
template <class Work>
void time_on_threads(benchmark::State& state, fewclip::index items, const Work& work) {
  const int before = fewclip::threads();
  fewclip::set_threads(static_cast<int>(state.range(1)));
  work();
  for (auto _ : state) work();
  fewclip::set_threads(before);
  state.SetItemsProcessed(state.iterations() * items);
}

}  // namespace bench
