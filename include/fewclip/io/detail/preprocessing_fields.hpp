#pragma once
/// \file
/// The fields of preprocessing configurations, each taken out as it is honoured; what remains is refused.

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "fewclip/core/error.hpp"
#include "fewclip/images/preprocessing.hpp"
#include "fewclip/io/detail/readable_name.hpp"

namespace fewclip::io::detail {

/// Checks settings that were read from a file.
/// \param name the file, and where in it
/// \throws io_error naming both and the first setting that is out of its range
inline void check_as_read(const images::preprocessing& read, const std::string& name) {
  try {
    read.check(name);
  } catch (const value_error& failure) {
    throw io_error(failure.what());
  }
}

/// The fields of one JSON object.
class config_fields {
 public:
  config_fields(nlohmann::json object, std::string name) : object_(std::move(object)), name_(std::move(name)) {
    if (!object_.is_object()) refuse("content", "a JSON object", std::string("JSON of type ") + object_.type_name());
  }

  [[noreturn]] void refuse(const std::string& field, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(name_, field, expected, got));
  }

  /// The value, no longer there afterwards; nothing where it is absent or null.
  std::optional<nlohmann::json> take(const std::string& field) {
    const auto found = object_.find(field);
    if (found == object_.end()) return {};
    nlohmann::json value = std::move(*found);
    object_.erase(found);
    if (value.is_null()) return {};
    return value;
  }

  bool take_flag(const std::string& field, bool if_missing) {
    const auto value = take(field);
    if (!value) return if_missing;
    if (!value->is_boolean()) refuse_value(field, "true or false", *value);
    return value->get<bool>();
  }

  /// A flag that has to be on, as it is by default.
  void require_flag(const std::string& field) {
    if (!take_flag(field, true)) refuse(field, "true, nothing else is implemented", "false");
  }

  std::string take_text(const std::string& field, const std::string& if_missing) {
    const auto value = take(field);
    if (!value) return if_missing;
    if (!value->is_string()) refuse_value(field, "a text", *value);
    return value->get<std::string>();
  }

  index whole_number(const std::string& field, const nlohmann::json& value, index least, index most) const {
    const bool fits = value.is_number_integer() && value >= least && value <= most;
    if (!fits) refuse_value(field, "a whole number from " + std::to_string(least) + " to " + std::to_string(most), value);
    return value.get<index>();
  }

  index take_number(const std::string& field, index least, index most, index if_missing) {
    const auto value = take(field);
    return value ? whole_number(field, *value, least, most) : if_missing;
  }

  /// Three numbers, or one for all three colours.
  /// \param above_zero whether they are divisors
  std::array<float, 3> take_colours(const std::string& field, std::array<float, 3> if_missing, bool above_zero) {
    const auto value = take(field);
    if (!value) return if_missing;
    const auto colours = three_numbers(field, *value);
    for (const float each : colours) {
      if (!math::is_finite(each) || (above_zero && each <= 0)) {
        refuse_value(field, above_zero ? "finite numbers above 0" : "finite numbers", *value);
      }
    }
    return colours;
  }

  std::array<float, 3> three_numbers(const std::string& field, const nlohmann::json& value) const {
    if (value.is_number()) {
      const auto one = value.get<float>();
      return {one, one, one};
    }
    const bool fits = value.is_array() && value.size() == 3 &&
                      std::all_of(value.begin(), value.end(), [](const nlohmann::json& one) { return one.is_number(); });
    if (!fits) refuse_value(field, "three numbers", value);
    return {value[0].get<float>(), value[1].get<float>(), value[2].get<float>()};
  }

  bool has(const std::string& field) const { return object_.contains(field) && !object_[field].is_null(); }

