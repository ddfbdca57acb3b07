#pragma once
/// The byte-exact files of safetensors_cases.tsv.

#include <cstddef>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace safetensors_cases {

struct one_case {
  std::string name;
  std::string expected;  // "ok" or the rule that is broken
  std::string file;      // the bytes
};

inline std::vector<one_case> read() {
  std::ifstream in(FEWCLIP_TEST_SOURCE_DIR "/io/safetensors_cases.tsv");
  if (!in) throw std::runtime_error("cannot read " FEWCLIP_TEST_SOURCE_DIR "/io/safetensors_cases.tsv");
  std::vector<one_case> out;
  std::string line;
  std::getline(in, line);  // the heading
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    one_case next;
    std::string hex;
    std::getline(fields, next.name, '\t');
    std::getline(fields, next.expected, '\t');
    std::getline(fields, hex, '\t');
    for (std::size_t i = 0; hex != "-" && i + 1 < hex.size(); i += 2)
      next.file += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    out.push_back(next);
  }
  return out;
}

}  // namespace safetensors_cases
