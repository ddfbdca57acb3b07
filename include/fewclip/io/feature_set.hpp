#pragma once
/// \file
/// The file that few-shot methods work on: image features with labels, text features and class names.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/atomic_file.hpp"
#include "fewclip/io/detail/feature_tensors.hpp"
#include "fewclip/io/detail/utf8.hpp"
#include "fewclip/io/dtype.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_checksum.hpp"
#include "fewclip/io/safetensors_writer.hpp"

namespace fewclip::io {

/// Rows of features with one label each.
struct labelled_features {
  std::vector<float> features;       ///< [rows, dim], row-major
  std::size_t rows = 0;              ///< number of samples
  std::size_t dim = 0;               ///< numbers per sample
  std::vector<std::int64_t> labels;  ///< [rows], each in 0..classes-1
};

/// All of one benchmark: support sets, validation and test rows, text features.
struct feature_set {
  std::string path;                                         ///< where it was read from; not written
  std::size_t classes = 0;                                  ///< class names, else text rows, else 1 + the largest label
  std::size_t dim = 0;                                      ///< numbers per row, the same in every part
  std::vector<std::string> class_names;                     ///< [classes], or empty
  std::map<std::size_t, labelled_features> train_by_shots;  ///< `train{K}_*` by K
  std::optional<labelled_features> train;                   ///< `train_*`
  std::optional<labelled_features> val;                     ///< `val_*`
  std::optional<labelled_features> test;                    ///< `test_*`
  std::vector<float> text;                                  ///< `text_features`, [classes, dim], or empty
  std::vector<float> anchors{};                             ///< `anchor_features`, texts other than the classes, [anchors, dim], or empty
  std::map<std::string, std::string> metadata{};            ///< all other texts of the header, see feature_metadata
  std::vector<std::string> unused_tensors{};  ///< names of the tensors that are none of these, in byte-wise order; not written
};

namespace detail {

/// How many classes the labels alone may speak of beyond the number of rows, see read_feature_set.
inline constexpr std::size_t classes_beyond_rows = 10'000;

/// The texts of the header that a feature set keeps elsewhere.
inline constexpr std::array own_keys{"class_names", "layout", checksum_key};

/// Reads a feature set: first everything that the header tells, then labels, then features.
class feature_set_reader {
 public:
  explicit feature_set_reader(const safetensors_file& file) : file_(file) {}

  feature_set read() {
    out_.path = file_.path();
    find_row_sets();
    check_checksum(file_);
    out_.class_names = read_class_names(file_);
    out_.metadata = file_.metadata();
    for (const char* const key : own_keys) out_.metadata.erase(key);
    for (const char* const name : {text_name, anchor_name}) {
      if (file_.find(name) != nullptr) check_dim(check_features(file_, name));
    }
    for (const row_set& rows : row_sets_) read_labels(rows);
    count_classes();
    for (const row_set& rows : row_sets_) read_features(rows);
    if (file_.find(text_name) != nullptr) out_.text = read_finite(file_, text_name);
    if (file_.find(anchor_name) != nullptr) out_.anchors = read_finite(file_, anchor_name);
    return std::move(out_);
  }

 private:
  static constexpr const char* text_name = "text_features";
  static constexpr const char* anchor_name = "anchor_features";

  /// What a label may ask for in a file without names and text: room for the numbering of a large data set of which few classes are there,
  /// and no memory that the file does not pay for.
  std::size_t most_classes() const {
    std::size_t rows = 0;
    for (const row_set& each : row_sets_) rows += file_.info(each.name + "_labels").shape[0];
    constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
    return std::min(most, classes_beyond_rows + std::min(rows, most));
  }

  void find_row_sets() {
    for (const std::string& name : file_.names()) {
      const std::optional<row_set> found = row_set_of(name);
      if (!found && name != text_name && name != anchor_name) out_.unused_tensors.push_back(name);
      if (!found || !known_.emplace(found->name).second) continue;
      check_pair(found->name);
      row_sets_.push_back(*found);
    }
    const auto is_wanted = [](const row_set& rows) { return rows.name != "val"; };
    if (std::any_of(row_sets_.begin(), row_sets_.end(), is_wanted)) return;
    throw io_error(
        expected_got(file_.path(), "tensors", "train_features, train{K}_features or test_features, with labels", "none of these"));
  }

