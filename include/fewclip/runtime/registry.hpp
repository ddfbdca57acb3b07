#pragma once
/// \file
/// Methods by name.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/runtime/method.hpp"

namespace fewclip::runtime {

/// Methods by name, in the order in which they were added. The one place of fewclip where types give way to names: for programs that
/// choose a method at run time. Code that knows its method uses the alias in methods/.
template <compute_backend B>
class registry {
 public:
  /// Adds a method.
  /// \param added its name must be new
  /// \throws value_error where there is one of that name
  void add(method<B> added) {
    for (const method<B>& each : methods_) {
      if (each.about().name == added.about().name) {
        throw value_error(
            expected_got("fewclip::runtime::registry", "name of the method", "a new one", "'" + each.about().name + "' again"));
      }
    }
    methods_.push_back(std::move(added));
  }

  /// The method of a name.
  /// \throws value_error with the nearest name where there is none
  const method<B>& find(std::string_view name) const {
    for (const method<B>& each : methods_) {
      if (each.about().name == name) return each;
    }
    throw value_error("fewclip::runtime::registry: no method '" + std::string(name) + "'; did you mean '" + nearest_name(name, names()) +
                      "'?");
  }

  /// All methods, in the order in which they were added.
  const std::vector<method<B>>& methods() const { return methods_; }

  /// Their names.
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const method<B>& each : methods_) out.push_back(each.about().name);
    return out;
  }

 private:
  std::vector<method<B>> methods_;
};

}  // namespace fewclip::runtime
