#pragma once
/// \file
/// Files that appear whole or not at all.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/temporary_file.hpp"

namespace fewclip::io {

/// Writes a file next to its target and renames it over the target when complete.
///
/// The bytes go to a new file `.fewclip-*.tmp` in the target's directory. commit() hands them to the disk (fsync), renames that file over
/// the target and then syncs the directory, as far as the file system can. Until then the target is untouched: readers that have it open or
/// mapped keep the old content. Without commit(), the destructor removes the temporary file; only a killed process leaves one behind. The
/// permissions of an existing target are kept. A target that is a symbolic link keeps its link; the file it names is replaced, or made. Outside
/// POSIX the same steps are taken with the C library, without syncing.
class atomic_file {
 public:
  /// Creates the temporary file.
  /// \param path the target; its directory must exist, and what exists under this name must be a regular file
  /// \throws io_error where the target is a directory or a device, or the temporary file cannot be created
  explicit atomic_file(const std::string& path) : file_(path) {}

  /// Appends bytes.
  /// \throws io_error where the disk is full or the write fails otherwise
  void write(std::span<const std::byte> bytes) { file_.write(bytes); }

  /// Appends text.
  /// \throws io_error where the disk is full or the write fails otherwise
  void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }

  /// Writes bytes at a place of their own, behind the end where need be; the place where write() appends stays.
  /// \param offset counted from the start of the file
  /// \throws io_error where the disk is full or the write fails otherwise
  void write_at(std::size_t offset, std::span<const std::byte> bytes) { file_.write_at(offset, bytes); }

  /// Puts the file in its place; nothing can be written afterwards.
  /// \throws io_error where that fails; the target is then unchanged
  void commit() { file_.commit(); }

 private:
  detail::temporary_file file_;
};

/// The file that atomic_file replaces or makes: where a chain of symbolic links ends, whether or not something is there. The path itself where it is no
/// link, where the chain has no end, and outside POSIX.
/// \param path any
inline std::string atomic_target(const std::string& path) { return detail::link_target_of(path); }

/// Removes a file that a killed process has left behind: its name is that of a temporary file, it is a regular file of this user and no link, and
/// nobody writes it, which whoever does holds locked (flock). One that was made a moment ago and is not locked yet may go as well; its atomic_file then
/// makes another. Does nothing outside POSIX.
/// \param path a file in any folder
/// \returns whether it was one and is gone
inline bool remove_abandoned(const std::string& path) { return detail::remove_abandoned(path); }

/// Writes a text file in one step, see atomic_file.
/// \param path the target
/// \param text the whole content
/// \throws io_error where it cannot be written; the target is then unchanged
inline void write_file(const std::string& path, std::string_view text) {
  atomic_file file(path);
  file.write(text);
  file.commit();
}

/// Writes a binary file in one step, see atomic_file.
/// \param path the target
/// \param bytes the whole content
/// \throws io_error where it cannot be written; the target is then unchanged
inline void write_file(const std::string& path, std::span<const std::byte> bytes) {
  atomic_file file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace fewclip::io
