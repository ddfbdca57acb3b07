#pragma once
/// \file
/// Hyper-parameters by name: every `params` struct can list its members, so that selectors, programs and saved files can read and set them.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// When a hyper-parameter takes effect.
enum class effect {
  fit,        ///< it changes what fitting computes, so another value needs another fit
  prediction  ///< it enters after fitting, so a fitted model can be given another value
};

/// What is known of one hyper-parameter beside its value.
struct setting {
  std::string_view name;     ///< unique within a method, except where two parts share one meaning (seed)
  std::string_view meaning;  ///< one line, with the unit where there is one
  std::string_view origin;   ///< where the default comes from
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  effect takes_effect = effect::fit;
  bool linear = false;      ///< the scores are an affine function of it, so a search over its values needs two score matrices
  bool over_scale = false;  ///< a temperature of cosines: default and searched values are for a logit scale of 100, else times 100 / scale
};

/// One hyper-parameter with its value, as listed by list_settings.
struct setting_value {
  setting about;
  double value = 0;
  bool whole = false;  ///< takes whole numbers only
};

namespace detail {
struct ignore_setting {
  template <class Member>
  void operator()(const setting&, Member&) const {}
};
}  // namespace detail

/// A params struct: an aggregate whose static `visit_settings(self, visitor)` calls `visitor(setting, member)` for every member, and hands
/// the visitor on to the params of its parts.
template <class Params>
concept has_settings = requires(Params& params) {
  Params::visit_settings(params, detail::ignore_setting{});
};

/// A params struct without members.
struct no_settings {
  template <class Self, class Visitor>
  static void visit_settings(Self&, Visitor&&) {}
};

/// All hyper-parameters of a params struct, in the order of its parts.
template <class Params>
requires has_settings<Params> std::vector<setting_value> list_settings(const Params& params) {
  std::vector<setting_value> out;
  Params::visit_settings(params, [&out](const setting& about, const auto& member) {
    for (const setting_value& earlier : out) {
      if (earlier.about.name == about.name) return;
    }
    out.push_back({about, static_cast<double>(member), !std::floating_point<std::remove_cvref_t<decltype(member)>>});
  });
  return out;
}

/// The number of single-character edits that turn one word into another.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substitution, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

/// The word of `known` nearest to `word`, for "did you mean"; empty where nothing is known. What follows the last dot of a name counts as
/// the name too: "epochs" is nearest to "first.epochs".
inline std::string nearest_name(std::string_view word, const std::vector<std::string>& known) {
  const auto distance = [word](std::string_view name) {
    return std::min(edit_distance(word, name), edit_distance(word, name.substr(name.rfind('.') + 1)));
  };
  const auto best = std::min_element(known.begin(), known.end(),
                                     [&distance](const std::string& a, const std::string& b) { return distance(a) < distance(b); });
  return best == known.end() ? std::string() : *best;
}

namespace detail {

inline std::string short_number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

inline std::string range_text(const setting& about) {
  const bool open_below = std::isinf(about.lowest);
  const bool open_above = std::isinf(about.highest);
  if (open_below && open_above) return "a finite number";
  if (open_above) return "a number >= " + short_number(about.lowest);
  return "a number in [" + short_number(about.lowest) + ", " + short_number(about.highest) + "]";
}

inline void check_setting(const std::string& where, const setting& about, double value, bool whole) {
  if (!math::is_finite(value) || value < about.lowest || value > about.highest) {
    throw value_error(expected_got(where, std::string(about.name), range_text(about), short_number(value)));
  }
  if (whole && value != std::floor(value)) {
    throw value_error(expected_got(where, std::string(about.name), "a whole number", short_number(value)));
  }
}

}  // namespace detail

/// Sets every hyper-parameter called `name`.
/// \param params the struct to change
/// \param name as listed by list_settings
/// \param value within the range of that setting
/// \param where for messages: the method or function
/// \throws value_error for an unknown name (with the nearest known one) or a value out of range; nothing is changed then
template <class Params>
requires has_settings<Params>
void set_setting(Params& params, std::string_view name, double value, const std::string& where = "fewclip::set_setting") {
  std::vector<std::string> known;
  for (const setting_value& each : list_settings(params)) {
    known.emplace_back(each.about.name);
    if (each.about.name == name) detail::check_setting(where, each.about, value, each.whole);
  }
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw value_error(where + ": no parameter '" + std::string(name) + "'; did you mean '" + nearest_name(name, known) + "'?");
  }
  Params::visit_settings(params, [&](const setting& about, auto& member) {
    if (about.name == name) member = static_cast<std::remove_cvref_t<decltype(member)>>(value);
  });
}

/// Checks every hyper-parameter against its range.
/// \throws value_error naming the first that lies outside
template <class Params>
requires has_settings<Params>
void require_valid_settings(const Params& params, const std::string& where) {
  Params::visit_settings(params, [&where](const setting& about, const auto& member) {
    detail::check_setting(where, about, static_cast<double>(member), false);
  });
}

}  // namespace fewclip
