#pragma once
/// \file
/// Stochastic gradient descent with momentum.

#include <cstddef>
#include <string_view>
#include <vector>

#include "fewclip/concepts/optimizer.hpp"

namespace fewclip::optimizers {

/// Stochastic gradient descent with momentum and weight decay.
///
/// \models optimizer
/// In the form of PyTorch's SGD without dampening and without Nesterov's term:
///
///     g += weight_decay p;  v = momentum v + g;  p -= learning_rate v
///
/// with p the parameter, g its gradient and v zero at first, so that the first step has v = g. One pass over memory. Deterministic.
struct sgd {
  /// Hyper-parameters.
  struct params {
    double learning_rate = 0.002;
    double momentum = 0.9;
    double weight_decay = 5e-4;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(
          setting{.name = "learning_rate", .meaning = "size of a step", .origin = "CoOp, training details", .lowest = 0, .highest = 1e3},
          self.learning_rate);
      visitor(
          setting{
              .name = "momentum", .meaning = "part of the last update that is kept", .origin = "CoOp's code", .lowest = 0, .highest = 1},
          self.momentum);
      visitor(
          setting{
              .name = "weight_decay", .meaning = "L2 penalty added to the gradient", .origin = "CoOp's code", .lowest = 0, .highest = 1e3},
          self.weight_decay);
    }
  };

  /// The velocities of all parameters.
  template <compute_backend B>
  class state {
   public:
    explicit state(const params& settings) : settings_(settings) {}

    /// One update in place.
    /// \param slot the number of the parameter
    /// \param p the parameter
    /// \param gradient of the loss, with the extents of p
    /// \param learning_rate of this step
    /// \param decays whether weight decay applies to this parameter
    /// \throws shape_error where the extents differ
    void step(std::size_t slot, parameter<B>& p, const tensor<B>& gradient, double learning_rate, bool decays) {
      using scalar = typename B::scalar;
      require_shape("fewclip::optimizers::sgd", "gradient", p.value().extents(), gradient.extents());
      tensor<B>& kept = at(slot);
      if (kept.size() != gradient.size()) kept = tensor<B>(gradient.extents());
      const auto rate = static_cast<scalar>(learning_rate);
      const auto momentum = static_cast<scalar>(settings_.momentum);
      const auto pull = static_cast<scalar>(decays ? settings_.weight_decay : 0);
      const scalar* in = gradient.data();
      scalar* velocity = kept.mutable_data();
      scalar* value = p.mutable_value().mutable_data();
      B::for_each(gradient.size(), [=] FEWCLIP_HOST_DEVICE(index i) {
        const scalar v = momentum * velocity[i] + (in[i] + pull * value[i]);
        velocity[i] = v;
        value[i] -= rate * v;
      });
    }

    /// Calls visitor("velocity", tensor) for a slot.
    template <class Visitor>
    void visit_state(std::size_t slot, Visitor&& visitor) {
      visitor(std::string_view("velocity"), at(slot));
    }

   private:
    tensor<B>& at(std::size_t slot) {
      if (slot >= velocities_.size()) velocities_.resize(slot + 1);
      return velocities_[slot];
    }

    params settings_;
    std::vector<tensor<B>> velocities_;
  };
};

}  // namespace fewclip::optimizers
