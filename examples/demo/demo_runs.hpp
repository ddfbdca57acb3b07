#pragma once

// All runs of the demo.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "picture_task.hpp"

namespace program {

/// What the command line says.
struct demo_options {
  std::string model = "examples/models/tangram-resnet";
  std::string out = "demo";
  std::vector<std::string> tasks{"clutter", "texture"};
  std::vector<std::string> methods{"all"};
  std::vector<std::int64_t> shots{1, 2, 4, 8, 16};  // in any order; the results have them once each, rising
  std::vector<std::int64_t> seeds{1};
  std::uint64_t picture_seed = 1;  // of the tasks; settings are chosen on the pictures of another one
  std::int64_t classes = 12;
  std::int64_t test = 25;
  std::vector<std::string> settings;
  bool defaults = false;
  int threads = 0;
  std::string command{};
};

/// One run.
struct demo_run {
  std::string task;
  std::string method;
  index shots = 0;
  std::uint64_t seed = 0;
  outcome result;  // with its logits
};

/// An example for the attention maps.
struct looked_at {
  std::string picture;  // path
  std::string class_name;
  std::string predicted_before;
  std::string predicted_after;
  index grid = 0;
  std::vector<double> before;
  std::vector<double> after;
};

/// Everything that was found.
struct demo_results {
  demo_options options;
  std::string backbone;
  std::string backend;
  index parameters = 0;
  double logit_scale = 100;  // of the model; logits, and temperatures of cosines, follow it
  int threads = 1;
  std::vector<fewclip::runtime::method_description> methods;  // in the order of the table
  std::vector<std::unique_ptr<picture_task>> tasks;
  std::vector<demo_run> runs;
  std::vector<demo_run> safe_ends;    // safe with alpha 0 and 1 at most shots
  std::vector<looked_at> attention;   // of the first seed
  std::vector<std::string> settings;  // "safe.learning_rate = 0.001": what differs from the defaults
};

/// Renders, embeds, fits and measures; shows progress on stderr. Throws exit_with after SIGINT, SIGTERM or SIGHUP.
demo_results run_demo(const demo_options& options);

}  // namespace program
