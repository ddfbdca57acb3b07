#pragma once
/// \file
/// No selection: the settings are used as they are.

#include <utility>

#include "fewclip/concepts/selector.hpp"

namespace fewclip::selectors {

/// Uses the settings given, or the defaults; looks at no labels beyond the support set.
///
/// \models selector
struct fixed {
  using params = no_settings;

  static constexpr const char* protocol = "fixed: no validation labels used";

  /// \param fit makes a fitted adapter from settings
  /// \param settings what to fit with
  template <compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params&, const validation_set<B>&, const progress_observer&) {
    selection<Settings> choice{settings, {}};
    return std::pair(fit(settings), std::move(choice));
  }
};

}  // namespace fewclip::selectors
