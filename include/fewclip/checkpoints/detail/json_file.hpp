#pragma once
/// \file
/// A JSON file that somebody else wrote.

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/io/mapped_file.hpp"

namespace fewclip::checkpoints::detail {

/// Whether there is a regular file, or a link to one, of that name.
inline bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

/// The content of a JSON file whose outermost value is an object.
/// \throws io_error where the file cannot be read, is larger than 64 MB, is not JSON, nests deeper than 32, has a key twice in one object,
/// or is no object
inline nlohmann::json read_json_object(const std::string& path) {
  constexpr std::size_t most_bytes = 64'000'000;
  const io::mapped_file file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > most_bytes) {
    throw io_error(expected_got(path, "size", "at most 64000000 bytes", std::to_string(bytes.size())));
  }
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using kind = nlohmann::json::parse_event_t;
    if (depth > 32) throw io_error(expected_got(path, "nesting", "at most 32 levels", "more"));
    if (event == kind::object_start) keys.emplace_back();
    if (event == kind::object_end) keys.pop_back();
    if (event == kind::key && !keys.back().insert(value.get<std::string>()).second) {
      throw io_error(expected_got(path, "key \"" + readable(value.get<std::string>()) + "\"", "once in its object", "twice"));
    }
    return true;
  };
  const auto* const first = reinterpret_cast<const char*>(bytes.data());
  nlohmann::json out;
  try {
    out = nlohmann::json::parse(first, first + bytes.size(), watch);
  } catch (const nlohmann::json::exception& failure) {
    throw io_error(expected_got(path, "content", "JSON", "text that is not: " + readable(failure.what())));
  }
  if (!out.is_object()) throw io_error(expected_got(path, "content", "a JSON object", std::string("a JSON ") + out.type_name()));
  return out;
}

}  // namespace fewclip::checkpoints::detail
