#pragma once
/// \file
/// Opening files that are meant to be regular, and reading a whole one where a memory map is not to be had.

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/system_text.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace fewclip::io::detail {

#if defined(__unix__) || defined(__APPLE__)

/// Opens a regular file for reading; a pipe, socket or device is refused without waiting for it. The caller closes the descriptor.
inline int open_regular(const std::string& path, std::size_t* size = nullptr) {
  int descriptor = -1;
  do {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer before it can be refused.
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (descriptor < 0 && errno == EINTR);
  // A socket cannot be opened at all.
  if (descriptor < 0 && errno == ENXIO) throw io_error(expected_got(path, "kind", "a regular file", "a pipe, socket or device"));
  if (descriptor < 0) throw system_failure(path, "open");
  struct stat status {};
  try {
    if (::fstat(descriptor, &status) != 0) throw system_failure(path, "fstat");
    if (S_ISDIR(status.st_mode)) throw io_error(expected_got(path, "kind", "a file", "a directory"));
    if (!S_ISREG(status.st_mode)) throw io_error(expected_got(path, "kind", "a regular file", "a pipe, socket or device"));
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  if (size != nullptr) *size = static_cast<std::size_t>(status.st_size);
  return descriptor;
}

#endif

struct close_stream {
  void operator()(std::FILE* stream) const { static_cast<void>(std::fclose(stream)); }
};

/// A stream on a regular file.
inline std::unique_ptr<std::FILE, close_stream> open_stream(const std::string& path) {
#if defined(__unix__) || defined(__APPLE__)
  const int descriptor = open_regular(path);
  std::unique_ptr<std::FILE, close_stream> stream(::fdopen(descriptor, "rb"));
  if (!stream) {
    const io_error failure = system_failure(path, "open");
    ::close(descriptor);
    throw failure;
  }
#else
  std::unique_ptr<std::FILE, close_stream> stream(std::fopen(path.c_str(), "rb"));
  if (!stream) throw system_failure(path, "open");
#endif
  return stream;
}

/// \throws io_error for a pointer of Git LFS; larger files are not touched
inline void refuse_lfs_pointer(const std::string& path, std::span<const std::byte> bytes) {
  constexpr std::string_view first = "version https://git-lfs.github.com/spec/";
  if (bytes.size() < first.size() || bytes.size() > 1024) return;
  if (std::memcmp(bytes.data(), first.data(), first.size()) != 0) return;
  throw io_error(expected_got(path, "content", "the file itself", "a pointer of Git LFS (`git lfs pull` fetches the file)"));
}

/// The bytes of a regular file, at most `most_bytes`. Memory grows with what is actually there, never with what a file claims.
inline std::vector<std::byte> read_whole_file(const std::string& path, std::size_t most_bytes = std::numeric_limits<std::size_t>::max()) {
  const auto stream = open_stream(path);
  std::vector<std::byte> bytes;
  std::vector<std::byte> block(std::size_t{1} << 16);
  for (;;) {
    const std::size_t got = std::fread(block.data(), 1, block.size(), stream.get());
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(got));
    if (bytes.size() > most_bytes) throw io_error(expected_got(path, "size", "at most " + std::to_string(most_bytes) + " bytes", "more"));
    if (got < block.size()) break;
  }
  if (std::ferror(stream.get()) != 0) throw system_failure(path, "read");
  refuse_lfs_pointer(path, bytes);
  return bytes;
}

}  // namespace fewclip::io::detail
