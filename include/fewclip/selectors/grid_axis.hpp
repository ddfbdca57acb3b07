#pragma once
/// \file
/// The values of one hyper-parameter that a search compares.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::selectors {

/// The values of one hyper-parameter that a search compares, in the order in which it looks at them.
struct grid_axis {
  std::string name;            ///< a setting, as listed by list_settings
  std::vector<double> values;  ///< at least one
};

/// The arithmetic grid of the Tip-Adapter family's code: value_i = first + i * (end - first) / steps for 0 <= i < steps; `end` is never
/// reached.
/// \param name a setting
/// \param first the first value
/// \param end where the next value after the last would be
/// \param steps number of values, at least 1
/// \throws value_error for less than one step
inline grid_axis arithmetic_axis(std::string name, double first, double end, index steps) {
  if (steps < 1) throw value_error(expected_got("fewclip::selectors::arithmetic_axis", "steps", "at least 1", std::to_string(steps)));
  grid_axis out{std::move(name), {}};
  for (index i = 0; i < steps; ++i) out.values.push_back(first + static_cast<double>(i) * (end - first) / static_cast<double>(steps));
  return out;
}

/// Values in equal ratios from `first` to `last`, both included.
/// \param name a setting
/// \param first the first value, above 0
/// \param last the last value, above 0
/// \param count number of values, at least 2
/// \throws value_error for values that are not above 0, or fewer than two of them
inline grid_axis geometric_axis(std::string name, double first, double last, index count) {
  const std::string where = "fewclip::selectors::geometric_axis";
  if (!(first > 0) || !(last > 0)) {
    throw value_error(expected_got(where, "ends", "numbers above 0", std::to_string(first) + " and " + std::to_string(last)));
  }
  if (count < 2) throw value_error(expected_got(where, "count", "at least 2", std::to_string(count)));
  grid_axis out{std::move(name), {}};
  for (index i = 0; i < count; ++i) {
    out.values.push_back(first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  out.values.back() = last;
  return out;
}

}  // namespace fewclip::selectors