  [[noreturn]] void refuse_value(const std::string& field, const std::string& expected, const nlohmann::json& value) const {
    refuse(field, expected, readable_name(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
  }

  /// Refuses the first field that was not taken, unless it is null or false.
  void refuse_the_rest(const std::string& known) const {
    for (const auto& [field, value] : object_.items()) {
      if (value.is_null() || value == false) continue;
      refuse("setting " + readable_name(field), known, readable_name(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    }
  }

 private:
  nlohmann::json object_;
  std::string name_;
};

inline constexpr index largest_side = 4096;

/// A square given as a number, or as two equal sides by these names.
inline index square_side(const config_fields& fields, const std::string& field, const nlohmann::json& value) {
  if (value.is_number()) return fields.whole_number(field, value, 1, largest_side);
  const bool is_pair = value.is_array() && value.size() == 2;
  const bool is_object = value.is_object() && value.size() == 2 && value.contains("height") && value.contains("width");
  if (!is_pair && !is_object) fields.refuse_value(field, "a number, or two equal sides", value);
  const index height = fields.whole_number(field, is_pair ? value[0] : value["height"], 1, largest_side);
  const index width = fields.whole_number(field, is_pair ? value[1] : value["width"], 1, largest_side);
  if (height != width) fields.refuse_value(field, "two equal sides", value);
  return height;
}

/// `size`, `crop_size`, `do_center_crop` and `default_to_square` of transformers.
inline void take_transformers_sizes(config_fields& fields, index size_if_missing, bool is_clip, images::preprocessing& out) {
  const nlohmann::json size = fields.take("size").value_or(nlohmann::json{{"shortest_edge", size_if_missing}});
  const bool numbers_are_squares = fields.take_flag("default_to_square", !is_clip);
  const bool is_short_side = size.is_object() && size.contains("shortest_edge");
  if (is_short_side && size.size() != 1) fields.refuse_value("size", "shortest_edge alone", size);
  const index side = square_side(fields, "size", is_short_side ? size["shortest_edge"] : size);
  const bool squashes = !is_short_side && (!size.is_number() || numbers_are_squares);
  const auto crop = fields.take("crop_size");
  const bool crops = fields.take_flag("do_center_crop", is_clip || !squashes);
  const index crop_side = crop ? square_side(fields, "crop_size", *crop) : crops && is_clip ? size_if_missing : side;
  if (squashes) {
    out.mode = images::resize_mode::squash;
    if (crops && crop_side != side) fields.refuse("crop_size", std::to_string(side) + ", the size", std::to_string(crop_side));
    out.size = side;
    return;
  }
  if (!crops) fields.refuse("do_center_crop", "true where size is the short side", "false");
  out.size = crop_side;
  out.resize_to = side == crop_side ? 0 : side;
}

inline images::preprocessing transformers_preprocessing(const nlohmann::json& root, const std::string& name, index size_if_missing) {
  config_fields fields(root, name);
  std::string kind = fields.take_text("image_processor_type", "");
  const std::string old_kind = fields.take_text("feature_extractor_type", "CLIP");
  if (kind.empty()) kind = old_kind;
  const bool is_clip = kind.starts_with("CLIP");
  for (const char* const needed : {"size", "resample", "image_mean", "image_std"}) {
    if (!is_clip && !fields.has(needed)) fields.refuse(needed, "a value, as " + readable_name(kind) + " is not CLIP's processor", "none");
  }
  for (const char* const inert : {"processor_class", "_valid_processor_keys", "transformers_version", "auto_map", "_name_or_path"}) {
    fields.take(inert);
  }
  images::preprocessing out;
  out.crop = images::crop_mode::transformers;
  out.transparency = images::transparency_rule::white;
  take_transformers_sizes(fields, size_if_missing, is_clip, out);
  for (const char* const flag : {"do_resize", "do_rescale", "do_convert_rgb"}) fields.require_flag(flag);
  out.filter = static_cast<images::resample_filter>(fields.take_number("resample", 0, 3, 3));
  const auto factor = fields.take("rescale_factor");
  if (factor && !(factor->is_number() && std::abs(factor->get<double>() * 255 - 1) < 1e-6)) {
    fields.refuse_value("rescale_factor", "1/255", *factor);
  }
  out.mean = fields.take_colours("image_mean", out.mean, false);
  out.std = fields.take_colours("image_std", out.std, true);
  if (!fields.take_flag("do_normalize", true)) {
    out.mean = {0, 0, 0};
    out.std = {1, 1, 1};
  }
  const std::string layout = fields.take_text("data_format", "channels_first");
  if (layout != "channels_first") fields.refuse("data_format", "channels_first", readable_name(layout));
  fields.refuse_the_rest("none but those of CLIPImageProcessor");
  return out;
}

inline images::preprocessing open_clip_preprocessing(const nlohmann::json& object, const std::string& name, index size_if_missing) {
  config_fields fields(object, name);
  images::preprocessing out;
  out.order = images::colour_order::openai;
  const auto size = fields.take("size");
  out.size = size ? square_side(fields, "size", *size) : size_if_missing;
  out.mean = fields.take_colours("mean", out.mean, false);
  out.std = fields.take_colours("std", out.std, true);
  out.fill = static_cast<std::uint8_t>(fields.take_number("fill_color", 0, 255, 0));
  const std::string filter = fields.take_text("interpolation", "bicubic");
  if (filter == "bilinear") {
    out.filter = images::resample_filter::bilinear;
  } else if (filter != "bicubic" && filter != "random") {
    fields.refuse("interpolation", "bicubic, bilinear or random", readable_name(filter));
  }
  const std::string mode = fields.take_text("resize_mode", "shortest");
  if (mode == "squash") {
    out.mode = images::resize_mode::squash;
  } else if (mode == "longest") {
    out.mode = images::resize_mode::longest;
  } else if (mode != "shortest") {
    fields.refuse("resize_mode", "shortest, squash or longest", readable_name(mode));
  }
  const std::string colours = fields.take_text("mode", "RGB");
  if (colours != "RGB") fields.refuse("mode", "RGB", readable_name(colours));
  fields.refuse_the_rest("none but those of open_clip's PreprocessCfg");
  return out;
}

/// {"model_cfg": {"vision_cfg": {"image_size": ...}}, "preprocess_cfg": {...}}
inline images::preprocessing whole_open_clip_config(const nlohmann::json& root, const std::string& name, index size_if_missing) {
  config_fields fields(root, name);
  config_fields model(fields.take("model_cfg").value_or(nlohmann::json::object()), name + ": model_cfg");
  config_fields vision(model.take("vision_cfg").value_or(nlohmann::json::object()), name + ": vision_cfg");
  if (const auto size = vision.take("image_size")) size_if_missing = square_side(vision, "image_size", *size);
  const nlohmann::json inner = fields.take("preprocess_cfg").value_or(nlohmann::json::object());
  return open_clip_preprocessing(inner, name + ": preprocess_cfg", size_if_missing);
}

}  // namespace fewclip::io::detail
