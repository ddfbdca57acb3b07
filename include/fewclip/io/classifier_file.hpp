#pragma once
/// \file
/// A fitted classifier on disk: everything that predicting needs, and where it comes from.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/io/atomic_file.hpp"
#include "fewclip/io/detail/classifier_texts.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/feature_metadata.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_checksum.hpp"
#include "fewclip/io/safetensors_writer.hpp"

namespace fewclip::io {

/// Numbers with their extents, row-major. No extents and no values: nothing is stored.
struct stored_values {
  std::vector<std::size_t> extents{};  ///< outermost first; none for a single number
  std::vector<float> values{};         ///< as many as the product of the extents

  /// Whether nothing is stored.
  bool empty() const { return extents.empty() && values.empty(); }
  bool operator==(const stored_values&) const = default;
};

/// A fitted classifier as plain data, without a backend.
struct classifier_file {
  std::string method{};                                   ///< name in the registry; not empty
  std::string rows = "features";                          ///< which rows it reads: features, spatial, tokens or pixels
  std::vector<std::string> class_names{};                 ///< [classes], at least one
  std::string prompt_template{};                          ///< what the texts were made with; may be empty
  std::map<std::string, double, std::less<>> settings{};  ///< all hyper-parameters by name, after selection; finite
  std::size_t dim = 0;                                    ///< width of the rows it reads, at least 1
  stored_values text{};                                   ///< [classes, embed], unit rows; empty where none. `embed` is `dim` for features
  stored_values anchors{};                                ///< [anchors, embed], unit rows; empty where none
  stored_values support{};                                ///< [rows, dim], what it was fitted on where predicting needs it
  std::vector<std::int64_t> support_labels{};             ///< [rows] of support, each in 0..classes-1
  std::map<std::string, stored_values, std::less<>> trained{};  ///< trained numbers by name, not empty
  feature_metadata origin{};                                    ///< model, digest of the weights, preprocessing, compute
  std::map<std::string, std::string, std::less<>> facts{};      ///< shots, seed, selection and so on

  bool operator==(const classifier_file&) const = default;
};

namespace detail {

/// Reads a classifier: first the texts of the header, then the tensors.
class classifier_reader {
 public:
  explicit classifier_reader(const safetensors_file& file) : file_(file), texts_(file) {}

  classifier_file read() {
    read_texts();
    check_checksum(file_);
    for (const std::string& name : file_.names()) read_tensor(name);
    check_tensors();
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse_tensor(const std::string& name, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(file_.path(), "tensor " + readable_name(name), expected, got));
  }

  void read_texts() {
    texts_.require_version("fewclip_classifier", "1");
    out_.method = texts_.text("method");
    if (out_.method.empty()) texts_.refuse_text("method", "the name of a method", "an empty text");
    out_.rows = texts_.text("rows");
    if (std::find(row_kinds.begin(), row_kinds.end(), out_.rows) == row_kinds.end()) {
      texts_.refuse_text("rows", "features, spatial, tokens or pixels", readable_name(out_.rows));
    }
    out_.class_names = texts_.list("class_names");
    if (out_.class_names.empty()) texts_.refuse_text("class_names", "at least one name", "none");
    out_.prompt_template = texts_.text("prompt_template");
    out_.dim = texts_.count("dim");
    const auto origin = texts_.map("origin");
    out_.origin = read_feature_metadata({origin.begin(), origin.end()}, file_.path() + ", metadata `origin`");
    out_.facts = texts_.map("facts");
    setting_names_ = texts_.list("setting_names");
  }

  void read_tensor(const std::string& name) {
    if (name == "settings") return;
    if (name == "support_labels") {
      require_type(name, dtype::i64);
      out_.support_labels = file_.read<std::int64_t>(name);
    } else if (name == "text" || name == "anchors" || name == "support") {
      (name == "text" ? out_.text : name == "anchors" ? out_.anchors : out_.support) = values_of(name);
    } else if (name.starts_with(trained_prefix) && name.size() > trained_prefix.size()) {
      out_.trained[name.substr(trained_prefix.size())] = values_of(name);
    } else {
      refuse_tensor(name, "settings, text, anchors, support, support_labels or trained/NAME", "another name");
    }
  }

  void check_tensors() {
    read_settings();
    const std::size_t classes = out_.class_names.size();
    const std::size_t embed = out_.rows == "features" ? out_.dim : !out_.text.empty() ? out_.text.extents.back() : any;
    require_matrix("text", out_.text, classes, embed);
    require_matrix("anchors", out_.anchors, any, embed);
    require_matrix("support", out_.support, any, out_.dim);
    check_labels(classes);
  }

  void read_settings() {
    if (setting_names_.empty() && file_.find("settings") == nullptr) return;
    require_type("settings", dtype::f64);
    if (file_.info("settings").shape != std::vector<std::size_t>{setting_names_.size()}) {
      refuse_tensor("settings", "[" + std::to_string(setting_names_.size()) + "], one number per name in metadata `setting_names`",
                    readable_shape(file_.info("settings").shape));
    }
    const std::vector<double> values = finite<double>("settings");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (out_.settings.emplace(setting_names_[i], values[i]).second) continue;
      texts_.refuse_text("setting_names", "different names", readable_name(setting_names_[i]) + " twice");
    }
  }