  void check_pair(const std::string& name) {
    const std::string features = name + "_features";
    const std::string labels = name + "_labels";
    for (const auto& [present, missing] : {std::pair(labels, features), std::pair(features, labels)}) {
      if (file_.find(missing) == nullptr) {
        throw io_error(expected_got(file_.path(), tensor_text(present), "a tensor " + readable_name(missing) + " beside it", "none"));
      }
    }
    const tensor_info& tensor = check_features(file_, features);
    check_dim(tensor);
    check_labels(file_, labels, tensor.shape[0]);
  }

  void check_dim(const tensor_info& tensor) {
    if (out_.dim == 0) {
      out_.dim = tensor.shape[1];
      dim_from_ = tensor.name;
    }
    if (tensor.shape[1] == out_.dim) return;
    throw shape_error(expected_got(file_.path(), tensor_text(tensor.name) + ", dim",
                                   std::to_string(out_.dim) + " as in " + tensor_text(dim_from_), std::to_string(tensor.shape[1])));
  }

  labelled_features& part(const row_set& rows) {
    if (rows.shots) return out_.train_by_shots[*rows.shots];
    std::optional<labelled_features>& out = rows.name == "train" ? out_.train : rows.name == "val" ? out_.val : out_.test;
    return out ? *out : out.emplace();
  }

  void read_labels(const row_set& rows) { part(rows).labels = file_.read<std::int64_t>(rows.name + "_labels"); }

  void count_classes() {
    const tensor_info* const text = file_.find(text_name);
    if (!out_.class_names.empty() && text != nullptr && text->shape[0] != out_.class_names.size()) {
      throw shape_error(expected_got(file_.path(), tensor_text(text_name) + ", rows",
                                     std::to_string(out_.class_names.size()) + ", one per class name", std::to_string(text->shape[0])));
    }
    out_.classes = !out_.class_names.empty() ? out_.class_names.size() : text != nullptr ? text->shape[0] : 0;
    const bool inferred = out_.classes == 0;
    for (const row_set& rows : row_sets_) {
      const std::vector<std::int64_t>& labels = part(rows).labels;
      if (inferred) check_lone_labels(rows.name + "_labels", labels);
      if (!inferred) check_label_range(file_, rows.name + "_labels", labels, out_.classes);
      if (inferred) largest_ = std::max(largest_, *std::max_element(labels.begin(), labels.end()));
    }
    if (inferred) out_.classes = static_cast<std::size_t>(largest_) + 1;
  }

  /// Without names and text the labels alone tell how many classes there are.
  void check_lone_labels(const std::string& name, const std::vector<std::int64_t>& labels) const {
    const std::size_t most = most_classes();
    for (std::size_t row = 0; row < labels.size(); ++row) {
      if (std::cmp_greater_equal(labels[row], 0) && std::cmp_less(labels[row], most)) continue;
      throw value_error(
          expected_got(file_.path(), tensor_text(name) + ", row " + std::to_string(row),
                       "a class in 0.." + std::to_string(most - 1) + ", as the file has neither `class_names` nor `text_features`",
                       std::to_string(labels[row])));
    }
  }

  void read_features(const row_set& rows) {
    const std::string name = rows.name + "_features";
    labelled_features& out = part(rows);
    out.rows = file_.info(name).shape[0];
    out.dim = out_.dim;
    out.features = read_finite(file_, name);
  }

  const safetensors_file& file_;
  feature_set out_;
  std::vector<row_set> row_sets_;
  std::set<std::string> known_;
  std::string dim_from_;
  std::int64_t largest_ = 0;
};

/// The names as JSON.
inline std::string class_names_text(const std::vector<std::string>& names, const std::string& path) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (first_invalid_utf8(names[i]) == std::string_view::npos) continue;
    throw value_error(expected_got(path, "class name " + std::to_string(i), "UTF-8", "other bytes"));
  }
  return nlohmann::json(names).dump();
}

inline void add_rows(safetensors_writer& writer, const std::string& path, const std::string& name, const labelled_features& rows,
                     dtype type) {
  const auto check = [&](const char* what, std::size_t expected, std::size_t got) {
    if (expected != got) throw shape_error(expected_got(path, name + what, std::to_string(expected) + " values", std::to_string(got)));
  };
  check("_features", rows.rows * rows.dim, rows.features.size());
  check("_labels", rows.rows, rows.labels.size());
  writer.add_as(name + "_features", type, {rows.rows, rows.dim}, rows.features);
  writer.add(name + "_labels", {rows.rows}, rows.labels);
}

}  // namespace detail

