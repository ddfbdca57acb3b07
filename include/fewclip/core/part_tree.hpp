#pragma once
/// \file
/// What concerns a component and all its parts, written once: parameters, the end of training, update rules, derived weights, starts.

#include <concepts>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "fewclip/config.hpp"

namespace fewclip {

/// A fitted component that is made of others says so once: `auto parts() { return std::tie(head_, cache_); }`. Whatever the functions of this
/// header do, they do to its parts as well, so it forwards nothing by hand, and nothing that a part says is lost. With a constant `parameter_prefix`
/// the parameters of its parts have that before their names.
///
/// Models: adapters::named, adapters::blend, adapters::mapped, adapters::class_residual, caches::key_value, relations::weighted, relations::open_semantics.
template <class Component>
concept composite = requires(Component& component) {
  std::tuple_size<decltype(component.parts())>::value;
};

namespace detail {

/// Takes anything, to ask whether a component can be visited.
struct any_visitor {
  template <class... Arguments>
  void operator()(Arguments&&...) const {}
};

/// Whether a component puts a prefix before the names of its parts' parameters.
template <class Component>
concept prefixes = requires {
  { Component::parameter_prefix } -> std::convertible_to<std::string_view>;
};

/// The visitor for the parts of a component: it hears their names with the component's prefix.
template <class Component, class Visitor, class Visit>
void with_prefix(Visitor& visitor, const Visit& visit) {
  if constexpr (prefixes<Component>) {
    const auto prefixed = [&visitor](std::string_view name, auto&&... rest) {
      visitor(std::string_view(std::string(Component::parameter_prefix) + std::string(name)), rest...);
    };
    visit(prefixed);
  } else {
    visit(visitor);
  }
}

template <class Parts>
struct each_of;
template <class... Parts>
struct each_of<std::tuple<Parts&...>> {
  template <template <class> class Trait>
  static constexpr bool any = (Trait<Parts>::value || ...);
};

template <class Component>
struct has_parameters : std::false_type {};
template <class Component>
requires requires(Component& component) { component.visit_parameters(any_visitor{}); }
struct has_parameters<Component> : std::true_type {};
template <composite Component>
requires(!requires(Component & component) { component.visit_parameters(any_visitor{}); }) struct has_parameters<Component>
    : std::bool_constant<each_of<decltype(std::declval<Component&>().parts())>::template any<has_parameters>> {
};

template <class Component>
struct has_starts : std::false_type {};
template <class Component>
requires requires(Component& component) { component.visit_starts(any_visitor{}); }
struct has_starts<Component> : std::true_type {};
template <composite Component>
requires(!requires(Component & component) { component.visit_starts(any_visitor{}); }) struct has_starts<Component>
    : std::bool_constant<each_of<decltype(std::declval<Component&>().parts())>::template any<has_starts>> {
};

}  // namespace detail

/// Whether a component, or a part of it, can be trained.
template <class Component>
inline constexpr bool has_parameters = detail::has_parameters<Component>::value;

/// Whether a component, or a part of it, remembers where its parameters started.
template <class Component>
inline constexpr bool has_starts = detail::has_starts<Component>::value;

/// Calls `action(part)` for every part of a component, those of parts before these, and for the component itself at the end.
template <class Component, class Action>
void for_each_part(Component& component, const Action& action) {
  if constexpr (composite<Component>) {
    std::apply([&action](auto&... part) { (for_each_part(part, action), ...); }, component.parts());
  }
  action(component);
}

/// Calls `visitor(name, parameter)` for every trainable parameter: those of the component itself, by its `visit_parameters(visitor)`, then those
/// of its parts, in order. Components without any have neither.
template <class Component, class Visitor>
void visit_parameters(Component& component, Visitor&& visitor) {
  if constexpr (requires { component.visit_parameters(visitor); }) component.visit_parameters(visitor);
  if constexpr (composite<Component>) {
    detail::with_prefix<Component>(visitor, [&component](auto& named) {
      std::apply([&named](auto&... part) { (visit_parameters(part, named), ...); }, component.parts());
    });
  }
}

/// The same with `prefix` put before every name: how a component names the parameters of its parts.
template <class Component, class Visitor>
void visit_parameters(Component& component, const std::string& prefix, Visitor&& visitor) {
  visit_parameters(component, [&](std::string_view name, auto& p) { visitor(std::string_view(prefix + std::string(name)), p); });
}

/// How an optimizer treats a parameter.
struct update_rule {
  bool decays = true;      ///< whether weight decay applies
  double rate_factor = 1;  ///< times the learning rate
};

namespace detail {

/// What one component says of a parameter, by `decays(name)` and `rate_factor(name)`, on top of what others said.
template <class Component>
update_rule ruled(update_rule so_far, Component& component, std::string_view name) {
  if constexpr (requires { component.decays(name); }) so_far.decays = so_far.decays && component.decays(name);
  if constexpr (requires { component.rate_factor(name); }) so_far.rate_factor *= component.rate_factor(name);
  return so_far;
}

template <class Component, class Visitor, class Outer>
void visit_with_rules(Component& component, Visitor& visitor, const Outer& outer) {
  const auto rule = [&](std::string_view name) { return ruled(outer(name), component, name); };
  const auto with_rule = [&](std::string_view name, auto& parameter) { visitor(name, parameter, rule(name)); };
  if constexpr (requires { component.visit_parameters(with_rule); }) component.visit_parameters(with_rule);
  if constexpr (composite<Component>) {
    const auto rule_of_part = [&](std::string_view name) {
      if constexpr (prefixes<Component>)
        return rule(std::string(Component::parameter_prefix) + std::string(name));
      else
        return rule(name);
    };
    with_prefix<Component>(visitor, [&](auto& named) {
      std::apply([&](auto&... part) { (visit_with_rules(part, named, rule_of_part), ...); }, component.parts());
    });
  }
}

}  // namespace detail

/// Calls `visitor(name, parameter, update_rule)` in the order of visit_parameters. Every component that a parameter belongs to, from the outermost
/// to its own, has a say by its `decays(name)` and `rate_factor(name)`: weight decay applies where none of them forbids it, and factors multiply.
template <class Component, class Visitor>
void visit_update_rules(Component& component, Visitor&& visitor) {
  detail::visit_with_rules(component, visitor, [](std::string_view) { return update_rule{}; });
}

/// Calls `visitor(name, parameter, start)` where a component, or a part of it, remembers where its parameters started.
template <class Component, class Visitor>
void visit_starts(Component& component, Visitor&& visitor) {
  if constexpr (requires { component.visit_starts(visitor); }) component.visit_starts(visitor);
  if constexpr (composite<Component>) {
    detail::with_prefix<Component>(visitor, [&component](auto& named) {
      std::apply([&named](auto&... part) { (visit_starts(part, named), ...); }, component.parts());
    });
  }
}

/// Ends the training: what prediction needs is prepared, by `seal()` of each part and then of the component.
template <class Component>
void seal(Component& component) {
  for_each_part(component, [](auto& part) {
    if constexpr (requires { part.seal(); }) part.seal();
  });
}

/// Lets parts compute weights from parameters that have been bound to a tape, by `bind_derived(tape)`.
template <class Component, class Tape>
void bind_derived(Component& component, Tape& record) {
  for_each_part(component, [&record](auto& part) {
    if constexpr (requires { part.bind_derived(record); }) part.bind_derived(record);
  });
}

/// Lets parts compute weights from parameters that have changed, by `refresh()`.
template <class Component>
void refresh(Component& component) {
  for_each_part(component, [](auto& part) {
    if constexpr (requires { part.refresh(); }) part.refresh();
  });
}

}  // namespace fewclip
