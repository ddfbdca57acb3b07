#pragma once
/// \file
/// Where features come from: the texts in the header of a feature file, and which files may be combined.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/core/sha256.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/feature_set.hpp"

namespace fewclip::io {

/// How features were made. All are texts; an empty one is unknown and is not written.
struct feature_metadata {
  std::string backbone{};                      ///< for example "ViT-B/32"
  std::string weights_sha256{};                ///< digest of the weights file
  std::string dialect{};                       ///< the kind of weights file
  std::string preprocess{};                    ///< size, filter, crop, channel order, mean and deviation, in one canonical text
  std::string normalised{};                    ///< "l2" for unit rows, "none" for raw ones
  std::string split{};                         ///< "train", "val" or "test"
  std::string data_set{};                      ///< a name
  std::string class_names_sha256{};            ///< sha256_of_list of the class names
  std::string prompts_sha256{};                ///< sha256_of_list of the prompts, class by class
  std::string cleaning{};                      ///< key `text_cleaning`: what was done to texts before they became tokens
  std::string sampler{};                       ///< the rule of the draw: "coop", "tip_adapter", "keyed"
  std::string seed{};                          ///< of the draw
  std::string shots{};                         ///< images per class
  std::string support_rows{};                  ///< key `support_policy`: "mean_of_views", "all_views"
  std::string views{};                         ///< per image
  std::string scale{};                         ///< a number: the factor of the cosines, exp(logit_scale) of the checkpoint
  std::string compute{};                       ///< "fp32", "fp16", "tf32"
  std::string created_by{};                    ///< program and version
  std::map<std::string, std::string> other{};  ///< keys that are none of these, kept as they are

