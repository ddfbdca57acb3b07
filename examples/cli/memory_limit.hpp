#pragma once

// How much memory the control group of this process may use.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <istream>
#include <span>
#include <string>
#include <vector>

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

/// The files with the memory limits of the control groups of a process, innermost first.
/// `groups` are lines as those of /proc/self/cgroup: number, controllers, path.
inline std::vector<std::string> limit_files(std::istream& groups) {
  std::vector<std::string> out;
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(",memory,") == std::string::npos) continue;
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    for (;;) {
      out.push_back(unified ? "/sys/fs/cgroup" + path + "/memory.max" : "/sys/fs/cgroup/memory" + path + "/memory.limit_in_bytes");
      if (path.empty()) break;
      path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
  }
  return out;
}

}  // namespace program