/// Reads a feature set from an open file.
///
/// Tensors: any of `train_features`, `train{K}_features` (K a number without leading zero), `val_features`, `test_features` [n, dim] in
/// F16, BF16 or F32, each with `..._labels` [n] in I64 or I32; `text_features` [classes, dim] and `anchor_features` [anchors, dim], rows of
/// other texts, in F16, BF16 or F32. At least one pair of train or test must be there. Metadata: `class_names`, a JSON array of texts; other
/// texts are kept as they are. Other tensors are not read, but named in `unused_tensors`. Rows are taken as they are, not normalised. In a
/// file without class names and text, a label may be at most 9,999 more than the number of all rows: a file of 400 bytes must not ask for the
/// memory of 2^31 classes.
/// \param file the file
/// \throws io_error for missing partners, no train or test rows, another dtype, malformed class names, another content than the checksum that
///         the file records says
/// \throws shape_error for another rank, no rows, row counts or dims that differ, text rows that are not one per class
/// \throws value_error for a label outside 0..classes-1 or a feature that is NaN or infinite
inline feature_set read_feature_set(const safetensors_file& file) { return detail::feature_set_reader(file).read(); }

/// Reads a feature set from a path; every message names the file, the tensor, what was expected and what was got.
/// \param path a safetensors file
/// \throws safetensors_error where it is not one, and what read_feature_set of an open file throws
inline feature_set read_feature_set(const std::string& path) { return read_feature_set(safetensors_file(path)); }

/// Writes a feature set, see atomic_file. What is written has been read back and checked before the target is touched.
/// \param set the features; `path` is ignored
/// \param path the target, replaced when the new file is complete
/// \param features the element type of image features: F32, F16 or BF16, rounded to the nearest; text is always F32
/// \throws shape_error, value_error or io_error where read_feature_set would refuse the file, where `classes` or `dim` do not agree with
/// it,
///         where a value is too large for F16, or where it cannot be written; the target is then unchanged
inline void write_feature_set(const feature_set& set, const std::string& path, dtype features = dtype::f32) {
  safetensors_writer writer;
  for (const auto& [shots, rows] : set.train_by_shots) {
    detail::add_rows(writer, path, "train" + std::to_string(shots), rows, features);
  }
  if (set.train) detail::add_rows(writer, path, "train", *set.train, features);
  if (set.val) detail::add_rows(writer, path, "val", *set.val, features);
  if (set.test) detail::add_rows(writer, path, "test", *set.test, features);
  if (!set.text.empty()) {
    if (set.text.size() != set.classes * set.dim) {
      throw shape_error(
          expected_got(path, "text_features", std::to_string(set.classes * set.dim) + " values", std::to_string(set.text.size())));
    }
    writer.add("text_features", {set.classes, set.dim}, set.text);
  }
  if (!set.anchors.empty()) {
    if (set.dim == 0 || set.anchors.size() % set.dim != 0) {
      throw shape_error(
          expected_got(path, "anchor_features", "rows of " + std::to_string(set.dim), std::to_string(set.anchors.size()) + " values"));
    }
    writer.add("anchor_features", {set.anchors.size() / set.dim, set.dim}, set.anchors);
  }
  for (const auto& [key, text] : set.metadata) {
    if (std::find(detail::own_keys.begin(), detail::own_keys.end(), key) != detail::own_keys.end()) {
      throw value_error(expected_got(path, "metadata", "keys other than class_names, layout and fewclip_checksum", key));
    }
    writer.metadata(key, text);
  }
  writer.metadata("layout", "fewclip feature set v1");
  if (!set.class_names.empty()) writer.metadata("class_names", detail::class_names_text(set.class_names, path));
  writer.add_checksum();
  const std::vector<std::byte> bytes = writer.to_bytes();
  const feature_set back = read_feature_set(safetensors_file::from_bytes(bytes, path));
  if (back.dim != set.dim) throw shape_error(expected_got(path, "dim", std::to_string(set.dim), std::to_string(back.dim)));
  if (back.classes != set.classes) {
    throw value_error(
        expected_got(path, "classes", std::to_string(set.classes), std::to_string(back.classes) + " by class names, text or labels"));
  }
  write_file(path, bytes);
}

}  // namespace fewclip::io
