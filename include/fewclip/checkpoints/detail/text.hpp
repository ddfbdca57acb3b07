#pragma once
/// \file
/// Names and lists in messages about checkpoints.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/readable_text.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::checkpoints::detail {

/// The name, at most 120 bytes of it, as readable_text shows it: names come from files that anybody may have written.
inline std::string readable(std::string_view name) { return readable_text(name, 120); }

/// The first `most` entries separated by `separator`, then how many are left out.
inline std::string joined(const std::vector<std::string>& entries, const char* separator, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < entries.size() && i < most; ++i) out += (i == 0 ? "" : separator) + entries[i];
  if (entries.size() > most) out += separator + ("and " + std::to_string(entries.size() - most) + " more");
  return out;
}

/// "[3, 512]"
inline std::string text_of(const std::vector<std::size_t>& extents) {
  std::string out = "[";
  for (std::size_t d = 0; d < extents.size(); ++d) out += (d == 0 ? "" : ", ") + std::to_string(extents[d]);
  return out + "]";
}

/// Whether a file's extents are these.
inline bool equal(const std::vector<std::size_t>& stored, const shape& wanted) {
  if (static_cast<index>(stored.size()) != wanted.rank()) return false;
  for (index d = 0; d < wanted.rank(); ++d) {
    if (stored[static_cast<std::size_t>(d)] != static_cast<std::size_t>(wanted[d])) return false;
  }
  return true;
}

/// The number that starts `rest`, as text; empty where there is none.
inline std::string_view leading_digits(std::string_view rest) {
  std::size_t count = 0;
  while (count < rest.size() && rest[count] >= '0' && rest[count] <= '9') ++count;
  return rest.substr(0, count);
}

}  // namespace fewclip::checkpoints::detail
