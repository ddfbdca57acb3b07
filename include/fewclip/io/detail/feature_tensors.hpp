#pragma once
/// \file
/// The tensors of a feature set, each checked on its own.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/json.hpp"
#include "fewclip/io/safetensors.hpp"

namespace fewclip::io::detail {

/// A set of rows by its name in the file: "train", "train16", "val" or "test".
struct row_set {
  std::string name;
  std::optional<std::size_t> shots;  ///< K of "train{K}"
};

/// The row set that a tensor name such as "train16_features" speaks of; nothing for a name of another kind.
inline std::optional<row_set> row_set_of(std::string_view tensor) {
  bool found = false;
  for (const std::string_view ending : {"_features", "_labels"}) {
    if (found || !tensor.ends_with(ending)) continue;
    tensor.remove_suffix(ending.size());
    found = true;
  }
  if (!found) return std::nullopt;
  if (tensor == "train" || tensor == "val" || tensor == "test") return row_set{std::string(tensor), std::nullopt};
  constexpr std::string_view start = "train";
  if (!tensor.starts_with(start)) return std::nullopt;
  const std::string_view digits = tensor.substr(start.size());
  if (digits.size() > 9 || digits[0] == '0' || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return row_set{std::string(tensor), static_cast<std::size_t>(std::stoul(std::string(digits)))};
}

/// "tensor `test_labels`"
inline std::string tensor_text(std::string_view name) { return "tensor " + readable_name(name); }

/// Element type, rank and at least one row and column.
inline const tensor_info& check_features(const safetensors_file& file, const std::string& name) {
  const tensor_info& tensor = file.info(name);
  if (tensor.type != dtype::f16 && tensor.type != dtype::bf16 && tensor.type != dtype::f32) {
    throw io_error(expected_got(file.path(), tensor_text(name) + ", dtype", "one of F16, BF16, F32", readable_text(tensor.type_name, 80)));
  }
  if (tensor.shape.size() != 2 || tensor.shape[0] == 0 || tensor.shape[1] == 0) {
    throw shape_error(expected_got(file.path(), tensor_text(name) + ", shape", "[rows, dim] with at least one row and one column",
                                   readable_shape(tensor.shape)));
  }
  return tensor;
}

/// Element type and rank; one label for each of `rows`.
inline void check_labels(const safetensors_file& file, const std::string& name, std::size_t rows) {
  const tensor_info& tensor = file.info(name);
  if (tensor.type != dtype::i64 && tensor.type != dtype::i32) {
    throw io_error(expected_got(file.path(), tensor_text(name) + ", dtype", "one of I64, I32", readable_text(tensor.type_name, 80)));
  }
  if (tensor.shape.size() != 1 || tensor.shape[0] != rows) {
    throw shape_error(expected_got(file.path(), tensor_text(name) + ", shape",
                                   "[" + std::to_string(rows) + "], one label per row of features", readable_shape(tensor.shape)));
  }
}

/// The values as floats; refuses NaN and infinities.
inline std::vector<float> read_finite(const safetensors_file& file, const std::string& name) {
  std::vector<float> values = file.read<float>(name);
  const std::size_t dim = file.info(name).shape[1];
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (math::is_finite(values[i])) continue;
    throw value_error(expected_got(file.path(),
                                   tensor_text(name) + ", row " + std::to_string(i / dim) + ", column " + std::to_string(i % dim),
                                   "a finite number", std::to_string(values[i])));
  }
  return values;
}

/// Refuses the first label outside 0..classes-1.
inline void check_label_range(const safetensors_file& file, const std::string& name, const std::vector<std::int64_t>& labels,
                              std::size_t classes) {
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (std::cmp_greater_equal(labels[row], 0) && std::cmp_less(labels[row], classes)) continue;
    throw value_error(expected_got(file.path(), tensor_text(name) + ", row " + std::to_string(row),
                                   "a class in 0.." + std::to_string(classes - 1), std::to_string(labels[row])));
  }
}

/// The metadata entry class_names; empty where there is none.
inline std::vector<std::string> read_class_names(const safetensors_file& file) {
  const auto found = file.metadata().find("class_names");
  if (found == file.metadata().end()) return {};
  const auto refuse_names = [&](const std::string& got) {
    throw io_error(expected_got(file.path(), "metadata `class_names`", "a JSON array of at least one text", got));
  };
  const nlohmann::json list = parse_json(found->second, file.path(), "metadata `class_names`");
  if (!list.is_array()) refuse_names(std::string("JSON of type ") + list.type_name());
  if (list.empty()) refuse_names("an empty array");
  std::vector<std::string> names;
  for (const nlohmann::json& name : list) {
    if (!name.is_string()) refuse_names("entry " + std::to_string(names.size()) + " of type " + name.type_name());
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace fewclip::io::detail
