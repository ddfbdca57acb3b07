#pragma once
/// \file
/// Reading a whole file with the C library only, where a memory map is not to be had.

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "fewclip/io/detail/system_text.hpp"

namespace fewclip::io::detail {

struct close_stream {
  void operator()(std::FILE* stream) const { static_cast<void>(std::fclose(stream)); }
};

/// The bytes of a file. Memory grows with what is actually there, never with what a file claims.
inline std::vector<std::byte> read_whole_file(const std::string& path) {
  const std::unique_ptr<std::FILE, close_stream> stream(std::fopen(path.c_str(), "rb"));
  if (!stream) throw system_failure(path, "open");
  std::vector<std::byte> bytes;
  std::vector<std::byte> block(std::size_t{1} << 16);
  for (;;) {
    const std::size_t got = std::fread(block.data(), 1, block.size(), stream.get());
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(got));
    if (got < block.size()) break;
  }
  if (std::ferror(stream.get()) != 0) throw system_failure(path, "read");
  return bytes;
}

}  // namespace fewclip::io::detail
