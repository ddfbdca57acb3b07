#pragma once
/// \file
/// A task of the tangram world as a folder of pictures.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "fewclip/core/error.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/target_tasks.hpp"
#include "fewclip/images/write.hpp"
#include "fewclip/io/detail/temporary_file.hpp"

namespace fewclip::io {

/// Pictures per class of a task.
struct task_sizes {
  index train = 16;  ///< what shots are drawn from; at least 0
  index val = 4;     ///< for selections; at least 0
  index test = 50;   ///< what is measured; at least 0
};

namespace detail {

/// A new folder beside its target; what was not moved to the target is removed.
class temporary_folder {
 public:
  explicit temporary_folder(const std::string& path) : shown_(path) {
    std::error_code reason;
    target_ = std::filesystem::path(path).lexically_normal();
    if (!target_.has_filename()) target_ = target_.parent_path();
    if (path.empty() || target_.empty())
      throw io_error(expected_got("fewclip::io::write_task_folder", "folder", "a name", "'" + path + "'"));
    if (std::filesystem::exists(std::filesystem::symlink_status(target_, reason))) refuse_unless_empty();
    do {
      path_ = target_.parent_path() / (".fewclip-folder-" + std::to_string(next_temporary_number()) + ".tmp");
    } while (!std::filesystem::create_directory(path_, reason) && !reason);
    if (reason) {
      path_.clear();
      throw io_error(expected_got(shown_, "creating a folder beside it", "success", reason.message()));
    }
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  void commit() {
    std::error_code reason;
    std::filesystem::rename(path_, target_, reason);
    if (reason) throw io_error(expected_got(shown_, "rename", "success", reason.message()));
    path_.clear();
  }

 private:
  void refuse_unless_empty() {
    std::error_code reason;
    target_ = std::filesystem::canonical(target_, reason);
    if (reason || !std::filesystem::is_directory(target_, reason)) {
      throw io_error(expected_got(shown_, "folder", "a new name or an empty folder", "something else of this name"));
    }
    const bool empty = std::filesystem::is_empty(target_, reason);
    if (reason) throw io_error(expected_got(shown_, "folder", "one that can be read", reason.message()));
    if (!empty) throw io_error(expected_got(shown_, "folder", "a new name or an empty folder", "one with something in it"));
  }

  std::string shown_;
  std::filesystem::path target_;
  std::filesystem::path path_;
};

/// Pictures of a split and where their sample numbers begin: far apart, so that no size of one split changes another.
struct task_split {
  std::string_view name;
  index pictures;
  index first_sample;
};

/// "0001.png": the byte-wise order is the order of numbers.
inline std::string numbered_png(index number, index last) {
  const std::size_t digits = std::max<std::size_t>(4, std::to_string(last).size());
  const std::string text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text + ".png";
}

inline std::array<task_split, 3> checked_splits(const data::tangram::target_task& task, const task_sizes& sizes, index side) {
  const std::string where = "fewclip::io::write_task_folder";
  constexpr index most = 1'000'000;
  const std::array<task_split, 3> out = {
      {{"train", sizes.train, 0}, {"val", sizes.val, index{1} << 32}, {"test", sizes.test, index{2} << 32}}};
  for (const task_split& split : out) {
    if (split.pictures < 0 || split.pictures > most) {
      throw value_error(expected_got(where, std::string(split.name), "0 to " + std::to_string(most), std::to_string(split.pictures)));
    }
  }
  if (sizes.train + sizes.val + sizes.test == 0) throw value_error(expected_got(where, "sizes", "at least one picture per class", "none"));
  if (task.kinds.empty()) throw value_error(expected_got(where, "task", "at least one class", "none"));
  if (side < 16 || side > 512) throw value_error(expected_got(where, "side", "16 to 512", std::to_string(side)));
  return out;
}

}  // namespace detail

/// Writes the pictures of a task as PNG files `folder/train/<class name>/0001.png`, and likewise below `val` and `test`.
///
/// Everything is a function of the arguments: the same call writes the same bytes. The splits use different
/// sample numbers of target_task::picture and therefore never share a picture; another size of one split leaves the files of the others as
/// they are, and a larger split begins with the pictures of a smaller one. A split of 0 pictures has no folder. read_image_folder reads the result;
/// its labels follow the names of the classes, not the order of task.kinds.
///
/// The pictures are written to a new folder `.fewclip-folder-*.tmp` beside `folder`, which takes its place when all are there; on failure it
/// is removed. Only a killed process leaves it behind. The files are not synced to the disk.
/// \param task at least one class, see data::tangram::make_target_task
/// \param folder a name that does not exist yet, in an existing folder, or an empty folder
/// \param sizes pictures per class, 0 to 1000000 each, not all 0
/// \param seed of the task, any
/// \param side pixels of a picture, 16 to 512
/// \param observer gets stage "draw" and the pictures done and in all after each picture; where it asks to stop, nothing is left behind
/// \returns the number of pictures written, 0 where the observer stopped the work
/// \throws value_error for sizes, a side or a task outside these ranges
/// \throws io_error where `folder` exists and is not an empty folder, or something cannot be written
inline index write_task_folder(const data::tangram::target_task& task, const std::string& folder, const task_sizes& sizes = {},
                               std::uint64_t seed = 1, index side = 64, const progress_observer& observer = {}) {
  const auto splits = detail::checked_splits(task, sizes, side);
  const auto names = task.class_names();
  const index total = (sizes.train + sizes.val + sizes.test) * static_cast<index>(names.size());
  detail::temporary_folder work(folder);
  index done = 0;
  for (const detail::task_split& split : splits) {
    if (split.pictures == 0) continue;
    for (index label = 0; label < static_cast<index>(names.size()); ++label) {
      const std::filesystem::path place = work.path() / split.name / names[static_cast<std::size_t>(label)];
      std::error_code reason;
      std::filesystem::create_directories(place, reason);
      if (reason) throw io_error(expected_got(folder, "creating a folder in it", "success", reason.message()));
      for (index i = 0; i < split.pictures; ++i) {
        const image drawn = task.picture(label, split.first_sample + i, seed, side);
        images::write_png((place / detail::numbered_png(i + 1, split.pictures)).string(), drawn);
        if (!report(observer, {"draw", ++done, total, 0.0})) return 0;
      }
    }
  }
  work.commit();
  return done;
}

}  // namespace fewclip::io
