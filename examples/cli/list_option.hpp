#pragma once

// Values that must be there: of all options, and every element of a list such as "1,2,4".

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "task.hpp"

namespace program {

/// Throws usage_error for an argument without a character, which a variable without a value leaves.
inline void require_values(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    if (*arguments[i] != '\0') continue;
    const std::string before = arguments[i - 1];
    throw usage_error((before.starts_with("-") ? before : "argument " + std::to_string(i)) + ": expected a value, got an empty text");
  }
}

/// The elements of "a,b". Throws usage_error for an empty one, and where a number is wanted for one that is none.
template <class T>
std::vector<T> list_elements(const std::string& option, std::string_view text) {
  constexpr bool numbers = std::is_same_v<T, std::int64_t>;
  std::vector<T> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view element = text.substr(begin, end - begin);
    begin = end + 1;
    T value{};
    bool valid = !element.empty();
    if constexpr (numbers) {
      const auto read = std::from_chars(element.data(), element.data() + element.size(), value);
      valid = valid && read.ec == std::errc() && read.ptr == element.data() + element.size();
    } else {
      value = element;
    }
    if (!valid) {
      throw usage_error(option + ": expected " + (numbers ? "whole numbers" : "names") + " separated by commas, got " +
                        (element.empty() ? "an empty one in '" : "'") + std::string(element.empty() ? text : element) + "'");
    }
    out.push_back(std::move(value));
  }
  return out;
}

/// Adds an option with a list of texts or numbers; its values before are the default.
template <class T>
CLI::Option* add_list(CLI::App* command, const std::string& name, std::vector<T>& values, const std::string& about) {
  std::string shown;
  for (const T& each : values) {
    shown += shown.empty() ? "" : ",";
    if constexpr (std::is_same_v<T, std::string>) {
      shown += each;
    } else {
      shown += std::to_string(each);
    }
  }
  const auto take = [name, &values](const std::vector<std::string>& given) {
    values.clear();
    for (const std::string& text : given) {
      for (T& each : list_elements<T>(name, text)) values.push_back(std::move(each));
    }
  };
  return command->add_option_function<std::vector<std::string>>(name, take, about)->default_str(shown);
}

}  // namespace program
