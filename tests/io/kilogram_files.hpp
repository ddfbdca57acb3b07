#pragma once
/// The packed files of KiloGram in the test data.

#include <zlib.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "shared_data.hpp"

namespace shared_data {

/// The content of a gzip file in the folder kilogram.
inline std::string unpacked(const std::string& name) {
  const std::string path = shared_data::folder() + "/kilogram/" + name;
  gzFile file = gzopen(path.c_str(), "rb");
  BOOST_REQUIRE_MESSAGE(file != nullptr, path);
  std::string out;
  std::vector<char> part(1 << 16);
  for (int got = 0; (got = gzread(file, part.data(), static_cast<unsigned>(part.size()))) > 0;)
    out.append(part.data(), static_cast<std::size_t>(got));
  gzclose(file);
  return out;
}

/// The files of a tar archive by their name without folders.
inline std::map<std::string, std::string> files_in(const std::string& tar, const std::string& suffix) {
  std::map<std::string, std::string> out;
  for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
    const std::string path(tar.c_str() + at);
    const std::size_t size = std::strtoul(tar.c_str() + at + 124, nullptr, 8);
    const std::string name = path.substr(path.find_last_of('/') + 1);
    if (path.ends_with(suffix) && !name.starts_with(".")) out[name] = tar.substr(at + 512, size);
    at += 512 + (size + 511) / 512 * 512;
  }
  return out;
}

/// For `*boost::unit_test::precondition(shared_data::has_kilogram)`.
inline boost::test_tools::assertion_result has_kilogram(boost::unit_test::test_unit_id) {
  return needs(folder() + "/kilogram", "kilogram folder in the test data");
}

}  // namespace shared_data
