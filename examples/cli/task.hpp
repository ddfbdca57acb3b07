#pragma once

// What the parts of the program hand to each other: one run of one method, and what came of it. No templates here.

#include <fewclip/core/labels.hpp>
#include <fewclip/core/progress.hpp>
#include <fewclip/runtime/method.hpp>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace program {

using fewclip::index;

/// The command line asks for something that does not exist or does not fit together; ends with status 2.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Rows of the file with one label each.
struct row_table {
  std::vector<float> features;         // [rows, dim]
  std::vector<fewclip::label> labels;  // [rows]
  index rows() const { return static_cast<index>(labels.size()); }
};

/// One file of features, checked and with unit rows.
struct feature_table {
  std::string path;
  index classes = 0;
  index dim = 0;
  std::vector<float> text;  // [classes, dim], or empty
  std::vector<std::string> class_names;
  std::map<index, row_table> train_by_shots;
  row_table train;
  row_table validation;
  row_table test;
  std::vector<std::string> normalised;  // tensors whose rows were not of length 1
};

/// One run: a method, the rows it may see, and how it is set.
struct task {
  std::string method;
  const feature_table* table = nullptr;
  const row_table* support = nullptr;
  const row_table* validation = nullptr;  // what a selector may see, or nothing
  fewclip::runtime::named_settings settings;
  fewclip::runtime::selection_mode selection = fewclip::runtime::selection_mode::none;
  fewclip::runtime::search_plan search;
  bool as_published = false;
};

/// What came of it.
struct outcome {
  index hits = 0;
  double accuracy = 0;
  double macro_accuracy = 0;
  double calibration_error = 0;
  double cross_entropy = 0;
  double fit_seconds = 0;
  double predict_seconds = 0;
  std::vector<float> logits;  // [n, classes]
  std::vector<fewclip::setting_value> settings;
  std::string protocol;
  fewclip::training_report training;
  fewclip::search_record search;
};

/// All methods on one backend; the templates end here.
class engine {
 public:
  virtual ~engine() = default;
  virtual std::string backend() const = 0;
  virtual std::vector<fewclip::runtime::method_description> methods() const = 0;

  /// Throws fewclip::value_error for settings that do not exist (with the nearest name) or are out of range.
  virtual void check(const std::string& method, const fewclip::runtime::named_settings& settings) const = 0;

  virtual outcome run(const task& given, const fewclip::progress_observer& observer) const = 0;
};

/// The engine of `--products NAME`: eigen, onednn or onednn-bf16.
/// Throws usage_error for a name that is unknown, or that was left out when the program was built.
std::unique_ptr<engine> make_engine(const std::string& products);

}  // namespace program
