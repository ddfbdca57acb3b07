#pragma once

// The commands that make and use a fitted classifier: fit, predict.

#include <cstdint>
#include <string>
#include <vector>

#include "model_commands.hpp"

namespace CLI {
class App;
}

namespace program {

/// How images become rows that methods read.
struct row_options {
  image_options reading;
  std::int64_t memory = 0;  // MiB that rows may take; 0: half of the machine's
  std::string cache;        // folder for rows beyond that
};

/// `fewclip fit`.
struct fit_options {
  model_options model;
  row_options rows;
  std::string images;
  std::string method;
  std::int64_t shots = 0;  // 0: all
  std::uint64_t seed = 1;
  std::string selection = "none";
  std::string recipe = "clean";
  std::vector<std::string> settings;
  std::string prompt = "a photo of a {}.";
  std::string anchors;  // file with one phrase per line
  std::string out;
};

/// `fewclip predict`.
struct predict_options {
  model_options model;
  row_options rows;
  std::string classifier;
  std::vector<std::string> images;
  std::int64_t top = 5;
  bool json = false;
};

/// Fits a method on images, and writes the classifier.
void fit(const fit_options& options);

/// Classifies images.
void predict(const predict_options& options);

/// Adds both commands.
void add_fit_commands(CLI::App& app);

}  // namespace program
