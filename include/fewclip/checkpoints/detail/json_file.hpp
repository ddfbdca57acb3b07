#pragma once
/// \file
/// A JSON file that somebody else wrote.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

#include "fewclip/core/error.hpp"
#include "fewclip/io/json.hpp"

namespace fewclip::checkpoints::detail {

/// Whether there is a regular file, or a link to one, of that name.
inline bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

/// The content of a JSON file whose outermost value is an object.
/// \throws io_error as io::read_json, and where it is no object
inline nlohmann::json read_json_object(const std::string& path) {
  nlohmann::json out = io::read_json(path);
  if (!out.is_object()) throw io_error(expected_got(path, "content", "a JSON object", std::string("a JSON ") + out.type_name()));
  return out;
}

}  // namespace fewclip::checkpoints::detail
