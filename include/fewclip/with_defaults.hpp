#pragma once
/// \file
/// A part under other defaults: how one composition serves papers that differ in constants alone.

#include <string_view>

#include "fewclip/core/settings.hpp"

namespace fewclip {

/// One default of a method, with its source.
struct setting_default {
  std::string_view name;
  double value = 0;
  std::string_view origin;
};

/// The same part; its params start from `Defaults::values`, an array of setting_default.
/// \tparam Part an adapter or a trainer
/// \tparam Defaults a struct with a static array `values`
template <class Part, class Defaults>
struct with_defaults : Part {
  /// The part's settings with the method's defaults.
  struct params : Part::params {
    params() {
      for (const setting_default& each : Defaults::values) {
        set_setting(static_cast<typename Part::params&>(*this), each.name, each.value, "fewclip::with_defaults");
      }
    }

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      Part::params::visit_settings(self, [&visit](setting about, auto& member) {
        for (const setting_default& each : Defaults::values) {
          if (each.name == about.name) about.origin = each.origin;
        }
        visit(about, member);
      });
    }
  };
};

}  // namespace fewclip
