#pragma once
// A parameter of a few numbers on cpu<double>, for the tests of optimizers.

#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/backend/cpu.hpp"

namespace fewclip::tests {

using real = backend::cpu<double>;

inline tensor<real> numbers(const std::vector<double>& values) {
  return tensor<real>::from_host(values.data(), {static_cast<index>(values.size())});
}

/// Makes steps with the given gradients, one number each, from 1 on.
template <class Optimizer>
double after_steps(const typename Optimizer::params& settings, const std::vector<double>& gradients, bool decays = true) {
  typename Optimizer::template state<real> state(settings);
  parameter<real> p(numbers({1}));
  for (const double gradient : gradients) state.step(0, p, numbers({gradient}), settings.learning_rate, decays);
  return p.value().to_host()[0];
}

/// Whether a state that is copied by visit_state goes on like the original.
template <class Optimizer>
bool resumes_exactly(const typename Optimizer::params& settings) {
  using state = typename Optimizer::template state<real>;
  state first(settings);
  parameter<real> p(numbers({1, -2, 3}));
  for (int k = 0; k < 3; ++k) first.step(1, p, numbers({0.3, -0.2, 0.1 * k}), 0.1, true);
  std::vector<tensor<real>> tensors;
  std::vector<index> counts;
  first.visit_state(1, [&](auto, auto& value) {
    if constexpr (std::is_same_v<decltype(value), index&>) {
      counts.push_back(value);
    } else {
      tensors.push_back(value);
    }
  });
  state second(settings);
  std::size_t next_tensor = 0;
  std::size_t next_count = 0;
  second.visit_state(1, [&](auto, auto& value) {
    if constexpr (std::is_same_v<decltype(value), index&>) {
      value = counts[next_count++];
    } else {
      value = tensors[next_tensor++];
    }
  });
  parameter<real> q = p;
  first.step(1, p, numbers({0.5, 0.5, 0.5}), 0.1, true);
  second.step(1, q, numbers({0.5, 0.5, 0.5}), 0.1, true);
  return p.value().to_host() == q.value().to_host() && p.value().to_host()[0] != 1;
}

/// The path of an optimizer on 0.5 x A x - b x + 0.25 sum x^4, every point after another, as in tests/golden/README.md.
template <class Optimizer>
std::vector<double> quartic_path(const std::vector<double>& a, const std::vector<double>& b, std::vector<double> x, int steps,
                                 const typename Optimizer::params& settings) {
  typename Optimizer::template state<real> state(settings);
  const std::size_t n = x.size();
  std::vector<double> path = x;
  parameter<real> p(numbers(x));
  for (int t = 0; t < steps; ++t) {
    std::vector<double> gradient(n);
    for (std::size_t i = 0; i < n; ++i) {
      gradient[i] = x[i] * x[i] * x[i] - b[i];
      for (std::size_t j = 0; j < n; ++j) gradient[i] += a[i * n + j] * x[j];
    }
    state.step(0, p, numbers(gradient), settings.learning_rate, true);
    x = p.value().to_host();
    path.insert(path.end(), x.begin(), x.end());
  }
  return path;
}

}  // namespace fewclip::tests
