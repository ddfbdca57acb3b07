#pragma once

// The commands that work on a checkpoint: embed, features, info.

#include <cstdint>
#include <string>
#include <vector>

#include "model.hpp"

namespace CLI {
class App;
}

namespace program {

/// Ends the program with this status; what is to be said has been said.
struct exit_with {
  int status = 0;
};

/// How images are read and embedded.
struct image_options {
  std::int64_t batch = 32;
  bool strict = false;
};

/// `fewclip embed`.
struct embed_options {
  model_options model;
  image_options reading;
  std::vector<std::string> images;  // a folder, or files
  std::string texts;
  bool raw = false;
  bool truncate = false;
  std::string shard;
  std::string out;
};

/// `fewclip features`.
struct features_options {
  model_options model;
  image_options reading;
  std::string images;
  std::string split;
  std::string index;
  std::string templates;
  std::string sentences;
  std::string anchors;
  bool truncate = false;
  std::int64_t views = 0;
  std::string view_rows = "mean";
  std::uint64_t seed = 1;
  std::string out;
};

/// `fewclip info`.
struct info_options {
  model_options model;
  bool json = false;
};

/// Features of images and texts to a file.
void embed(const embed_options& options);

/// A feature set, as `compare` reads it, from images.
void features(const features_options& options);

/// Shows what a checkpoint is.
void info(const info_options& options);

/// The options that all commands with a model have.
void add_model_options(CLI::App* command, model_options& options);

/// Adds the three commands; they run when the command line is parsed.
void add_model_commands(CLI::App& app);

}  // namespace program
