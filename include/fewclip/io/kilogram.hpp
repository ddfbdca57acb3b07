#pragma once
/// \file
/// The files of KiloGram (Ji et al. 2022, "Abstract Visual Reasoning with Tangram Shapes"): drawings, annotations, validation contexts.

#include <array>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/tangram/captions.hpp"
#include "fewclip/data/tangram/drawing.hpp"
#include "fewclip/data/tangram/reference_game.hpp"
#include "fewclip/data/tangram/rendering.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/svg_polygons.hpp"
#include "fewclip/io/json.hpp"

namespace fewclip::io {

/// A drawing and how its file was written.
struct kilogram_svg {
  data::tangram::drawing picture;  ///< the transforms are applied; pieces in the order of the file
  bool has_commas = false;         ///< whether points are written "x,y x,y" and not "x y x y"
  int transformed = 0;             ///< polygons with a transform
};

namespace detail {

inline data::tangram::piece svg_piece(const svg_tag& tag, const std::string& where, kilogram_svg& out) {
  const std::string what = "polygon " + readable_name(tag.value_of("id"));
  const std::string_view id = tag.value_of("id");
  if (id.size() != 1 || id[0] < '1' || id[0] > '7') throw io_error(expected_got(where, what, "an id of 1 to 7", readable_name(id)));
  const std::string_view points = tag.value_of("points");
  const std::vector<double> numbers = svg_numbers(points, where, what + ", points");
  if (numbers.size() != 6 && numbers.size() != 8) {
    throw io_error(expected_got(where, what + ", points", "3 or 4 points", std::to_string(numbers.size()) + " numbers"));
  }
  data::tangram::polygon corners;
  for (std::size_t i = 0; i < numbers.size(); i += 2) corners.push_back({numbers[i], numbers[i + 1]});
  const std::string_view transform = tag.value_of("transform");
  out.has_commas = points.find(',') != std::string_view::npos;
  out.transformed += transform.empty() ? 0 : 1;
  corners = svg_matrix(transform, where, what + ", transform")(corners);
  if (!(std::abs(data::tangram::signed_area(corners)) > 0.0)) throw io_error(expected_got(where, what, "a polygon with an area", "none"));
  return {id[0] - '0', std::move(corners)};
}

inline data::tangram::box svg_view(const svg_tag& tag, const std::string& where) {
  const std::vector<double> view = svg_numbers(tag.value_of("viewBox"), where, "viewBox");
  if (view.size() != 4 || !(view[2] > 0.0) || !(view[3] > 0.0)) {
    throw io_error(expected_got(where, "viewBox", "left, top, a width and a height", readable_name(tag.value_of("viewBox"))));
  }
  return {view[0], view[1], view[0] + view[2], view[1] + view[3]};
}

}  // namespace detail

/// Reads a drawing: an svg element with a viewBox, and in it 7 polygons with the ids 1 to 7, of 3 or 4 points, which a matrix may transform. An
/// empty defs element is passed over; colours, styles and widths are not looked at, as render() sets them. No other SVG is read.
/// \param text the file
/// \param where begins messages, usually the path
/// \throws io_error naming the element or the byte, what was expected and what was got
inline kilogram_svg parse_kilogram_svg(std::string_view text, const std::string& where) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  detail::svg_reader reader(text, where);
  detail::svg_tag tag;
  kilogram_svg out;
  std::size_t count = 0;
  std::array<bool, 7> seen{};
  bool open = false;
  bool ended = false;
  while (reader.next(tag)) {
    if (ended) reader.refuse("nothing behind </svg>", detail::readable_name(tag.name));
    if (tag.name == "svg" && !open) {
      out.picture.view = detail::svg_view(tag, where);
      open = true;
      ended = tag.closed;
    } else if (tag.name == "polygon" && open && tag.closed) {
      data::tangram::piece each = detail::svg_piece(tag, where, out);
      bool& taken = seen[static_cast<std::size_t>(each.id - 1)];
      if (taken) throw io_error(expected_got(where, "polygons", "ids 1 to 7 once each", std::to_string(each.id) + " twice"));
      taken = true;
      out.picture.pieces[count++] = std::move(each);
    } else if (tag.name == "/svg" && open) {
      ended = true;
    } else if (tag.name != "defs" || !tag.closed || !open) {
      reader.refuse("svg with closed polygon elements", detail::readable_name(tag.name));
    }
  }
  if (!ended) throw io_error(expected_got(where, "content", "an svg element that is closed", "none"));
  if (count != 7) throw io_error(expected_got(where, "polygons", "7", std::to_string(count)));
  return out;
}

/// Reads a drawing's file, see parse_kilogram_svg.
/// \throws io_error as there, and where the file cannot be read
inline kilogram_svg read_kilogram_svg(const std::string& path) { return parse_kilogram_svg(detail::read_text_file(path), path); }

/// What one person wrote about a tangram.
struct kilogram_annotation {
  std::string whole;                 ///< what it is
  data::tangram::piece_parts parts;  ///< by id - 1: what the piece belongs to

  /// The whole and its parts, each once, in the order of the pieces' ids.
  data::tangram::phrases phrases() const {
    data::tangram::phrases out{whole, {}};
    for (const std::string& part : parts) {
      if (std::find(out.parts.begin(), out.parts.end(), part) == out.parts.end()) out.parts.push_back(part);
    }
    return out;
  }
};