  bool operator==(const feature_metadata&) const = default;
};

namespace detail {

/// A key of the header with its member.
struct metadata_field {
  const char* key;
  std::string feature_metadata::*text;
};

inline constexpr std::array metadata_fields{metadata_field{"backbone", &feature_metadata::backbone},
                                            metadata_field{"weights_sha256", &feature_metadata::weights_sha256},
                                            metadata_field{"preprocess", &feature_metadata::preprocess},
                                            metadata_field{"class_names_sha256", &feature_metadata::class_names_sha256},
                                            metadata_field{"dialect", &feature_metadata::dialect},
                                            metadata_field{"normalised", &feature_metadata::normalised},
                                            metadata_field{"split", &feature_metadata::split},
                                            metadata_field{"data_set", &feature_metadata::data_set},
                                            metadata_field{"prompts_sha256", &feature_metadata::prompts_sha256},
                                            metadata_field{"text_cleaning", &feature_metadata::cleaning},
                                            metadata_field{"sampler", &feature_metadata::sampler},
                                            metadata_field{"seed", &feature_metadata::seed},
                                            metadata_field{"shots", &feature_metadata::shots},
                                            metadata_field{"support_policy", &feature_metadata::support_rows},
                                            metadata_field{"views", &feature_metadata::views},
                                            metadata_field{"scale", &feature_metadata::scale},
                                            metadata_field{"compute", &feature_metadata::compute},
                                            metadata_field{"created_by", &feature_metadata::created_by}};

/// The first four of metadata_fields must agree where files are combined.
inline constexpr std::size_t fields_that_must_agree = 4;

inline void check_metadata(const feature_metadata& metadata, const std::string& where) {
  const std::string& normalised = metadata.normalised;
  if (normalised.empty() || normalised == "l2" || normalised == "none") return;
  throw io_error(expected_got(where, "metadata `normalised`", "l2 or none", readable_name(normalised)));
}

/// A text for a message.
inline std::string recorded(const std::string& text) { return text.empty() ? "nothing recorded" : readable_name(text); }

inline void check_unit_rows(std::span<const float> values, std::size_t dim, const std::string& where, const std::string& name) {
  for (std::size_t row = 0; dim > 0 && row < values.size() / dim; ++row) {
    double squares = 0;
    for (const float value : values.subspan(row * dim, dim)) squares += static_cast<double>(value) * static_cast<double>(value);
    if (std::abs(std::sqrt(squares) - 1) <= 1e-3) continue;
    throw value_error(expected_got(where, name + ", length of row " + std::to_string(row), "1 within 0.001, since `normalised` is l2",
                                   std::to_string(std::sqrt(squares))));
  }
}

}  // namespace detail

/// The factor of the cosines as a number; nothing where it is not recorded.
/// \param metadata what is known
/// \param where the file, for messages
/// \throws io_error for a text that is no positive number
inline std::optional<double> scale_of(const feature_metadata& metadata, const std::string& where) {
  if (metadata.scale.empty()) return std::nullopt;
  double value = 0;
  const char* const end = metadata.scale.data() + metadata.scale.size();
  const auto read = std::from_chars(metadata.scale.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || !(value > 0) || !math::is_finite(value)) {
    throw io_error(expected_got(where, "metadata `scale`", "a positive number", detail::readable_name(metadata.scale)));
  }
  return value;
}

/// The texts to put into feature_set::metadata: what is known, with "format" = "fewclip.features" and "version" = "1".
/// \param metadata what is known
/// \throws value_error where `other` holds a key that has a member or is one of format and version; io_error for a bad `normalised`
inline std::map<std::string, std::string> header_texts(const feature_metadata& metadata) {
  constexpr const char* here = "fewclip::io::header_texts";
  detail::check_metadata(metadata, here);
  std::map<std::string, std::string> out{{"format", "fewclip.features"}, {"version", "1"}};
  std::map<std::string, std::string> known = out;
  for (const auto& [key, text] : detail::metadata_fields) {
    known.emplace(key, "");
    if (!(metadata.*text).empty()) out.emplace(key, metadata.*text);
  }
  for (const auto& [key, text] : metadata.other) {
    if (known.count(key) != 0) throw value_error(expected_got(here, "other", "keys without a member of their own", key));
    out.emplace(key, text);
  }
  return out;
}

/// What the header of a feature file says; a file of another program says little or nothing.
/// \param texts feature_set::metadata, or safetensors_file::metadata
/// \param where the file, for messages
/// \throws io_error for another "format", a "version" other than 1, or a `normalised` other than l2 and none
inline feature_metadata read_feature_metadata(std::map<std::string, std::string> texts, const std::string& where) {
  const auto take = [&](const std::string& key) {
    const auto node = texts.extract(key);
    return node.empty() ? std::string() : node.mapped();
  };
  const auto expect = [&](const char* key, const char* expected) {
    if (const auto found = texts.find(key); found != texts.end() && found->second != expected) {
      throw io_error(expected_got(where, std::string("metadata `") + key + "`", expected, detail::readable_name(found->second)));
    }
  };
  if (texts.count("format") != 0) {
    expect("format", "fewclip.features");
    expect("version", "1");
    texts.erase("format");
    texts.erase("version");
  }
  feature_metadata out;
  for (const auto& [key, text] : detail::metadata_fields) out.*text = take(key);
  out.other = std::move(texts);
  detail::check_metadata(out, where);
  return out;
}

/// Refuses features that cannot be compared: backbone, weights_sha256, preprocess and class_names_sha256 must be equal texts. What is unknown in
/// both agrees; what is known in one only does not.
/// \param a of one file
/// \param b of another
/// \param where what the message is about, such as the second file
/// \throws value_error naming the first field that differs
inline void require_compatible(const feature_metadata& a, const feature_metadata& b, const std::string& where) {
  for (std::size_t at = 0; at < detail::fields_that_must_agree; ++at) {
    const auto& [key, text] = detail::metadata_fields[at];
    if (a.*text == b.*text) continue;
    throw value_error(expected_got(where, std::string("metadata `") + key + "`", detail::recorded(a.*text) + " as in the other features",
                                   detail::recorded(b.*text)));
  }
}

/// The same for whole files, where the dim must agree, too, and class names where both have them.
/// \param a one file
/// \param b another; messages name its path
/// \throws shape_error for another dim, value_error for other class names or metadata, io_error for a header that cannot be read
inline void require_compatible(const feature_set& a, const feature_set& b) {
  if (a.dim != b.dim) throw shape_error(expected_got(b.path, "dim", std::to_string(a.dim) + " as in " + a.path, std::to_string(b.dim)));
  require_compatible(read_feature_metadata(a.metadata, a.path), read_feature_metadata(b.metadata, b.path), b.path);
  if (a.class_names.empty() || b.class_names.empty()) return;
  const std::size_t common = std::min(a.class_names.size(), b.class_names.size());
  for (std::size_t at = 0; at < common; ++at) {
    if (a.class_names[at] == b.class_names[at]) continue;
    throw value_error(expected_got(b.path, "name of class " + std::to_string(at),
                                   detail::readable_name(a.class_names[at]) + " as in " + a.path,
                                   detail::readable_name(b.class_names[at])));
  }
  if (a.class_names.size() == b.class_names.size()) return;
  throw value_error(
      expected_got(b.path, "class names", std::to_string(a.class_names.size()) + " as in " + a.path, std::to_string(b.class_names.size())));
}

/// Compares what a feature set records with what it holds: unit rows where `normalised` is l2, and the digest of the class names where both are there.
/// \param set a feature set that was read or is to be written
/// \throws value_error for a row with a length off 1 by more than 0.001 or class names with another digest; io_error as read_feature_metadata
inline void check_metadata(const feature_set& set) {
  const feature_metadata recorded = read_feature_metadata(set.metadata, set.path);
  if (!recorded.class_names_sha256.empty() && !set.class_names.empty() && recorded.class_names_sha256 != sha256_of_list(set.class_names)) {
    throw value_error(expected_got(set.path, "digest of the class names", readable_text(recorded.class_names_sha256, 80) + " as recorded",
                                   sha256_of_list(set.class_names)));
  }
  if (recorded.normalised != "l2") return;
  const auto check = [&](const labelled_features& rows, const std::string& name) {
    detail::check_unit_rows(rows.features, rows.dim, set.path, name);
  };
  for (const auto& [shots, rows] : set.train_by_shots) check(rows, "train" + std::to_string(shots) + "_features");
  if (set.train) check(*set.train, "train_features");
  if (set.val) check(*set.val, "val_features");
  if (set.test) check(*set.test, "test_features");
  detail::check_unit_rows(set.text, set.dim, set.path, "text_features");
}

}  // namespace fewclip::io
