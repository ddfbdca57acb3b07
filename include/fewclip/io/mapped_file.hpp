#pragma once
/// \file
/// A file as read-only memory.

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/whole_file.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace fewclip::io {

/// The bytes of a regular file, mapped read-only and private; a page is read when it is first touched.
///
/// Where memory maps do not exist (outside POSIX) or the file system refuses one, the file is read into memory instead.
/// The descriptor stays open as long as the object lives, so a file that is replaced by rename or deleted remains readable.
/// A file that another process shortens in place meanwhile is not guarded against: touching the lost pages ends the process.
/// Movable, not copyable; spans from bytes() stay valid when the object is moved.
class mapped_file {
 public:
  /// Nothing: no path, no bytes.
  mapped_file() = default;

  /// \param path a regular file; an empty one gives an empty span
  /// \throws io_error with the path and the system's reason where the file cannot be opened, is a directory or is no regular file, and for a
  /// pointer of Git LFS, which stands in the place of a file that was not fetched
  explicit mapped_file(std::string path) : path_(std::move(path)) {
    try {
      open();
      detail::refuse_lfs_pointer(path_, bytes());
    } catch (...) {
      close();
      throw;
    }
  }

  /// Takes the file over; `other` is left with nothing.
  mapped_file(mapped_file&& other) noexcept { swap(other); }
  /// Takes the file over; `other` is left with nothing.
  mapped_file& operator=(mapped_file&& other) noexcept {
    mapped_file(std::move(other)).swap(*this);
    return *this;
  }
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file() { close(); }

  /// The content; valid as long as this object or the one it was moved into lives.
  std::span<const std::byte> bytes() const {
    return address_ != nullptr ? std::span(static_cast<const std::byte*>(address_), size_) : std::span(buffer_.data(), buffer_.size());
  }

  /// The path as given.
  const std::string& path() const { return path_; }

  /// Whether the bytes are a memory map; false where they were read into memory, and for an empty file.
  bool is_mapped() const { return address_ != nullptr; }

  /// Lets the system drop the pages that are in memory. The content stays readable: a page is read again when it is next touched.
  /// Nothing happens where the bytes are no memory map.
  void release_pages() const noexcept {
#if defined(__unix__) || defined(__APPLE__)
    if (address_ != nullptr) static_cast<void>(::madvise(address_, size_, MADV_DONTNEED));
#endif
  }

  /// Exchanges two files.
  void swap(mapped_file& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(buffer_, other.buffer_);
    std::swap(address_, other.address_);
    std::swap(size_, other.size_);
    std::swap(descriptor_, other.descriptor_);
  }

 private:
#if defined(__unix__) || defined(__APPLE__)
  void open() {
    descriptor_ = detail::open_regular(path_, &size_);
    if (size_ == 0) return;
    void* const address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (address == MAP_FAILED) {
      buffer_ = detail::read_whole_file(path_);
    } else {
      address_ = address;
    }
  }

  void close() noexcept {
    if (address_ != nullptr) ::munmap(address_, size_);
    if (descriptor_ >= 0) ::close(descriptor_);
    address_ = nullptr;
    descriptor_ = -1;
  }
#else
  void open() { buffer_ = detail::read_whole_file(path_); }
  void close() noexcept {}
#endif

  std::string path_;
  std::vector<std::byte> buffer_;
  void* address_ = nullptr;
  std::size_t size_ = 0;
  int descriptor_ = -1;
};

}  // namespace fewclip::io
