#pragma once
/// \file
/// The role of a tuner: which parameters of an encoder are trained, and in what form.

#include <concepts>
#include <string_view>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

namespace concepts::detail {
struct encoder_without_parameters {
  template <class Visitor>
  void visit_parameters(Visitor&&) {}
};
struct ignore_parameter {
  template <class Parameter>
  void operator()(std::string_view, Parameter&) const {}
};
}  // namespace concepts::detail

/// What stands between a model with parameters and its trainer, see tuners::tuned_model.
///
/// Required of `Tuner`: `Tuner::params` with visit_settings; a class template `Tuner::fitted<B>`, constructed from (model, params), with
/// - `visit(model, visitor)`: calls `visitor(name, parameter<B>&)` for what is trained;
/// - `bind(model, tape)`: after those are bound to a tape, makes the model's weights that depend on them variables;
/// - `refresh(model)`: after those have changed, writes the model's weights.
///
/// Models: tuners::frozen, tuners::pooler, tuners::layer_norm, tuners::last_blocks, tuners::everything, tuners::lora.
template <class Tuner, class B, class Model = concepts::detail::encoder_without_parameters>
concept tuner = has_settings<typename Tuner::params> &&
    requires(typename Tuner::template fitted<B>& fitted, Model& model, tape<B>& record) {
  requires std::constructible_from<typename Tuner::template fitted<B>, Model&, const typename Tuner::params&>;
  {fitted.visit(model, concepts::detail::ignore_parameter{})};
  {fitted.bind(model, record)};
  {fitted.refresh(model)};
};

}  // namespace fewclip
