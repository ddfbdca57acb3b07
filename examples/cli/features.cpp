#include "features.hpp"

#include <algorithm>
#include <cmath>
#include <fewclip/core/error.hpp>
#include <fewclip/data/few_shot_sampling.hpp>
#include <fewclip/io/feature_metadata.hpp>
#include <fewclip/io/feature_set.hpp>

namespace program {
namespace {

/// Rows to length 1. True where one was off by more than half-precision storage can be; closer ones are adjusted without a word.
bool normalise(std::vector<float>& features, index dim, const std::string& path, const std::string& tensor) {
  const auto width = static_cast<std::size_t>(dim);
  std::vector<double> lengths;
  bool all_unit = true;
  for (std::size_t begin = 0; begin < features.size(); begin += width) {
    double squares = 0;
    for (std::size_t d = 0; d < width; ++d) squares += static_cast<double>(features[begin + d]) * static_cast<double>(features[begin + d]);
    lengths.push_back(std::sqrt(squares));
    if (!(lengths.back() > 0)) {
      throw fewclip::value_error(fewclip::expected_got(path, "tensor `" + tensor + "`, row " + std::to_string(begin / width),
                                                       "a row that is not zero", "length 0"));
    }
    all_unit = all_unit && std::abs(lengths.back() - 1) <= 2e-3;
  }
  for (std::size_t i = 0; i < features.size(); ++i) features[i] = static_cast<float>(static_cast<double>(features[i]) / lengths[i / width]);
  return !all_unit;
}

/// Takes over rows of the file.
row_table take(feature_table& out, fewclip::io::labelled_features& from, const std::string& name) {
  row_table rows;
  rows.features = std::move(from.features);
  rows.labels.assign(from.labels.begin(), from.labels.end());
  if (normalise(rows.features, out.dim, out.path, name + "_features")) out.normalised.push_back(name + "_features");
  return rows;
}

row_table pick(const row_table& from, const std::vector<index>& rows, index dim) {
  row_table out;
  for (const index row : rows) {
    const auto begin = from.features.begin() + row * dim;
    out.features.insert(out.features.end(), begin, begin + dim);
    out.labels.push_back(from.labels[static_cast<std::size_t>(row)]);
  }
  return out;
}

/// Rows per class, [classes].
std::vector<index> counts_of(const feature_table& table, const row_table& rows) {
  return fewclip::class_labels(rows.labels, table.classes).counts();
}

bool is_known_text(const std::string& key) {
  for (const char* const own : {"format", "version", "views_seed", "shard"}) {
    if (key == own) return true;
  }
  const auto& fields = fewclip::io::detail::metadata_fields;
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return key == field.key; });
}

/// "present and not used: a, b"; at most ten names.
void note_unused(feature_table& out, const std::vector<std::string>& names) {
  if (names.empty()) return;
  constexpr std::size_t most = 10;
  std::string text = "present and not used: ";
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  out.notes.push_back(text);
}

/// Takes the scale, and notes what is in the file and not used. Beside another `format` the texts may mean something else.
void take_texts(feature_table& out, const fewclip::io::feature_set& set) {
  const auto format = set.metadata.find("format");
  const bool has_format = format != set.metadata.end();
  const bool own = has_format && format->second == "fewclip.features";
  const auto scale = set.metadata.find("scale");
  fewclip::io::feature_metadata said;
  if (own) said = fewclip::io::read_feature_metadata(set.metadata, set.path);
  if (!has_format && scale != set.metadata.end()) said.scale = scale->second;
  out.scale = fewclip::io::scale_of(said, set.path);
  if (out.scale && !own) out.notes.push_back("logit scales that are not set are " + said.scale + ", the metadata `scale`");
  std::vector<std::string> unused;
  for (const std::string& each : set.unused_tensors) unused.push_back("tensor " + fewclip::readable_name(each));
  for (const auto& [key, text] : set.metadata) {
    if (key == "format" || ((own || !has_format) && is_known_text(key))) continue;
    const bool other_scale = key == "scale";
    unused.push_back("metadata " + fewclip::readable_name(key) +
                     (other_scale ? ", as `format` is " + fewclip::readable_name(format->second) : ""));
  }
  note_unused(out, unused);
}

