#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "fewclip/core/settings.hpp"
#include "fewclip/selectors/grid_axis.hpp"

namespace fewclip::selectors::detail {

/// One axis of a search and where it stands in the loops.
struct planned_axis {
  const grid_axis* axis = nullptr;
  bool refits = false;
  bool linear = false;
  index stride = 1;  ///< how far apart neighbouring values are in loop order

  index size() const { return static_cast<index>(axis->values.size()); }
};

/// Counts through the values of some axes, the last one fastest.
class odometer {
 public:
  explicit odometer(std::vector<planned_axis> axes) : axes_(std::move(axes)), at_(axes_.size(), 0) {}

  /// Goes to the next combination. \returns false after the last
  bool advance() {
    for (std::size_t i = axes_.size(); i-- > 0;) {
      if (++at_[i] < axes_[i].size()) return true;
      at_[i] = 0;
    }
    return false;
  }

  /// Sets the current values.
  template <class Settings>
  void apply(Settings& settings) const {
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      set_setting(settings, axes_[i].axis->name, axes_[i].axis->values[static_cast<std::size_t>(at_[i])], "fewclip::selectors::grid");
    }
  }

  /// The position of the current combination in loop order, other axes being at their first value.
  index position() const {
    index out = 0;
    for (std::size_t i = 0; i < axes_.size(); ++i) out += at_[i] * axes_[i].stride;
    return out;
  }

  index combinations() const {
    index out = 1;
    for (const planned_axis& each : axes_) out *= each.size();
    return out;
  }

 private:
  std::vector<planned_axis> axes_;
  std::vector<index> at_;
};

/// What a search has to do: which axes need fits, which only predictions, and which of those are swept at once.
struct grid_plan {
  std::vector<planned_axis> all;         ///< in loop order, outermost first
  std::vector<planned_axis> fits;        ///< another value needs another fit
  std::vector<planned_axis> prediction;  ///< all others: those that need new kernels first, linear ones after, without `swept`
  planned_axis swept;                    ///< the linear axis with most values; none where swept.axis is null
  index candidates = 1;

  /// The value of one axis at a position in loop order.
  static double value_at(const planned_axis& axis, index position) {
    return axis.axis->values[static_cast<std::size_t>(position / axis.stride % axis.size())];
  }
};

/// How the settings treat one name.
struct setting_facts {
  bool known = false;
  bool refits = false;  ///< true where any setting of that name takes effect in the fit
  bool linear = true;   ///< true where all settings of that name are linear
};

template <class Settings>
setting_facts facts_of(const Settings& settings, const std::string& name) {
  setting_facts out;
  Settings::visit_settings(settings, [&](const setting& about, const auto&) {
    if (about.name != name) return;
    out.known = true;
    out.refits = out.refits || about.takes_effect == effect::fit;
    out.linear = out.linear && about.linear;
  });
  return out;
}

/// Checks the axes against the settings and sorts them.
/// \param retunable whether a fitted model can be given other prediction settings; if not, every axis needs fits
/// \throws value_error for no axes, no values, an unknown name or one that occurs twice, a value out of range, too many candidates
template <class Settings>
grid_plan plan_grid(const Settings& settings, const std::vector<grid_axis>& axes, bool retunable) {
  const std::string where = "fewclip::selectors::grid";
  if (axes.empty()) throw value_error(expected_got(where, "axes", "at least one (see fewclip/recipes/ for published grids)", "none"));
  grid_plan out;
  for (const grid_axis& axis : axes) {
    Settings tried = settings;
    if (axis.values.empty()) throw value_error(expected_got(where, "values of axis '" + axis.name + "'", "at least one", "none"));
    for (const planned_axis& earlier : out.all) {
      if (earlier.axis->name == axis.name) throw value_error(expected_got(where, "axes", "different names", "'" + axis.name + "' twice"));
    }
    for (const double value : axis.values) set_setting(tried, axis.name, value, where);
    const setting_facts facts = facts_of(settings, axis.name);
    out.all.push_back({&axis, facts.refits || !retunable, facts.linear && !facts.refits, 1});
  }
  for (std::size_t i = out.all.size(); i-- > 0;) {
    out.all[i].stride = out.candidates;
    if (out.all[i].size() > 100'000'000 / out.candidates) {
      throw value_error(expected_got(where, "candidates", "at most 100000000", "more: the product of the numbers of values"));
    }
    out.candidates *= out.all[i].size();
  }
  for (const planned_axis& each : out.all) {
    if (each.refits) {
      out.fits.push_back(each);
    } else {
      if (each.linear && (out.swept.axis == nullptr || each.size() > out.swept.size())) out.swept = each;
      out.prediction.push_back(each);
    }
  }
  std::erase_if(out.prediction, [&out](const planned_axis& each) { return each.axis == out.swept.axis; });
  std::stable_partition(out.prediction.begin(), out.prediction.end(), [](const planned_axis& each) { return !each.linear; });
  return out;
}

}  // namespace fewclip::selectors::detail
