#pragma once
/// \file
/// JSON files, with messages that say where they are wrong.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/whole_file.hpp"

namespace fewclip::io::detail {

/// The whole file as text, without a byte order mark.
inline std::string read_text_file(const std::string& path) {
  const auto bytes = read_whole_file(path);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

/// The value that the file holds. \throws io_error where it cannot be read or is not JSON, naming the byte
inline nlohmann::json read_json_file(const std::string& path) {
  const std::string text = read_text_file(path);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& failure) {
    throw io_error(expected_got(path, "content", "JSON", "malformed JSON at byte " + std::to_string(failure.byte)));
  }
}

/// What a message calls a JSON value: its type, with the text or number where it is short.
inline std::string readable_value(const nlohmann::json& value) {
  if (value.is_string()) return "the text " + readable_name(value.get_ref<const std::string&>());
  if (value.is_number() || value.is_boolean()) return value.dump();
  if (value.is_array()) return "an array of " + std::to_string(value.size());
  return value.is_object() ? "an object" : "null";
}

}  // namespace fewclip::io::detail
