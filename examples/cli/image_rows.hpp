#pragma once

// Features of many image files, with finished parts kept on disk so that an interrupted run can go on.

#include <cstddef>
#include <cstdint>
#include <fewclip/runtime/image_batches.hpp>
#include <string>
#include <vector>

#include "kept_parts.hpp"
#include "model.hpp"

namespace program {

/// What is to be done.
struct image_job {
  std::vector<std::string> paths;  // the files
  std::size_t batch = 32;
  std::size_t views = 0;  // augmented views per image, all of them rows; 0: the image itself, one row
  std::uint64_t seed = 1;
  bool strict = false;
  picture_options pictures;
  kept_parts* parts = nullptr;  // where finished parts are kept
  std::string prefix;           // of their names
};

/// What came of it.
struct image_rows {
  std::vector<float> features;                             // raw, [items * max(views, 1), embed]
  std::vector<std::size_t> items;                          // the images that could be read, as positions in the job
  std::vector<fewclip::runtime::unreadable_image> failed;  // the others
  std::size_t resumed = 0;                                 // images whose features were there already
  double seconds = 0;                                      // for the others
  picture_counts counts;                                   // of all that could be read
};

/// Embeds all images of a job. Parts that an earlier run with the same model, settings and files has finished are taken over.
/// Throws fewclip::error for an unreadable image where the job is strict, exit_with after SIGINT, SIGTERM or SIGHUP.
image_rows embed_image_files(const clip_model& model, const image_job& job);

/// A file's path, size and time of its last change, which tell whether it may have changed.
std::string stamp_of(const std::string& path);

/// Prints the unreadable images.
void list_unreadable(const std::vector<fewclip::runtime::unreadable_image>& failed);

/// Rows to length 1; throws where one has length 0 or is not finite.
void normalise_rows(std::vector<float>& rows, index dim, const std::string& what);

/// Throws where a row is not finite; rows of any length are fine.
void require_finite_rows(const std::vector<float>& rows, index dim, const std::string& what);

/// Makes sure that the output can be written.
void require_writable(const std::string& out);

}  // namespace program
