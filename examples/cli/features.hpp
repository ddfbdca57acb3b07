#pragma once

// The features a comparison runs on: the file, made ready, and the rows that a number of shots and a seed select.

#include "task.hpp"

namespace program {

/// Reads a feature set and brings all rows to length 1: half-precision storage leaves up to 0.0006 of it. Tensors with rows that are
/// further off than 0.002 are listed in `normalised`.
/// Throws fewclip::error where the file cannot be used; the message names the file and the tensor.
feature_table load_features(const std::string& path);

/// The numbers of shots that the file can serve; throws fewclip::value_error naming those it has where one of `wanted` is missing.
void require_shots(const feature_table& table, const std::vector<index>& wanted);

/// Those of `wanted` that the file can serve.
std::vector<index> available_shots(const feature_table& table, const std::vector<index>& wanted);

/// The support rows: the file's own `train{K}` for every seed, else K rows per class drawn from `train` by seed.
row_table support_rows(const feature_table& table, index shots, std::uint64_t seed);

/// min(K, 4) validation rows per class, drawn by seed.
row_table few_validation_rows(const feature_table& table, index shots, std::uint64_t seed);

/// The number of classes with fewer than K support rows.
index short_classes(const feature_table& table, const row_table& support, index shots);

/// Where the support rows of K shots come from: "train16" or "train".
std::string support_source(const feature_table& table, index shots);

}  // namespace program
