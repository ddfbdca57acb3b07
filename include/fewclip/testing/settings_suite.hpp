#pragma once
/// \file
/// What every params struct must show.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include "fewclip/core/settings.hpp"

namespace fewclip::testing {

/// The value of one setting.
template <class Params>
double value_of_setting(const Params& params, std::string_view name) {
  for (const setting_value& each : list_settings(params)) {
    if (each.about.name == name) return each.value;
  }
  return std::nan("");
}

/// Checks a params struct: every setting is listed once, with a meaning, an origin and a closed range that holds its default; it can be set
/// and read back by its name, and refuses what lies outside.
/// \param params the defaults
template <class Params>
void settings_suite(const Params& params = {}) {
  std::set<std::string> names;
  Params::visit_settings(params, [&](const setting& about, const auto& member) {
    const std::string name(about.name);
    BOOST_TEST_CONTEXT("setting " << name) {
      BOOST_TEST(!name.empty());
      BOOST_TEST((names.insert(name).second || name == "seed"), "listed twice");
      BOOST_TEST(!about.meaning.empty());
      BOOST_TEST(!about.origin.empty());
      BOOST_TEST((std::isfinite(about.lowest) && std::isfinite(about.highest)));
      BOOST_TEST(about.lowest <= static_cast<double>(member));
      BOOST_TEST(static_cast<double>(member) <= about.highest);
    }
  });
  for (const setting_value& each : list_settings(params)) {
    BOOST_TEST_CONTEXT("setting " << each.about.name) {
      Params changed = params;
      set_setting(changed, each.about.name, each.about.lowest);
      for (const setting_value& now : list_settings(changed)) {
        BOOST_TEST(now.value == (now.about.name == each.about.name ? each.about.lowest : value_of_setting(params, now.about.name)));
      }
      BOOST_CHECK_THROW(set_setting(changed, each.about.name, each.about.highest * 2 + 1), value_error);
    }
  }
}

}  // namespace fewclip::testing
