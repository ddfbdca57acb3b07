#pragma once
/// \file
/// Text files, and JSON values in messages.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/whole_file.hpp"

namespace fewclip::io::detail {

/// The whole file as text, without a byte order mark. \throws io_error where it cannot be read, is no regular file or has more than `most_bytes`
inline std::string read_text_file(const std::string& path, std::size_t most_bytes = 1'000'000'000) {
  const auto bytes = read_whole_file(path, most_bytes);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

/// What a message calls a JSON value: its type, with the text or number where it is short.
inline std::string readable_value(const nlohmann::json& value) {
  if (value.is_string()) return "the text " + readable_name(value.get_ref<const std::string&>());
  if (value.is_number() || value.is_boolean()) return value.dump();
  if (value.is_array()) return "an array of " + std::to_string(value.size());
  return value.is_object() ? "an object" : "null";
}

}  // namespace fewclip::io::detail
