#pragma once

// Finished parts of a run that embeds many images, kept beside its output until that is there.

#include <cstddef>
#include <fewclip/runtime/image_batches.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "picture_options.hpp"

namespace program {

/// Images first .. last-1 of a job.
struct part_range {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// The features of one part.
struct part_rows {
  std::vector<float> features;                             // [items * rows_per_image, width]
  std::vector<std::size_t> items;                          // rising
  std::vector<fewclip::runtime::unreadable_image> failed;  // the others of the range, rising
  picture_counts counts;
};

/// How many numbers belong to an image.
struct part_shape {
  std::size_t rows_per_image = 1;
  std::size_t width = 0;
};

/// The folder OUT.parts. A part's name ends in the start of its identity, a digest of everything that its features depend on, so parts of
/// different runs never meet. Nothing is read, replaced or removed that is a link, or not a part of this run.
class kept_parts {
 public:
  /// Makes nothing yet. Throws fewclip::io_error where something is there that is no folder, or a link to one.
  explicit kept_parts(const std::string& out);

  const std::string& folder() const { return folder_; }

  /// An earlier run's part; nothing where there is none, where it is another user's, or where anything in it does not hold: its checksum, the
  /// extents, each position once, within the range and rising, and none missing.
  std::optional<part_rows> read(const std::string& prefix, const part_range& range, const std::string& identity, const part_shape& shape);

  /// Whether there is a file that may be that part.
  bool may_have(const std::string& prefix, const part_range& range, const std::string& identity) const;

  /// Keeps a part, for this user alone. Throws fewclip::io_error where that cannot be done.
  void write(const std::string& prefix, const part_range& range, const std::string& identity, const part_shape& shape,
             const part_rows& rows);

  /// Removes the parts that were read or written here, temporary files that a killed run left, and the folder once it is empty. Says so where others
  /// are left.
  void remove();

 private:
  std::string path_of(const std::string& prefix, const part_range& range, const std::string& identity) const;
  void make_folder() const;

  std::string folder_;
  std::set<std::string> own_;  // paths
};

}  // namespace program
