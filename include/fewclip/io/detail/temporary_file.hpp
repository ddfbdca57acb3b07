#pragma once
/// \file
/// The system calls behind atomic_file.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/system_text.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#else
#include <filesystem>
#endif

namespace fewclip::io::detail {

/// A number that no other call in this process gets.
inline unsigned long next_temporary_number() {
  static std::atomic<unsigned long> count{0};
  return count++;
}

/// The directory part of a path with its final slash; "./" where there is none.
inline std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

#if defined(__unix__) || defined(__APPLE__)

/// Where a chain of symbolic links ends, whether or not something is there. The path itself where it is no link, or the chain has no end.
inline std::string link_target_of(const std::string& path) {
  std::string at = path;
  for (int followed = 0; followed < 40; ++followed) {
    std::array<char, 4096> text{};
    const ssize_t size = ::readlink(at.c_str(), text.data(), text.size());
    if (size <= 0 || static_cast<std::size_t>(size) == text.size()) return at;
    const std::string target(text.data(), static_cast<std::size_t>(size));
    at = target.front() == '/' ? target : directory_of(at) + target;
  }
  return path;
}

/// Whether a path names an open file, and not another one or none by now.
inline bool names_file(const std::string& path, int descriptor) {
  struct stat open {};
  struct stat named {};
  return ::fstat(descriptor, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

/// Removes a temporary file of atomic_file that has been left behind: its name is one of those, it is a regular file and no link, of this user, and
/// nobody writes it, which whoever does holds locked. Holds it locked itself until it is gone, so that whoever has just made it notices.
/// \returns whether it did
inline bool remove_abandoned(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  constexpr std::string_view start = ".fewclip-";
  constexpr std::string_view end = ".tmp";
  if (name.size() <= start.size() + end.size() || !name.starts_with(start) || !name.ends_with(end)) return false;
  const std::string numbers = name.substr(start.size(), name.size() - start.size() - end.size());
  if (numbers.find_first_not_of("0123456789-") != std::string::npos || std::count(numbers.begin(), numbers.end(), '-') != 1) return false;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  struct stat status {};
  const bool own = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1 && status.st_uid == ::geteuid();
  const bool free = own && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && names_file(path, descriptor);
  const bool removed = free && ::unlink(path.c_str()) == 0;
  ::close(descriptor);
  return removed;
}

class temporary_file {
 public:
  explicit temporary_file(const std::string& path) : shown_(path), target_(path) {
    if (path.empty()) throw io_error(expected_got("fewclip::io::atomic_file", "path", "a file name", "an empty text"));
    const mode_t mode = inspect_target();
    create(mode);
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { discard(); }

  void write(std::span<const std::byte> bytes) {
    if (descriptor_ < 0) throw io_error(expected_got(shown_, "write", "a file not yet committed", "a committed or failed one"));
    while (!bytes.empty()) {
      constexpr std::size_t most = std::size_t{1} << 30;  // single writes above 2 GiB are cut by the system
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size() < most ? bytes.size() : most);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write");
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void write_at(std::size_t offset, std::span<const std::byte> bytes) {
    if (descriptor_ < 0) throw io_error(expected_got(shown_, "write", "a file not yet committed", "a committed or failed one"));
    while (!bytes.empty()) {
      constexpr std::size_t most = std::size_t{1} << 30;
      const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size() < most ? bytes.size() : most, static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write");
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      offset += static_cast<std::size_t>(written);
    }
  }

  void commit() {
    if (descriptor_ < 0) throw io_error(expected_got(shown_, "commit", "a file not yet committed", "a committed or failed one"));
    if (::fsync(descriptor_) != 0) fail("fsync");
    const int locked = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);  // until it has its name, see remove_abandoned
    const int closed = ::close(descriptor_);
    descriptor_ = locked;
    if (closed != 0) fail("close");
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("rename");
    temporary_.clear();
    discard();
    sync_directory();
  }

 private:
  /// Follows a symbolic link, refuses what must not be replaced and returns the permissions to use, 0 for the default ones.
  mode_t inspect_target() {
    struct stat status {};
    if (::stat(target_.c_str(), &status) != 0) {
      if (errno == ENAMETOOLONG || errno == ELOOP) throw system_failure(shown_, "looking for it");
      target_ = link_target_of(target_);
      return 0;
    }
    if (char* const real = ::realpath(target_.c_str(), nullptr)) {
      target_ = real;
      std::free(real);
    }
    if (S_ISDIR(status.st_mode)) throw io_error(expected_got(shown_, "kind of the target", "a file", "a directory"));
    if (!S_ISREG(status.st_mode)) {
      throw io_error(expected_got(shown_, "kind of the target", "a regular file", "a pipe, socket or device"));
    }
    return status.st_mode & 07777;
  }

  void create(mode_t mode) {
    constexpr int most = 16;
    for (int attempt = 1; !create_locked(); ++attempt) {
      if (attempt < most) continue;
      throw io_error(expected_got(shown_, "creating a temporary file beside it", "one that stays",
                                  "one that another process removed at once, " + std::to_string(most) + " times"));
    }
    if (mode != 0 && ::fchmod(descriptor_, mode) != 0) fail("keeping the permissions");
  }

  /// Makes the file and locks it, where the file system has locks.
  /// \returns false where another process took it for one left behind meanwhile, see remove_abandoned
  bool create_locked() {
    do {
      temporary_ =
          directory_of(target_) + ".fewclip-" + std::to_string(::getpid()) + "-" + std::to_string(next_temporary_number()) + ".tmp";
      descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor_ < 0 && (errno == EEXIST || errno == EINTR));
    if (descriptor_ < 0) {
      temporary_.clear();
      throw system_failure(shown_, "creating a temporary file beside it");
    }
    const bool is_taken = ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!is_taken && names_file(temporary_, descriptor_)) return true;
    temporary_.clear();  // whoever holds it removes it
    discard();
    return false;
  }

  [[noreturn]] void fail(const char* call) {
    const io_error failure = system_failure(shown_, call);
    discard();
    throw failure;
  }

  void discard() noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    descriptor_ = -1;
    temporary_.clear();
  }

  void sync_directory() const noexcept {
    const int directory = ::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    // The file is in place already; a file system that cannot sync a directory is no reason to report failure.
    static_cast<void>(::fsync(directory));
    ::close(directory);
  }

  std::string shown_;
  std::string target_;
  std::string temporary_;
  int descriptor_ = -1;
};

#else

inline std::string link_target_of(const std::string& path) { return path; }
inline bool remove_abandoned(const std::string&) { return false; }

class temporary_file {
 public:
  explicit temporary_file(const std::string& path) : target_(path) {
    if (std::filesystem::exists(path) && !std::filesystem::is_regular_file(path)) {
      throw io_error(expected_got(path, "kind of the target", "a regular file", "something else"));
    }
    temporary_ = directory_of(path) + ".fewclip-" + std::to_string(std::rand()) + "-" + std::to_string(next_temporary_number()) + ".tmp";
    stream_ = std::fopen(temporary_.c_str(), "wbx");
    if (stream_ == nullptr) throw system_failure(path, "creating a temporary file beside it");
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { discard(); }

  void write(std::span<const std::byte> bytes) {
    if (stream_ == nullptr) throw io_error(expected_got(target_, "write", "a file not yet committed", "a committed or failed one"));
    if (std::fwrite(bytes.data(), 1, bytes.size(), stream_) != bytes.size()) fail("write");
  }

  void write_at(std::size_t offset, std::span<const std::byte> bytes) {
    if (stream_ == nullptr) throw io_error(expected_got(target_, "write", "a file not yet committed", "a committed or failed one"));
    const long before = std::ftell(stream_);
    if (before < 0 || std::fseek(stream_, static_cast<long>(offset), SEEK_SET) != 0) fail("seek");
    if (std::fwrite(bytes.data(), 1, bytes.size(), stream_) != bytes.size()) fail("write");
    if (std::fseek(stream_, before, SEEK_SET) != 0) fail("seek");
  }

  void commit() {
    if (stream_ == nullptr) throw io_error(expected_got(target_, "commit", "a file not yet committed", "a committed or failed one"));
    const int closed = std::fclose(stream_);
    stream_ = nullptr;
    if (closed != 0) fail("close");
    std::error_code reason;
    std::filesystem::rename(temporary_, target_, reason);
    if (reason) {
      discard();
      throw io_error(expected_got(target_, "rename", "success", reason.message()));
    }
    temporary_.clear();
  }

 private:
  [[noreturn]] void fail(const char* call) {
    const io_error failure = system_failure(target_, call);
    discard();
    throw failure;
  }

  void discard() noexcept {
    if (stream_ != nullptr) static_cast<void>(std::fclose(stream_));
    if (!temporary_.empty()) static_cast<void>(std::remove(temporary_.c_str()));
    stream_ = nullptr;
    temporary_.clear();
  }

  std::string target_;
  std::string temporary_;
  std::FILE* stream_ = nullptr;
};

#endif

}  // namespace fewclip::io::detail
