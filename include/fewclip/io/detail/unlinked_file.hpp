#pragma once
/// \file
/// A file without a name, written once and then mapped.

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/system_text.hpp"
#include "fewclip/io/detail/temporary_file.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace fewclip::io::detail {

#if defined(__unix__) || defined(__APPLE__)

/// Created in a folder and unlinked at once: the system frees it with the last descriptor, however the process ends.
class unlinked_file {
 public:
  static constexpr bool available = true;

  unlinked_file() = default;
  explicit unlinked_file(const std::string& folder) : folder_(folder) {
    std::string path;
    do {
      path = folder + "/.fewclip-" + std::to_string(::getpid()) + "-" + std::to_string(next_temporary_number()) + ".rows";
      descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    } while (descriptor_ < 0 && (errno == EEXIST || errno == EINTR));
    if (descriptor_ < 0) throw system_failure(folder, "creating a temporary file in it");
    if (::unlink(path.c_str()) != 0) {
      const io_error failure = system_failure(path, "unlink");
      ::close(descriptor_);
      throw failure;
    }
  }
  unlinked_file(unlinked_file&& other) noexcept { swap(other); }
  unlinked_file& operator=(unlinked_file&& other) noexcept {
    unlinked_file(std::move(other)).swap(*this);
    return *this;
  }
  unlinked_file(const unlinked_file&) = delete;
  unlinked_file& operator=(const unlinked_file&) = delete;
  ~unlinked_file() {
    if (address_ != nullptr) ::munmap(address_, size_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  bool open() const { return descriptor_ >= 0; }

  void append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      constexpr std::size_t most = std::size_t{1} << 30;
      const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size() < most ? bytes.size() : most, static_cast<off_t>(size_));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw system_failure(folder_, "writing a temporary file in it");
      size_ += static_cast<std::size_t>(written);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  /// Maps what was written, read-only. An empty file is not mapped.
  void map() {
    if (size_ == 0) return;
    void* const address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (address == MAP_FAILED) throw system_failure(folder_, "mapping a temporary file in it");
    address_ = address;
  }

  const void* data() const { return address_; }

  void swap(unlinked_file& other) noexcept {
    std::swap(folder_, other.folder_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(address_, other.address_);
    std::swap(size_, other.size_);
  }

 private:
  std::string folder_;
  int descriptor_ = -1;
  void* address_ = nullptr;
  std::size_t size_ = 0;
};

#else

/// Not to be had outside POSIX.
class unlinked_file {
 public:
  static constexpr bool available = false;
  unlinked_file() = default;
  explicit unlinked_file(const std::string&) {}
  bool open() const { return false; }
  void append(std::span<const std::byte>) {}
  void map() {}
  const void* data() const { return nullptr; }
};

#endif

}  // namespace fewclip::io::detail
