#pragma once

// The files that a command reads and writes, compared before it computes anything.

#include <sys/types.h>

#include <fewclip/data/image_list.hpp>
#include <string>
#include <utility>
#include <vector>

#include "model.hpp"

namespace program {

/// Collects what a command reads and what it writes, under the names of the options, and refuses an output that is an input or another output: by
/// whatever name or link, existing or not. An empty path is none.
class file_uses {
 public:
  /// A file that is read.
  void reads(const std::string& option, const std::string& path);

  /// A folder that belongs to its readers: no output may lie in it, at any depth.
  void reads_folder(const std::string& option, const std::string& path);

  /// Files, each by its path; where `root` is given they were found in that folder, and the folders between are guarded like it, links included. Outputs
  /// are to be named before.
  void reads_images(const std::string& option, const std::vector<std::string>& paths, const std::string& root);

  /// The checkpoint: all that lies in its folder, or beside its file and may belong to it, and the vocabulary.
  void reads_model(const model_options& options);

  /// A file that is written.
  void writes(const std::string& option, const std::string& path);

  /// What is kept beside an output while the command works: a state, or the folder of finished parts.
  void keeps(const std::string& option, const std::string& path);

  /// All images of a list: reads_images, then check.
  void check_images(const std::string& option, const fewclip::data::image_list& list);

  /// Throws usage_error for the first output that is one of the inputs or another output. What has been added afterwards is compared by the next call.
  void check() const;

 private:
  /// What a path leads to.
  struct place {
    bool exists = false;
    dev_t device = 0;
    ino_t number = 0;
    dev_t parent_device = 0;  // of the folder in which it is, or would be
    ino_t parent_number = 0;
    std::string name;  // in that folder
    bool same_as(const place& other) const;
  };
  struct input {
    std::string option;
    std::string path;
    place at;
    bool is_folder = false;  // guarded with everything in it
    bool in_model = false;   // found in the folder of the model or of the vocabulary
  };
  struct output {
    std::string option;
    std::string path;
    place at;
    std::vector<std::pair<dev_t, ino_t>> folders;  // the one in which it is, and those around it
    bool kept = false;
  };

  static place place_of(const std::string& path);
  static std::vector<std::pair<dev_t, ino_t>> folders_of(const std::string& path);
  static void refuse(const output& wrong, const input& used);
  void add_input(input used);
  void read_if_written(const std::string& option, const std::string& path);
  void add_output(const std::string& option, const std::string& path, bool kept);
  void add_files_of(const std::string& option, const std::string& folder, int deepest, const std::string& beside = "");

  std::vector<input> inputs_;
  std::vector<output> outputs_;
};

}  // namespace program
