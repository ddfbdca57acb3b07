#pragma once
/// \file
/// The limited-memory BFGS method for smooth functions of all parameters at once.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/batch_optimizer.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/optimizers/detail/flat_vector.hpp"
#include "fewclip/optimizers/detail/strong_wolfe.hpp"

namespace fewclip::optimizers {

/// The limited-memory BFGS method with a strong-Wolfe line search.
///
/// \models batch_optimizer
/// Nocedal and Wright, "Numerical optimization", 2006, algorithm 7.4 (two loops) with the scaling of equation 7.20; the first step has
/// length min(1, 1 / |gradient|). Inner products are accumulated in double precision over blocks of fixed length, so results do not depend
/// on the number of threads. Memory: 2 history + 5 vectors of the size of the point. Not reaching the tolerance is reported, not thrown.
struct lbfgs {
  /// Hyper-parameters.
  struct params {
    index history = 10;
    index max_iterations = 1000;
    double gradient_tolerance = 1e-4;
    double sufficient_decrease = 1e-4;
    double curvature = 0.9;
    index line_search_evaluations = 25;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "history",
                      .meaning = "pairs of vectors that are kept",
                      .origin = "scikit-learn's solver",
                      .lowest = 1,
                      .highest = 1000},
              self.history);
      visitor(
          setting{.name = "max_iterations", .meaning = "iterations at most", .origin = "CoOp's linear probe", .lowest = 0, .highest = 1e9},
          self.max_iterations);
      visitor(setting{.name = "gradient_tolerance",
                      .meaning = "stop below this largest entry of the gradient; times min(1, C) for logistic regression",
                      .origin = "scikit-learn's default",
                      .lowest = 0,
                      .highest = 1e9},
              self.gradient_tolerance);
      visitor(setting{.name = "sufficient_decrease",
                      .meaning = "first Wolfe condition",
                      .origin = "Nocedal and Wright, section 3.1",
                      .lowest = 0,
                      .highest = 0.5},
              self.sufficient_decrease);
      visitor(setting{.name = "curvature",
                      .meaning = "second Wolfe condition",
                      .origin = "Nocedal and Wright, section 3.1",
                      .lowest = 0,
                      .highest = 1},
              self.curvature);
      visitor(setting{.name = "line_search_evaluations",
                      .meaning = "evaluations of one line search at most",
                      .origin = "PyTorch's solver",
                      .lowest = 1,
                      .highest = 1000},
              self.line_search_evaluations);
    }
  };

  /// What came of it.
  struct result {
    index iterations = 0;              ///< with those before a resumption
    index evaluations = 0;             ///< of the objective, since the call
    double objective = 0;              ///< at the point
    double largest_gradient = 0;       ///< largest absolute entry at the point
    bool converged = false;            ///< largest_gradient <= gradient_tolerance
    bool stopped = false;              ///< by the observer
    bool stalled = false;              ///< not converged, and no smaller value to be found: the precision of the scalar is reached
    std::vector<double> objectives{};  ///< before each iteration, since the call
  };

  /// The last steps and the changes of the gradient that came with them, oldest first.
  template <compute_backend B>
  struct state {
    index iterations = 0;
    index flat_iterations = 0;  ///< those that did not lower the objective, which only rounding allows
    std::vector<tensor<B>> steps{};
    std::vector<tensor<B>> changes{};

    /// Calls visitor(name, tensor) and visitor("iterations", index) for all that a later iteration depends on beside the point. A visitor
    /// that restores sets "pairs" first and then receives as many tensors.
    template <class Visitor>
    void visit_state(Visitor&& visitor) {
      auto pairs = static_cast<index>(steps.size());
      visitor(std::string("iterations"), iterations);
      visitor(std::string("flat_iterations"), flat_iterations);
      visitor(std::string("pairs"), pairs);
      steps.resize(static_cast<std::size_t>(pairs));
      changes.resize(static_cast<std::size_t>(pairs));
      for (std::size_t k = 0; k < steps.size(); ++k) {
        visitor("step." + std::to_string(k), steps[k]);
        visitor("change." + std::to_string(k), changes[k]);
      }
    }
  };

  /// Minimises `objective` from `point` on.
  /// \param objective called as `double objective(const tensor<B>& point, tensor<B>& gradient)`, writes the gradient
  /// \param point where to begin; left at the last accepted point, whose value is the smallest up to rounding
  /// \param settings the hyper-parameters
  /// \param observer receives {"fit", iterations, max_iterations, objective} after each iteration
  /// \param past the iterations before, for resuming; brought up to date
  template <compute_backend B, class Objective>
  static result minimise(const Objective& objective, tensor<B>& point, const params& settings, const progress_observer& observer,
                         state<B>& past) {
    result out{.iterations = past.iterations, .evaluations = 1};
    tensor<B> gradient = tensor<B>::uninitialised(point.extents());
    out.objective = objective(std::as_const(point), gradient);
    for (;;) {
      out.largest_gradient = detail::largest_entry<B>(gradient);
      out.converged = out.largest_gradient <= settings.gradient_tolerance;
      if (out.converged || out.stopped || past.iterations >= settings.max_iterations) break;
      if (past.flat_iterations > most_flat_iterations) {
        out.stalled = true;
        break;
      }
      const double before = out.objective;
      bool moved = iterate(objective, point, gradient, settings, past, out);
      if (!moved && !past.steps.empty()) {
        past.steps.clear();  // the curvature that was collected may mislead: once more along the gradient itself
        past.changes.clear();
        moved = iterate(objective, point, gradient, settings, past, out);
      }
      if (!moved) {
        out.stalled = math::is_finite(out.objective);
        break;
      }
      out.objectives.push_back(before);
      out.iterations = ++past.iterations;
      past.flat_iterations += out.objective < before ? 0 : 1;
      out.stopped = !report(observer, {"fit", out.iterations, settings.max_iterations, out.objective});
    }
    return out;
  }

  /// Minimises without a past or an observer.
  template <compute_backend B, class Objective>
  static result minimise(const Objective& objective, tensor<B>& point, const params& settings) {
    state<B> past;
    return minimise<B>(objective, point, settings, {}, past);
  }

 private:
  static constexpr index most_flat_iterations = 50;

  /// One direction and one line search; false where no smaller value was found.
  template <compute_backend B, class Objective>
  static bool iterate(const Objective& objective, tensor<B>& point, tensor<B>& gradient, const params& settings, state<B>& past,
                      result& out) {
    const tensor<B> direction = descent_direction(gradient, past);
    const double slope = detail::inner_product<B>(gradient, direction);
    if (!(slope < 0)) return false;
    tensor<B> there;
    tensor<B> gradient_there = tensor<B>::uninitialised(point.extents());
    double last = 0;
    const auto line = [&](double step) {
      last = step;
      there = detail::combination<B>(1, point, step, direction);
      const double value = objective(std::as_const(there), gradient_there);
      return detail::line_point{step, value, detail::inner_product<B>(gradient_there, direction)};
    };
    const double rounding = 256 * static_cast<double>(std::numeric_limits<typename B::scalar>::epsilon());
    detail::strong_wolfe search(line, {0, out.objective, slope},
                                {settings.sufficient_decrease, settings.curvature, settings.line_search_evaluations, rounding});
    const double first = past.steps.empty() ? std::min(1.0, 1 / std::sqrt(-slope)) : 1.0;
    const detail::line_point found = search.search(first);
    out.evaluations += search.evaluations();
    if (!(found.step > 0)) return false;
    if (last != found.step) {
      line(found.step);
      ++out.evaluations;
    }
    remember(past, settings.history, detail::combination<B>(1, there, -1, point), detail::combination<B>(1, gradient_there, -1, gradient));
    point = std::move(there);
    gradient = std::move(gradient_there);
    out.objective = found.value;
    return true;
  }

  template <compute_backend B>
  static void remember(state<B>& past, index history, tensor<B> step, tensor<B> change) {
    const double curvature = detail::inner_product<B>(step, change);
    const double lengths = std::sqrt(detail::inner_product<B>(step, step)) * std::sqrt(detail::inner_product<B>(change, change));
    if (!(curvature > 1e-14 * lengths)) return;  // relative, whatever the function's factor
    past.steps.push_back(std::move(step));
    past.changes.push_back(std::move(change));
    if (static_cast<index>(past.steps.size()) <= history) return;
    past.steps.erase(past.steps.begin());
    past.changes.erase(past.changes.begin());
  }

  /// Minus the inverse Hessian of the past times the gradient.
  template <compute_backend B>
  static tensor<B> descent_direction(const tensor<B>& gradient, const state<B>& past) {
    tensor<B> direction = detail::combination<B>(-1, gradient, 0, gradient);
    const std::size_t pairs = past.steps.size();
    std::vector<double> curvature(pairs);
    std::vector<double> alpha(pairs);
    for (std::size_t k = pairs; k-- > 0;) {
      curvature[k] = detail::inner_product<B>(past.steps[k], past.changes[k]);
      alpha[k] = detail::inner_product<B>(past.steps[k], direction) / curvature[k];
      detail::add_scaled<B>(direction, -alpha[k], past.changes[k]);
    }
    if (pairs > 0) {
      const double scale = curvature.back() / detail::inner_product<B>(past.changes.back(), past.changes.back());
      direction = detail::combination<B>(scale, direction, 0, direction);
    }
    for (std::size_t k = 0; k < pairs; ++k) {
      const double beta = detail::inner_product<B>(past.changes[k], direction) / curvature[k];
      detail::add_scaled<B>(direction, alpha[k] - beta, past.steps[k]);
    }
    return direction;
  }
};

}  // namespace fewclip::optimizers
