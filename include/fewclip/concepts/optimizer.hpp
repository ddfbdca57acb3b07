#pragma once
/// \file
/// The role of an optimizer: how gradients change parameters.

#include <concepts>
#include <cstddef>
#include <string_view>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

namespace concepts::detail {
struct ignore_state {
  template <class Value>
  void operator()(std::string_view, Value&) const {}
};
}  // namespace concepts::detail

/// A rule that turns one gradient into one update, used by trainers::minibatch.
///
/// Required of `Optimizer`:
/// - `Optimizer::params`, with a member `learning_rate` and visit_settings;
/// - `Optimizer::state<B>`, constructible from params;
/// - `state.step(slot, parameter, gradient, learning_rate, decays)`: one update of the parameter with number `slot`, in place; weight decay
///   only where `decays`;
/// - `state.visit_state(slot, visitor)`: calls `visitor(name, tensor<B>&)` and `visitor(name, index&)` for all that a later step of that
///   slot depends on, so that training can be interrupted and resumed.
///
/// Models: optimizers::sgd, optimizers::adam, optimizers::adamw.
template <class Optimizer, class B>
concept optimizer = has_settings<typename Optimizer::params> &&
    requires(typename Optimizer::template state<B> state, const typename Optimizer::params& settings, parameter<B>& value,
             const tensor<B>& gradient, std::size_t slot) {
  { settings.learning_rate } -> std::convertible_to<double>;
  typename Optimizer::template state<B>;
  requires std::constructible_from < typename Optimizer::template state<B>,
  const typename Optimizer::params& > ;
  {state.step(slot, value, gradient, 0.1, true)};
  {state.visit_state(slot, concepts::detail::ignore_state{})};
};

}  // namespace fewclip