/// A tangram with all that was written about it.
struct annotated_tangram {
  std::string name;                              ///< the drawing's file without .svg
  double shape_naming_divergence = 0.0;          ///< snd of the file
  double part_naming_divergence = 0.0;           ///< pnd of the file
  double part_segmentation_agreement = 0.0;      ///< psa of the file
  std::vector<kilogram_annotation> annotations;  ///< in the order of the file
};

namespace detail {

inline const nlohmann::json& kilogram_member(const nlohmann::json& of, const char* key, const std::string& where, const std::string& what) {
  if (!of.is_object() || !of.contains(key)) {
    throw io_error(expected_got(where, what, "an object with " + readable_name(key), of.is_object() ? "none" : readable_value(of)));
  }
  return of.at(key);
}

inline std::string kilogram_text(const nlohmann::json& value, const std::string& where, const std::string& what) {
  if (!value.is_string()) throw io_error(expected_got(where, what, "a text", readable_value(value)));
  return value.get<std::string>();
}

inline double kilogram_number(const nlohmann::json& of, const char* key, const std::string& where, const std::string& what) {
  const nlohmann::json& value = kilogram_member(of, key, where, what);
  if (!value.is_number()) throw io_error(expected_got(where, what + ", " + key, "a number", readable_value(value)));
  return value.get<double>();
}

inline kilogram_annotation kilogram_annotation_of(const nlohmann::json& from, const std::string& where, const std::string& what) {
  kilogram_annotation out;
  const nlohmann::json& whole = kilogram_member(from, "whole", where, what);
  out.whole = kilogram_text(kilogram_member(whole, "wholeAnnotation", where, what + ", whole"), where, what + ", wholeAnnotation");
  const nlohmann::json& part = kilogram_member(from, "part", where, what);
  for (std::size_t i = 0; i < 7; ++i) {
    const std::string id = std::to_string(i + 1);
    out.parts[i] = kilogram_text(kilogram_member(part, id.c_str(), where, what + ", part"), where, what + ", part " + id);
  }
  return out;
}

inline std::vector<std::string> kilogram_texts(const nlohmann::json& of, const char* key, const std::string& where) {
  const nlohmann::json& list = kilogram_member(of, key, where, "content");
  if (!list.is_array()) throw io_error(expected_got(where, key, "a list of texts", readable_value(list)));
  std::vector<std::string> out;
  for (const nlohmann::json& each : list)
    out.push_back(kilogram_text(each, where, std::string(key) + ", item " + std::to_string(out.size())));
  return out;
}

}  // namespace detail

/// Reads annotations: {name: {snd, pnd, psa, annotations: [{whole: {wholeAnnotation}, part: {"1": label, ..., "7": label}}]}}, as dense.json of the
/// source (unpack dense.json.gz first). Other members are passed over.
/// \param text the JSON
/// \param where begins messages, usually the path
/// \returns tangrams in byte-wise order of their names
/// \throws io_error naming the tangram and the annotation
inline std::vector<annotated_tangram> parse_kilogram_annotations(std::string_view text, const std::string& where) {
  const nlohmann::json document = parse_json(text, where, "content", longest_json_list);
  if (!document.is_object()) throw io_error(expected_got(where, "content", "an object of tangrams", detail::readable_value(document)));
  std::vector<annotated_tangram> out;
  for (const auto& [name, value] : document.items()) {
    const std::string what = "tangram " + detail::readable_name(name);
    annotated_tangram each{name,
                           detail::kilogram_number(value, "snd", where, what),
                           detail::kilogram_number(value, "pnd", where, what),
                           detail::kilogram_number(value, "psa", where, what),
                           {}};
    const nlohmann::json& annotations = detail::kilogram_member(value, "annotations", where, what);
    if (!annotations.is_array()) throw io_error(expected_got(where, what + ", annotations", "a list", detail::readable_value(annotations)));
    for (const nlohmann::json& annotation : annotations) {
      each.annotations.push_back(
          detail::kilogram_annotation_of(annotation, where, what + ", annotation " + std::to_string(each.annotations.size())));
    }
    out.push_back(std::move(each));
  }
  return out;
}

/// Reads a file of annotations, see parse_kilogram_annotations.
/// \throws io_error as there, and where the file cannot be read
inline std::vector<annotated_tangram> read_kilogram_annotations(const std::string& path) {
  return parse_kilogram_annotations(detail::read_text_file(path), path);
}

/// Reads validation contexts: {"targets": [text, ...], "images": [text, ...], "texts": [text, ...]}, images and texts in groups of ten whose first
/// row is the target. The targets are kept as they are.
/// \param text the JSON
/// \param where begins messages, usually the path
/// \throws io_error where a list is missing, or the numbers of images and texts differ or are no multiple of ten
inline data::tangram::reference_contexts parse_kilogram_contexts(std::string_view text, const std::string& where) {
  const nlohmann::json document = parse_json(text, where, "content", longest_json_list);
  data::tangram::reference_contexts out{detail::kilogram_texts(document, "targets", where),
                                        detail::kilogram_texts(document, "images", where),
                                        detail::kilogram_texts(document, "texts", where)};
  if (out.images.size() != out.texts.size() || out.images.empty() || out.images.size() % 10 != 0) {
    throw io_error(expected_got(where, "images and texts", "as many of each, in groups of 10",
                                std::to_string(out.images.size()) + " and " + std::to_string(out.texts.size())));
  }
  return out;
}

/// Reads a file of validation contexts, see parse_kilogram_contexts.
/// \throws io_error as there, and where the file cannot be read
inline data::tangram::reference_contexts read_kilogram_contexts(const std::string& path) {
  return parse_kilogram_contexts(detail::read_text_file(path), path);
}

}  // namespace fewclip::io
