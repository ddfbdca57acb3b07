#pragma once
/// \file
/// The parameters of an encoder from a checkpoint.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/checkpoints/checkpoint.hpp"

namespace fewclip::checkpoints {

/// Sets every parameter of `component` to the tensor of its name.
///
/// The component calls a visitor with name and parameter, see visit_parameters; each parameter already has its shape. Nothing is changed
/// where anything does not fit.
/// \throws io_error with every name that is missing and every shape that differs, in one message
template <class Component>
void load_parameters(Component& component, const checkpoint& from) {
  std::vector<std::string> problems;
  std::size_t count = 0;
  visit_parameters(component, [&](std::string_view name, const auto& parameter) {
    ++count;
    std::string problem = from.mismatch(name, parameter.value().extents());
    if (!problem.empty()) problems.push_back(std::move(problem));
  });
  if (!problems.empty()) {
    throw io_error(from.path() + ": " + std::to_string(problems.size()) + " of " + std::to_string(count) +
                   " parameters cannot be loaded: " + detail::joined(problems, "; ", 20));
  }
  visit_parameters(component, [&]<class Parameter>(std::string_view name, Parameter& parameter) {
    using backend = typename backend_of<Parameter>::type;
    const shape extents = parameter.value().extents();
    parameter.mutable_value() = from.template read<backend>(name, extents);
  });
}

}  // namespace fewclip::checkpoints
