#pragma once
/// \file
/// Texts, counts, lists and maps in the metadata of a safetensors file.

#include <charconv>
#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/json.hpp"
#include "fewclip/io/safetensors.hpp"

namespace fewclip::io::detail {

/// Reads one entry of the metadata after the other; io_errors name file and entry.
class header_texts_reader {
 public:
  explicit header_texts_reader(const safetensors_file& file) : file_(file) {}

  [[noreturn]] void refuse_text(const std::string& key, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(file_.path(), "metadata `" + key + "`", expected, got));
  }

  const std::string& text(const std::string& key) const {
    const auto found = file_.metadata().find(key);
    if (found == file_.metadata().end()) refuse_text(key, "an entry", "none");
    return found->second;
  }

  /// The mark of a kind of file.
  void require_version(const std::string& key, const std::string& version) const {
    const auto found = file_.metadata().find(key);
    if (found == file_.metadata().end()) refuse_text(key, "version " + version + " of this kind of file", "a file of another kind");
    if (found->second != version) refuse_text(key, "version " + version, readable_name(found->second));
  }

  /// A number of at least 1.
  std::size_t count(const std::string& key) const {
    const std::string& digits = text(key);
    std::size_t out = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (failure != std::errc() || end != digits.data() + digits.size() || out < 1) {
      refuse_text(key, "a whole number of at least 1", readable_name(digits));
    }
    return out;
  }

  std::vector<std::string> list(const std::string& key) const {
    const nlohmann::json found = json(key);
    if (!found.is_array()) refuse_text(key, "a JSON array of texts", readable_value(found));
    std::vector<std::string> out;
    for (const nlohmann::json& each : found) {
      if (!each.is_string()) refuse_text(key + "`, entry `" + std::to_string(out.size()), "a text", readable_value(each));
      out.push_back(each.get<std::string>());
    }
    return out;
  }

  std::map<std::string, std::string, std::less<>> map(const std::string& key) const {
    const nlohmann::json found = json(key);
    if (!found.is_object()) refuse_text(key, "a JSON object of texts", readable_value(found));
    std::map<std::string, std::string, std::less<>> out;
    for (const auto& [name, each] : found.items()) {
      if (!each.is_string()) refuse_text(key + "`, entry `" + readable_text(name, 80), "a text", readable_value(each));
      out.emplace(name, each.get<std::string>());
    }
    return out;
  }

 private:
  nlohmann::json json(const std::string& key) const { return parse_json(text(key), file_.path(), "metadata `" + key + "`"); }

  const safetensors_file& file_;
};

/// The value as JSON. \throws io_error for texts that are not UTF-8
template <class Value>
std::string json_text(const Value& value, const std::string& path, const std::string& key) {
  try {
    return nlohmann::json(value).dump();
  } catch (const nlohmann::json::type_error&) {
    throw io_error(expected_got(path, "metadata `" + key + "`", "UTF-8", "other bytes"));
  }
}

}  // namespace fewclip::io::detail
