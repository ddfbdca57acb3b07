#pragma once
/// \file
/// Typed access to the fields of a configuration file, and the fields that change what a model computes.

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/checkpoints/detail/json_file.hpp"
#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::checkpoints::detail {

/// One object of a configuration. A field that is absent or null has its default; what is asked for is remembered, so that what nobody asks for
/// can be refused or reported.
class fields {
 public:
  fields(std::string file, nlohmann::json object, std::string prefix = "")
      : file_(std::move(file)), object_(std::move(object)), prefix_(std::move(prefix)) {}

  /// Whether the field is there and not null.
  bool has(const char* name) const {
    asked_.insert(name);
    return object_.contains(name) && !object_[name].is_null();
  }

  bool is_list(const char* name) const { return has(name) && object_[name].is_array(); }

  /// The object of that name; an empty one where it is absent.
  fields object(const char* name) const {
    if (!has(name)) return fields(file_, nlohmann::json::object(), prefix_ + name + ".");
    if (!object_[name].is_object()) throw refusal(name, "an object");
    return fields(file_, object_[name], prefix_ + name + ".");
  }

  /// The object of that name with the values of another one written over it.
  fields merged(const char* name, const char* winner) const {
    fields out = object(name);
    const fields over = object(winner);
    for (const auto& [key, value] : over.object_.items()) out.object_[key] = value;
    return out;
  }

  std::optional<index> size(const char* name) const {
    if (!has(name)) return std::nullopt;
    // A square image may be given as [224, 224].
    nlohmann::json value = object_[name];
    if (value.is_array() && value.size() == 2 && value[0] == value[1]) value = nlohmann::json(value[0]);
    if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() > 1e9) throw refusal(name, "an integer from 0 to 1e9");
    return value.get<index>();
  }

  double number(const char* name, double otherwise) const {
    if (!has(name)) return otherwise;
    if (!object_[name].is_number()) throw refusal(name, "a number");
    return object_[name].get<double>();
  }

  bool flag(const char* name, bool otherwise) const {
    if (!has(name)) return otherwise;
    if (!object_[name].is_boolean()) throw refusal(name, "true or false");
    return object_[name].get<bool>();
  }

  std::string text(const char* name, const char* otherwise) const {
    if (!has(name)) return otherwise;
    if (!object_[name].is_string()) throw refusal(name, "a text");
    return object_[name].get<std::string>();
  }

  encoders::activation activation(const char* name, const char* otherwise) const {
    const std::string value = text(name, otherwise);
    if (value == "quick_gelu") return encoders::activation::quick_gelu;
    if (value == "gelu") return encoders::activation::gelu;
    throw refusal(name, "\"quick_gelu\" or \"gelu\"");
  }

  /// The epsilon of an object that may hold nothing else.
  double norm_epsilon(const char* name) const {
    if (!has(name)) return 1e-5;
    const fields norm = object(name);
    for (const auto& [key, value] : norm.object_.items()) {
      if (key != "eps") throw refusal(name, "an object with eps only");
    }
    return norm.number("eps", 1e-5);
  }

  /// Refuses a field that is there with a value that is none of `accepted`.
  void require(const char* name, const std::vector<nlohmann::json>& accepted) const {
    if (!has(name)) return;
    std::vector<std::string> texts;
    for (const nlohmann::json& value : accepted) {
      if (object_[name] == value) return;
      texts.push_back(value.dump());
    }
    throw refusal(name, (texts.empty() ? "no value" : joined(texts, " or ", 5)) + " (another value changes what the model computes)");
  }

  /// Names of fields that say something and were neither asked for nor are known to be inert. Fields that are null, false or empty say nothing.
  std::vector<std::string> unknown(const std::vector<const char*>& inert) const {
    std::vector<std::string> out;
    for (const auto& [name, value] : object_.items()) {
      const std::string& key = name;  // a structured binding cannot be captured
      const bool says_nothing = value.is_null() || value == false || (value.is_structured() && value.empty()) || value == "";
      const bool is_inert = std::any_of(inert.begin(), inert.end(), [&](const char* each) { return key == each; });
      if (!says_nothing && !is_inert && asked_.count(key) == 0) out.push_back(prefix_ + key);
    }
    return out;
  }

  /// Whether nobody asked for a field.
  bool is_unknown(const std::string& name) const { return asked_.count(name) == 0; }

  /// The texts in a list; none where it is absent.
  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> out;
    if (!has(name)) return out;
    if (!object_[name].is_array()) throw refusal(name, "a list of texts");
    for (const auto& each : object_[name]) {
      if (!each.is_string()) throw refusal(name, "a list of texts");
      out.push_back(each.get<std::string>());
    }
    return out;
  }

  /// Refuses the first unknown field.
  void refuse_unknown(const std::vector<const char*>& inert, const char* known) const {
    const std::vector<std::string> names = unknown(inert);
    if (names.empty()) return;
    const auto& value = object_[names[0].substr(prefix_.size())];
    throw io_error(expected_got(file_, readable(names[0]), std::string("none but the fields of ") + known + " that are known here",
                                readable(value.dump(-1, ' ', true))));
  }

  /// Refuses the name of a tokenizer unless its vocabulary is as large as CLIP's, the one kind that is read; which files lie beside the
  /// weights is not known here.
  /// \param name the field of the tokenizer
  /// \param size the field of the number of tokens; CLIP's where it is absent
  void require_clip_tokenizer(const char* name, const char* size) const {
    constexpr index of_clip = 49408;
    if (!has(name) || text(name, "").empty()) return;
    const index tokens = this->size(size).value_or(of_clip);
    if (tokens == of_clip) return;
    throw io_error(expected_got(file_, prefix_ + name,
                                "none, or one of " + std::to_string(of_clip) + " tokens as CLIP's (other tokenizers are not read)",
                                readable(object_[name].dump(-1, ' ', true)) + " with " + std::to_string(tokens)));
  }

 private:
  io_error refusal(const char* name, const std::string& expected) const {
    return io_error(expected_got(file_, prefix_ + name, expected, readable(object_[name].dump(-1, ' ', true))));
  }

  std::string file_;
  nlohmann::json object_;
  std::string prefix_;
  mutable std::set<std::string, std::less<>> asked_;
};

}  // namespace fewclip::checkpoints::detail
