#pragma once
/// \file
/// What training has made of a model, apart from it: to store it, and to put it back.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// The trained numbers of a fitted classifier by name, and the width of the rows it reads. With the text rows, the settings and, for methods that
/// keep it, the support set, the classifier can be made again from them without training.
template <compute_backend B>
struct trained_numbers {
  std::map<std::string, tensor<B>, std::less<>> values{};  ///< by parameter name; none for methods without training
  index dim = 0;                                           ///< columns of the rows it reads
};

namespace trainers {

/// Copies the trainable parameters of a model, which stays as it is.
/// \param model a component
template <compute_backend B, class Model>
std::map<std::string, tensor<B>, std::less<>> copy_parameters(const Model& model) {
  std::map<std::string, tensor<B>, std::less<>> out;
  if constexpr (has_parameters<Model>) {
    Model copy = model;  // a visit may drop what was packed from the parameters
    visit_parameters(copy, [&out](std::string_view name, const parameter<B>& each) { out.emplace(std::string(name), each.value()); });
  }
  return out;
}

/// Sets the trainable parameters of a model.
/// \param model a component
/// \param values one of the right extents for each parameter
/// \throws value_error for a name that is missing or unknown, shape_error for other extents; the model is then unchanged
template <compute_backend B, class Model>
void set_parameters(Model& model, const std::map<std::string, tensor<B>, std::less<>>& values) {
  constexpr const char* where = "fewclip::trainers::set_parameters";
  std::size_t known = 0;
  if constexpr (has_parameters<Model>) {
    visit_parameters(model, [&](std::string_view name, parameter<B>& each) {
      const auto at = values.find(name);
      if (at == values.end()) throw value_error(expected_got(where, "parameter", "'" + std::string(name) + "'", "none of that name"));
      require_shape(where, std::string(name).c_str(), each.value().extents(), at->second.extents());
      ++known;
    });
    if (known == values.size()) {
      visit_parameters(model, [&](std::string_view name, parameter<B>& each) { each = parameter<B>(values.find(name)->second); });
      return;
    }
  }
  if (known != values.size()) {
    throw value_error(expected_got(where, "parameters", std::to_string(known) + " names", std::to_string(values.size())));
  }
}

}  // namespace trainers
}  // namespace fewclip
