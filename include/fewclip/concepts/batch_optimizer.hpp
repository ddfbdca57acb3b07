#pragma once
/// \file
/// The role of an optimizer that minimises one function of all parameters.

#include <concepts>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

namespace concepts::detail {
template <class B>
struct objective {
  double operator()(const tensor<B>&, tensor<B>&) const { return 0; }
};
}  // namespace concepts::detail

/// A method that minimises a function of all parameters at once, used by trainers::full_batch.
///
/// Required of `Optimizer`: `Optimizer::params`, `Optimizer::state<B>` and `minimise<B>(objective, point, params, observer, state)`, where
/// `objective(point, gradient)` returns the value at a flat point and writes the gradient; the point is left at the best value found.
///
/// Models: optimizers::lbfgs.
template <class Optimizer, class B>
concept batch_optimizer = has_settings<typename Optimizer::params> &&
    requires(const concepts::detail::objective<B>& objective, tensor<B>& point, const typename Optimizer::params& settings,
             const progress_observer& observer, typename Optimizer::template state<B>& state) {
  { Optimizer::template minimise<B>(objective, point, settings, observer, state).converged } -> std::convertible_to<bool>;
};

}  // namespace fewclip