  void check_labels(std::size_t classes) const {
    const bool expected = !out_.support.empty();
    const tensor_info* const found = file_.find("support_labels");
    if (expected || found != nullptr) {
      const std::size_t rows = expected ? out_.support.extents[0] : 0;
      const std::vector<std::size_t> shape = file_.info("support_labels").shape;
      if (!expected || shape != std::vector<std::size_t>{rows}) {
        refuse_tensor("support_labels", "[" + std::to_string(rows) + "], one label per row of support", readable_shape(shape));
      }
    }
    for (std::size_t row = 0; row < out_.support_labels.size(); ++row) {
      const std::int64_t label = out_.support_labels[row];
      if (std::cmp_greater_equal(label, 0) && std::cmp_less(label, classes)) continue;
      throw io_error(expected_got(file_.path(), "tensor `support_labels`, row " + std::to_string(row),
                                  "a class in 0.." + std::to_string(classes - 1), std::to_string(label)));
    }
  }

  void require_type(const std::string& name, dtype type) const {
    if (file_.info(name).type == type) return;
    refuse_tensor(name, "element type " + std::string(name_of(type)), readable_text(file_.info(name).type_name, 80));
  }

  /// [rows, columns]; `any` for one that is free, but not 0. An empty one passes.
  void require_matrix(const std::string& name, const stored_values& matrix, std::size_t rows, std::size_t columns) const {
    if (file_.find(name) == nullptr) return;
    const auto fits = [](std::size_t extent, std::size_t wanted) { return extent > 0 && (wanted == any || extent == wanted); };
    const auto& extents = matrix.extents;
    if (extents.size() == 2 && fits(extents[0], rows) && fits(extents[1], columns)) return;
    const auto shown = [](std::size_t wanted) { return wanted == any ? std::string("at least 1") : std::to_string(wanted); };
    refuse_tensor(name, "extents [" + shown(rows) + ", " + shown(columns) + "]", readable_shape(extents));
  }

  template <class T>
  std::vector<T> finite(const std::string& name) const {
    std::vector<T> out = file_.read<T>(name);
    const auto bad = std::find_if(out.begin(), out.end(), [](T value) { return !math::is_finite(value); });
    if (bad == out.end()) return out;
    refuse_tensor(name, "finite numbers", std::to_string(*bad) + " at element " + std::to_string(bad - out.begin()));
  }

  stored_values values_of(const std::string& name) const {
    require_type(name, dtype::f32);
    return {file_.info(name).shape, finite<float>(name)};
  }

  static constexpr std::size_t any = static_cast<std::size_t>(-1);
  static constexpr std::string_view trained_prefix = "trained/";
  static constexpr std::array<std::string_view, 4> row_kinds{"features", "spatial", "tokens", "pixels"};

  const safetensors_file& file_;
  header_texts_reader texts_;
  classifier_file out_;
  std::vector<std::string> setting_names_;
};

}  // namespace detail

/// Reads a classifier from an open file; see docs/data.md for the format.
///
/// Every tensor must be known: one that is not might be part of the prediction, so it is refused. Unknown texts of the header are ignored.
/// Whether rows of text and anchors have length 1 is not checked here.
/// \throws io_error naming file, entry, what was expected and got: no classifier file or another version, a missing entry, an entry of the wrong type, extents
///         that do not fit class names, labels or dim, a label out of range, a number that is not finite, another content than the checksum says that
///         the file records
inline classifier_file read_classifier(const safetensors_file& file) { return detail::classifier_reader(file).read(); }

/// Reads a classifier from a path.
/// \throws safetensors_error where it is no safetensors file, io_error as read_classifier of an open file
inline classifier_file read_classifier(const std::string& path) { return read_classifier(safetensors_file(path)); }

/// Writes a classifier, see atomic_file. What is written has been read back and checked before the target is touched. Numbers keep all their bits.
/// \param fitted the classifier
/// \param path the target, replaced when the new file is complete
/// \throws io_error where read_classifier would refuse the file, texts are not UTF-8, or it cannot be written; the target is then unchanged
/// \throws value_error for a bad key in origin.other, see header_texts
inline void write_classifier(const classifier_file& fitted, const std::string& path) {
  safetensors_writer writer;
  writer.metadata("fewclip_classifier", "1");
  writer.metadata("method", fitted.method);
  writer.metadata("rows", fitted.rows);
  writer.metadata("class_names", detail::json_text(fitted.class_names, path, "class_names"));
  writer.metadata("prompt_template", fitted.prompt_template);
  writer.metadata("dim", std::to_string(fitted.dim));
  writer.metadata("origin", detail::json_text(header_texts(fitted.origin), path, "origin"));
  writer.metadata("facts", detail::json_text(fitted.facts, path, "facts"));
  std::vector<std::string> names;
  std::vector<double> settings;
  for (const auto& [name, value] : fitted.settings) {
    names.push_back(name);
    settings.push_back(value);
  }
  writer.metadata("setting_names", detail::json_text(names, path, "setting_names"));
  if (!settings.empty()) writer.add("settings", {settings.size()}, settings);
  const auto add = [&](const std::string& name, const stored_values& values) { writer.add(name, values.extents, values.values); };
  if (!fitted.text.empty()) add("text", fitted.text);
  if (!fitted.anchors.empty()) add("anchors", fitted.anchors);
  if (!fitted.support.empty()) add("support", fitted.support);
  if (!fitted.support_labels.empty()) writer.add("support_labels", {fitted.support_labels.size()}, fitted.support_labels);
  for (const auto& [name, values] : fitted.trained) add("trained/" + name, values);
  writer.add_checksum();
  const std::vector<std::byte> bytes = writer.to_bytes();
  read_classifier(safetensors_file::from_bytes(bytes, path));
  write_file(path, bytes);
}

}  // namespace fewclip::io
