#pragma once
/// \file
/// Adam with weight decay added to the gradient.

#include <cstddef>
#include <utility>

#include "fewclip/concepts/optimizer.hpp"
#include "fewclip/optimizers/detail/adaptive_moments.hpp"

namespace fewclip::optimizers {

/// Adam with weight decay added to the gradient.
///
/// \models optimizer
/// Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1. Weight decay, where there is any, is an L2 penalty:
///
///     g += weight_decay p;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
///     p -= learning_rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
///
/// with p the parameter, g its gradient, m and v zero at first, t = 1, 2, ... counted per parameter. The coefficients are computed in
/// double precision, the update in that of the backend, in one pass over memory. Deterministic. With `compensated`, sums are Kahan's: steps too
/// small for the precision of p add up instead of being lost, for one more tensor per parameter.
struct adam {
  /// Hyper-parameters.
  struct params {
    double learning_rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0;
    bool compensated = false;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "learning_rate", .meaning = "size of a step", .origin = "Adam, algorithm 1", .lowest = 0, .highest = 1e3},
              self.learning_rate);
      visitor(setting{.name = "beta1",
                      .meaning = "decay of the mean of gradients",
                      .origin = "Adam, algorithm 1",
                      .lowest = 0,
                      .highest = 0.999999},
              self.beta1);
      visitor(
          setting{
              .name = "beta2", .meaning = "decay of the mean of squares", .origin = "Adam, algorithm 1", .lowest = 0, .highest = 0.999999},
          self.beta2);
      visitor(setting{.name = "epsilon",
                      .meaning = "added to the root of the mean of squares",
                      .origin = "Adam, algorithm 1",
                      .lowest = 0,
                      .highest = 1},
              self.epsilon);
      visitor(setting{.name = "weight_decay",
                      .meaning = "L2 penalty added to the gradient",
                      .origin = "off, as in the paper",
                      .lowest = 0,
                      .highest = 1e3},
              self.weight_decay);
      visitor(setting{.name = "compensated",
                      .meaning = "whether what rounding takes from a step is added to the next",
                      .origin = "off; ours, for steps below half a unit in the last place",
                      .lowest = 0,
                      .highest = 1},
              self.compensated);
    }
  };

  /// The moments of all parameters.
  template <compute_backend B>
  class state {
   public:
    explicit state(const params& settings)
        : settings_(settings), moments_({settings.beta1, settings.beta2, settings.epsilon, settings.compensated}) {}

    /// One update in place.
    /// \param slot the number of the parameter
    /// \param p the parameter
    /// \param gradient of the loss, with the extents of p
    /// \param learning_rate of this step
    /// \param decays whether weight decay applies to this parameter
    /// \throws shape_error where the extents differ
    void step(std::size_t slot, parameter<B>& p, const tensor<B>& gradient, double learning_rate, bool decays) {
      moments_.step(slot, p, gradient, learning_rate, {.in_gradient = decays ? settings_.weight_decay : 0});
    }

    /// Calls visitor(name, value) for "first_moment", "second_moment" and, where compensated, "lost" (tensors) and "steps" (an index) of a slot.
    template <class Visitor>
    void visit_state(std::size_t slot, Visitor&& visitor) {
      moments_.visit_state(slot, std::forward<Visitor>(visitor));
    }

   private:
    params settings_;
    detail::adaptive_moments<B> moments_;
  };
};

}  // namespace fewclip::optimizers
