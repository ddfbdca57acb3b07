#pragma once

// A hyper-parameter as the command line gives it: method.parameter=value.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fewclip/core/error.hpp>
#include <fewclip/core/settings.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "task.hpp"

namespace program {

/// One hyper-parameter of one method.
struct given_setting {
  std::string method;
  std::string name;
  double value = 0;
};

/// Takes `method.parameter=value` apart, and checks it. Throws usage_error for another form, an unknown method or parameter (with the nearest name),
/// what is no finite number, and a value out of range.
inline given_setting read_setting(const std::string& given, const engine& methods) {
  const std::size_t dot = given.find('.');
  const std::size_t equals = given.find('=');
  if (dot == std::string::npos || equals == std::string::npos || dot > equals) {
    throw usage_error("--set: expected method.parameter=value, got '" + given + "'");
  }
  given_setting out{given.substr(0, dot), given.substr(dot + 1, equals - dot - 1)};
  const std::string text = given.substr(equals + 1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size() || !std::isfinite(out.value)) {
    throw usage_error("--set " + given + ": expected a number after '=', got '" + text + "'");
  }
  std::vector<std::string> known;
  for (const auto& each : methods.methods()) known.push_back(each.name);
  if (std::find(known.begin(), known.end(), out.method) == known.end()) {
    throw usage_error("--set: no method '" + out.method + "'; did you mean '" + fewclip::nearest_name(out.method, known) + "'?");
  }
  try {
    methods.check(out.method, {{out.name, out.value}});
  } catch (const fewclip::value_error& problem_found) {
    throw usage_error(std::string("--set: ") + problem_found.what());
  }
  return out;
}

}  // namespace program
