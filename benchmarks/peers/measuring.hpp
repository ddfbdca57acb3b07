#pragma once

// Peak memory and outputs of a job.

#include <sys/resource.h>

#include <fstream>
#include <string>

#include "fewclip/io/safetensors_writer.hpp"
#include "jobs.hpp"

namespace peers {

/// A line of this process's status, in MiB: "VmHWM:", the largest resident set so far, or "VmRSS:", the present one.
inline double resident_mib(const std::string& line) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == line && status >> word) return std::stod(word) / 1024;
  }
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

/// What reading and preparing the inputs took does not count, where the system lets the peak be forgotten.
inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

inline void write_outputs(const std::string& path, const matrices& outputs) {
  fewclip::io::safetensors_writer file;
  for (const auto& [name, values] : outputs) {
    std::size_t size = 1;
    for (const std::size_t extent : values.extents) size *= extent;
    file.add_as(name, fewclip::io::dtype::f32, values.extents, {values.data, size});
  }
  file.write(path);
}

}  // namespace peers
