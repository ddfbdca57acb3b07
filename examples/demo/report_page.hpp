#pragma once

// The report of a comparison as one HTML page that needs nothing else: styles, charts and pictures are inside, there is no script.
//
// Every text is escaped. A section whose vector is empty is left out. Shares (accuracies, confidences, calibration errors) are between 0 and 1;
// the page shows them in percent.

#include <cstdint>
#include <fewclip/images/image.hpp>
#include <limits>
#include <string>
#include <vector>

namespace program::page {

/// One line of what was done: "Model", "built-in ViT, 1.2 million parameters".
struct fact {
  std::string name;
  std::string value;
};

/// A method at one number of shots, over all seeds.
struct score {
  double accuracy = std::numeric_limits<double>::quiet_NaN();   // mean over seeds; not a number: not measured
  double deviation = std::numeric_limits<double>::quiet_NaN();  // standard deviation over seeds; not a number: one seed
  double fit_seconds = std::numeric_limits<double>::quiet_NaN();
  std::int64_t trained_parameters = 0;
};

/// A method on one task.
struct method_results {
  std::string name;
  std::string family;         // "feature level", "prompt", ...: methods of one family share a part of the table and a chart
  std::vector<score> scores;  // [shots], or one where the method uses no shots
};

/// All methods on one task; the method `zero_shot` is shown first.
struct task_results {
  std::string task;
  std::vector<method_results> methods;
};

/// Where a pooler looks, before and after it was tuned.
struct attention_example {
  fewclip::image picture;
  std::string class_name;
  std::string predicted_before;
  std::string predicted_after;
  std::int64_t grid_height = 0;
  std::int64_t grid_width = 0;
  std::vector<double> before;  // [grid_height, grid_width], sum 1
  std::vector<double> after;   // likewise
};

/// Predictions whose confidence lies in one interval.
struct reliability_bin {
  std::int64_t count = 0;
  double confidence = 0;  // mean
  double accuracy = 0;
};

/// How far the confidences of a method can be trusted.
struct reliability_curve {
  std::string method;
  double expected_calibration_error = 0;
  std::vector<reliability_bin> bins;  // of equal width over 0 to 1; those with count 0 are not drawn
};

/// What was taken for what.
struct confusion_matrix {
  std::string about;  // "tip_adapter_f on outline, 16 shots, seed 1"
  std::vector<std::string> class_names;
  std::vector<std::int64_t> counts;  // [true class, predicted class]
};

/// A picture with the words below it.
struct example {
  fewclip::image picture;
  std::string caption;
};

/// Pictures of one task.
struct task_examples {
  std::string task;
  std::string description;  // a sentence; may be empty
  std::vector<example> pictures;
};

/// Everything on the page.
struct content {
  std::string title;
  std::string summary;  // one paragraph
  std::vector<fact> facts;
  std::string command;  // what reproduces the page
  std::vector<std::int64_t> shots;
  std::vector<task_results> tasks;
  std::vector<attention_example> attention;
  std::string attention_method = "safe";
  std::vector<reliability_curve> reliability;
  std::string reliability_about;             // "on outline, 16 shots, seed 1"; may be empty
  std::vector<confusion_matrix> confusions;  // usually one, of the best method
  std::vector<task_examples> examples;
};

/// The page as text.
/// Throws fewclip::shape_error where a vector does not have the length that its comment says, or pictures are empty.
std::string html(const content& all);

}  // namespace program::page
