#pragma once

// What the command line says, and the three things the program can do.

#include <cstdint>
#include <string>
#include <vector>

namespace program {

/// `fewclip compare`.
struct compare_options {
  std::string features;
  std::vector<std::string> methods{"all"};
  std::vector<std::int64_t> shots{1, 2, 4, 8, 16};
  bool shots_given = false;
  std::vector<std::int64_t> seeds{1, 2, 3};
  std::string selection = "none";
  std::string recipe = "clean";
  std::vector<std::string> settings;  // method.parameter=value
  std::string products = "eigen";
  int threads = 0;  // 0: all cores
  std::string json;
  std::string logits;
};

/// `fewclip generate`: features where `out` is given, else pictures.
struct generate_options {
  std::string out;
  std::int64_t classes = 20;
  std::int64_t dim = 128;
  std::uint64_t seed = 1;
  std::string images;
  std::string task;
  std::int64_t side = 64;
  std::int64_t train = 16;
  std::int64_t val = 4;
  std::int64_t test = 50;
};

/// Fits and measures; prints the table.
void compare(const compare_options& options);

/// Lists every method with citation, parts and settings.
void list_methods(bool as_json);

/// Writes a small feature set made by formula, or the pictures of a task of the tangram world.
void generate(const generate_options& options);

}  // namespace program
