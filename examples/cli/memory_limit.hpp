#pragma once

// How much memory the control group of this process may use.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>

namespace program {

/// The least of `bytes` and the numbers that the files begin with. A file that is absent or begins with no number, such as "max", sets no limit.
inline std::uint64_t limited_by(std::uint64_t bytes, std::span<const std::string> files) {
  for (const std::string& path : files) {
    std::ifstream file(path);
    std::string text;
    std::uint64_t limit = 0;
    if (!(file >> text)) continue;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size()) bytes = std::min(bytes, limit);
  }
  return bytes;
}

}  // namespace program
