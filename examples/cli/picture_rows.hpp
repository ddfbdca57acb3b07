#pragma once

// Rows of any kind from image files, within a bound of memory.

#include <cstdint>
#include <fewclip/io/row_store.hpp>
#include <fewclip/runtime/image_batches.hpp>
#include <memory>
#include <string>
#include <vector>

#include "model.hpp"

namespace program {

/// What is to be read, and how.
struct picture_job {
  std::vector<std::string> paths;
  fewclip::runtime::row_kind kind = fewclip::runtime::row_kind::features;
  std::size_t batch = 32;
  bool strict = false;
  picture_options pictures;
  std::uint64_t memory = 0;  // bytes of rows that may be in memory
  std::string folder;        // where rows beyond that go; empty: they are refused
  std::string what;          // "support", for messages
  std::string remedy;        // what the command line could say instead, for a refusal
};

/// What came of it.
struct picture_rows {
  std::shared_ptr<fewclip::io::row_store> rows;            // of the images that could be read, in the order of the job
  std::vector<std::size_t> items;                          // their positions in the job
  std::vector<fewclip::runtime::unreadable_image> failed;  // the others
  picture_counts counts;
};

/// Throws fewclip::io_error under `strict` for an unreadable image, fewclip::error with the estimate where the rows are too many,
/// exit_with after SIGINT, SIGTERM or SIGHUP.
picture_rows read_pictures(const clip_model& model, const picture_job& job);

/// Half of the machine's memory in bytes, or of what its control group may use where that is less: what rows may take
/// unless the command line says otherwise.
std::uint64_t default_memory();

}  // namespace program
