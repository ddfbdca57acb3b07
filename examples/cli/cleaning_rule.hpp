#pragma once

// The rule by which texts are cleaned, by its name: the user's, or that of a file.

#include <fewclip/core/error.hpp>
#include <fewclip/core/readable_text.hpp>
#include <fewclip/tokenizer/cleaning.hpp>
#include <optional>
#include <string>

#include "task.hpp"

namespace program {

constexpr const char* cleaning_rules = "openai, transformers, whitespace, canonicalize or none";

/// The rule of --cleaning; nothing where the user gave none. Throws usage_error for another name.
inline std::optional<fewclip::tokenizer::cleaning> given_cleaning(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto found = fewclip::tokenizer::cleaning_named(name);
  if (!found) throw usage_error(std::string("--cleaning: expected ") + cleaning_rules + ", got '" + name + "'");
  return found;
}

/// The name of a rule that a file records as `text_cleaning`; empty where it records none.
/// Throws fewclip::io_error for another name, of a newer version or of none.
inline std::string recorded_cleaning(const std::string& name, const std::string& path) {
  if (name.empty() || fewclip::tokenizer::cleaning_named(name)) return name;
  throw fewclip::io_error(fewclip::expected_got(path, "fact `text_cleaning` of its origin", cleaning_rules,
                                                fewclip::readable_name(name) + "; --cleaning chooses one"));
}

}  // namespace program
