#pragma once

// What the parts of the program hand to each other: one run of one method, and what came of it. No templates here.

#include <fewclip/core/labels.hpp>
#include <fewclip/core/progress.hpp>
#include <fewclip/io/classifier_file.hpp>
#include <fewclip/io/row_store.hpp>
#include <fewclip/runtime/method.hpp>
#include <fewclip/trainers/trainer_state.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
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
  std::vector<float> features;                           // [rows, dim], unless they are stored
  std::vector<fewclip::label> labels;                    // [rows]
  std::shared_ptr<const fewclip::io::row_store> stored;  // in place of features, where they may be too many for the memory
  index rows() const { return static_cast<index>(labels.size()); }
  std::span<const float> values() const {
    if (!stored) return features;
    return {stored->rows().data(), static_cast<std::size_t>(stored->rows().rows() * stored->rows().columns())};
  }
};

/// Class texts, as methods are given them.
struct class_texts {
  std::vector<float> rows;                // [classes, embed], unit rows; empty where there is no text
  std::vector<std::string> class_names;   // in label order
  std::string prompt;                     // template with one {}; where given, methods may learn its words, which needs a model
  std::vector<float> anchors;             // [anchors, embed], unit rows of other texts; empty unless a method is given some
  std::vector<std::string> anchor_names;  // of a method that learns the words of its anchors; empty: the classes
};

/// One file of features, checked and with unit rows.
struct feature_table {
  std::string path;
  index classes = 0;
  index dim = 0;
  class_texts text;
  std::map<index, row_table> train_by_shots;
  row_table train;
  row_table validation;
  row_table test;
  std::optional<double> scale;          // of the cosines, where the file tells
  std::vector<std::string> normalised;  // tensors whose rows were not of length 1
  std::vector<std::string> notes;       // what was taken from the file besides rows, and what is not used
};

/// Whether a setting is a seed of the training, of any of its stages.
inline bool is_seed(const fewclip::setting_value& each) { return each.about.name == "seed" || each.about.name.ends_with(".seed"); }

/// One run: a method, the rows it may see, and how it is set.
struct task {
  std::string method;
  index classes = 0;
  index width = 0;  // of the rows of support, validation and test
  const class_texts* text = nullptr;
  const row_table* support = nullptr;
  const row_table* test = nullptr;        // what is measured; a fit alone needs none
  const row_table* validation = nullptr;  // what a selector may see, or nothing
  std::optional<double> scale;            // of the cosines in their CLIP; where nothing, that of the model in use
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

/// A fitted method.
class fitted {
 public:
  virtual ~fitted() = default;
  virtual std::vector<float> logits(std::span<const float> rows, index width) const = 0;  // [rows, classes]
  virtual std::vector<fewclip::setting_value> settings() const = 0;
  virtual const fewclip::training_report& training() const = 0;
  virtual const fewclip::search_record& search() const = 0;
  virtual std::map<std::string, fewclip::io::stored_values, std::less<>> trained() const = 0;
};

/// The states of an interrupted training, one for each stage of a method.
using training_states = std::vector<fewclip::saved_state>;

class clip_model;

/// All methods on one backend; the templates end here.
class engine {
 public:
  virtual ~engine() = default;
  virtual std::string backend() const = 0;
  virtual std::vector<fewclip::runtime::method_description> methods() const = 0;

  /// Throws fewclip::value_error for settings that do not exist (with the nearest name) or are out of range.
  virtual void check(const std::string& method, const fewclip::runtime::named_settings& settings) const = 0;

  /// The CLIP for methods that need one.
  virtual void use(std::shared_ptr<const clip_model> model) = 0;

  /// Fits. Where `states` is given, the training goes on from it; afterwards it holds the states where the observer ended the training, else nothing.
  /// No method comes back where the observer ended the first of two stages.
  virtual std::unique_ptr<fitted> fit(const task& given, const fewclip::progress_observer& observer, training_states* states) const = 0;

  /// Makes a fitted method again; given.settings are those after selection.
  virtual std::unique_ptr<fitted> restore(const task& given,
                                          const std::map<std::string, fewclip::io::stored_values, std::less<>>& trained) const = 0;

  /// Fits and measures on the test rows.
  virtual outcome run(const task& given, const fewclip::progress_observer& observer) const = 0;
};

/// All methods, with the products of `--products NAME`: eigen, onednn or onednn-bf16.
/// Throws usage_error for a name that is unknown, that was left out when the program was built, or that this processor does not have.
std::unique_ptr<engine> make_engine(const std::string& products);

}  // namespace program