/// The largest number of rows of a class; smaller classes give all they have, as in the draws of the literature.
index largest_class(const feature_table& table) {
  const std::vector<index> counts = counts_of(table, table.train);
  return *std::max_element(counts.begin(), counts.end());
}

}  // namespace

feature_table load_features(const std::string& path) {
  fewclip::io::feature_set set = fewclip::io::read_feature_set(path);
  feature_table out;
  out.path = path;
  out.classes = static_cast<index>(set.classes);
  out.dim = static_cast<index>(set.dim);
  out.text.class_names = std::move(set.class_names);
  take_texts(out, set);
  if (!set.test) throw fewclip::io_error(fewclip::expected_got(path, "tensor `test_features`", "rows to measure on", "none"));
  if (!set.train && set.train_by_shots.empty()) {
    throw fewclip::io_error(fewclip::expected_got(path, "tensors", "train_features or train{K}_features to learn from", "neither"));
  }
  if (out.classes < 2) throw fewclip::value_error(fewclip::expected_got(path, "classes", "at least 2", std::to_string(out.classes)));
  for (auto& [shots, rows] : set.train_by_shots) {
    const std::string name = "train" + std::to_string(shots);
    out.train_by_shots[static_cast<index>(shots)] = take(out, rows, name);
  }
  if (set.train) out.train = take(out, *set.train, "train");
  if (set.val) out.validation = take(out, *set.val, "val");
  out.test = take(out, *set.test, "test");
  out.text.rows = std::move(set.text);
  if (!out.text.rows.empty() && normalise(out.text.rows, out.dim, path, "text_features")) out.normalised.push_back("text_features");
  out.text.anchors = std::move(set.anchors);
  if (!out.text.anchors.empty() && normalise(out.text.anchors, out.dim, path, "anchor_features")) {
    out.normalised.push_back("anchor_features");
  }
  return out;
}

std::vector<index> available_shots(const feature_table& table, const std::vector<index>& wanted) {
  std::vector<index> out;
  const index drawable = largest_class(table);
  for (const index shots : wanted) {
    if (table.train_by_shots.count(shots) != 0 || shots <= drawable) out.push_back(shots);
  }
  return out;
}

void require_shots(const feature_table& table, const std::vector<index>& wanted) {
  const std::vector<index> found = available_shots(table, wanted);
  for (const index shots : wanted) {
    if (std::find(found.begin(), found.end(), shots) != found.end()) continue;
    std::string has;
    for (const auto& [own, rows] : table.train_by_shots) has += (has.empty() ? "train" : ", train") + std::to_string(own);
    if (table.train.rows() > 0) {
      has += (has.empty() ? "" : ", ") + ("train with at most " + std::to_string(largest_class(table)) + " rows of a class");
    }
    throw fewclip::value_error(fewclip::expected_got(
        table.path, "shots " + std::to_string(shots),
        "a tensor `train" + std::to_string(shots) + "_features`, or `train_features` with " + std::to_string(shots) + " rows of a class",
        has));
  }
}

row_table support_rows(const feature_table& table, index shots, std::uint64_t seed) {
  const auto own = table.train_by_shots.find(shots);
  if (own != table.train_by_shots.end()) return own->second;
  return pick(table.train, fewclip::data::draw_shots(table.train.labels, table.classes, shots, seed), table.dim);
}

row_table few_validation_rows(const feature_table& table, index shots, std::uint64_t seed) {
  const auto own = table.train_by_shots.find(shots);
  const std::vector<fewclip::label> none;
  // Where the support is drawn as well, the validation rows follow from the same generator, as in published draws.
  const auto& before = own != table.train_by_shots.end() ? none : table.train.labels;
  const auto drawn = fewclip::data::draw_shots_and_validation(before, table.validation.labels, table.classes, shots, seed);
  return pick(table.validation, drawn.validation, table.dim);
}

index short_classes(const feature_table& table, const row_table& support, index shots) {
  const std::vector<index> counts = counts_of(table, support);
  return std::count_if(counts.begin(), counts.end(), [shots](index count) { return count < shots; });
}

std::string support_source(const feature_table& table, index shots) {
  return table.train_by_shots.count(shots) != 0 ? "train" + std::to_string(shots) : "train";
}

}  // namespace program
