#pragma once

#include <cmath>
#include <string_view>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip::optimizers::detail {

/// Where weight decay enters: added to the gradient, or as a shrinking of the value.
struct decay_terms {
  double in_gradient = 0;
  double in_value = 0;
};

/// The running means of gradients and of their squares that adam and adamw share.
template <compute_backend B>
class adaptive_moments {
 public:
  struct decay_rates {
    double beta1;
    double beta2;
    double epsilon;
    bool compensated = false;  ///< whether what rounding takes from a step is added to the next (Kahan)
  };

  explicit adaptive_moments(const decay_rates& rates) : rates_(rates) {}

  void step(std::size_t slot, parameter<B>& p, const tensor<B>& gradient, double learning_rate, const decay_terms& decay) {
    using scalar = typename B::scalar;
    require_shape("fewclip::optimizers", "gradient", p.value().extents(), gradient.extents());
    moments& kept = at(slot, p.value().extents());
    const auto t = static_cast<double>(++kept.steps);
    const auto rate = static_cast<scalar>(learning_rate / (1 - std::pow(rates_.beta1, t)));
    const auto unbias = static_cast<scalar>(1 / std::sqrt(1 - std::pow(rates_.beta2, t)));
    const auto keep = static_cast<scalar>(1 - learning_rate * decay.in_value);
    const auto pull = static_cast<scalar>(decay.in_gradient);
    const auto b1 = static_cast<scalar>(rates_.beta1);
    const auto b2 = static_cast<scalar>(rates_.beta2);
    const auto new1 = static_cast<scalar>(1 - rates_.beta1);
    const auto new2 = static_cast<scalar>(1 - rates_.beta2);
    const auto epsilon = static_cast<scalar>(rates_.epsilon);
    const scalar* in = gradient.data();
    scalar* first = kept.first.mutable_data();
    scalar* second = kept.second.mutable_data();
    scalar* value = p.mutable_value().mutable_data();
    if (rates_.compensated) {
      scalar* lost = kept.lost.mutable_data();
      B::for_each(gradient.size(), [=] FEWCLIP_HOST_DEVICE(index i) {
        const scalar g = in[i] + pull * value[i];
        const scalar m = b1 * first[i] + new1 * g;
        const scalar v = b2 * second[i] + new2 * g * g;
        first[i] = m;
        second[i] = v;
        const scalar change = (keep - scalar(1)) * value[i] - rate * m / (math::sqrt(v) * unbias + epsilon) - lost[i];
        const scalar moved = value[i] + change;
        lost[i] = (moved - value[i]) - change;
        value[i] = moved;
      });
      return;
    }
    B::for_each(gradient.size(), [=] FEWCLIP_HOST_DEVICE(index i) {
      const scalar g = in[i] + pull * value[i];
      const scalar m = b1 * first[i] + new1 * g;
      const scalar v = b2 * second[i] + new2 * g * g;
      first[i] = m;
      second[i] = v;
      value[i] = keep * value[i] - rate * m / (math::sqrt(v) * unbias + epsilon);
    });
  }

  template <class Visitor>
  void visit_state(std::size_t slot, Visitor&& visitor) {
    if (slot >= slots_.size()) slots_.resize(slot + 1);
    visitor(std::string_view("first_moment"), slots_[slot].first);
    visitor(std::string_view("second_moment"), slots_[slot].second);
    if (rates_.compensated) visitor(std::string_view("lost"), slots_[slot].lost);
    visitor(std::string_view("steps"), slots_[slot].steps);
  }

 private:
  struct moments {
    tensor<B> first;
    tensor<B> second;
    tensor<B> lost{};
    index steps = 0;
  };

  moments& at(std::size_t slot, const shape& extents) {
    if (slot >= slots_.size()) slots_.resize(slot + 1);
    moments& kept = slots_[slot];
    if (kept.steps == 0) kept = {tensor<B>(extents), tensor<B>(extents), rates_.compensated ? tensor<B>(extents) : tensor<B>(), 0};
    require_shape("fewclip::optimizers", "moments", extents, kept.first.extents());
    return kept;
  }

  decay_rates rates_;
  std::vector<moments> slots_;
};

}  // namespace fewclip::optimizers::detail
