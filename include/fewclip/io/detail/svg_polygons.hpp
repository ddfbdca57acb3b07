#pragma once
/// \file
/// The part of SVG that drawings of polygons need: elements with attributes, lists of numbers, matrices.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/data/tangram/geometry.hpp"
#include "fewclip/io/detail/readable_name.hpp"

namespace fewclip::io::detail {

/// An opening or closing tag.
struct svg_tag {
  std::string_view name;  // with a "/" in front where it closes
  std::vector<std::pair<std::string_view, std::string_view>> attributes;
  bool closed = false;  // <name ... />

  /// An attribute's value; an empty text where there is none.
  std::string_view value_of(std::string_view attribute) const {
    for (const auto& [key, value] : attributes) {
      if (key == attribute) return value;
    }
    return {};
  }
};

/// Reads tag after tag. Text between tags must be white space; declarations and comments are skipped; entities are not known.
class svg_reader {
 public:
  svg_reader(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  /// The next tag. \returns false at the end of the text
  bool next(svg_tag& out) {
    for (;;) {
      skip_space();
      if (at_ == text_.size()) return false;
      if (text_[at_] != '<') refuse("a tag", "other text");
      if (skip("<!--", "-->") || skip("<?", "?>")) continue;
      break;
    }
    ++at_;
    out = {};
    out.name = word();
    if (out.name.empty()) refuse("a name behind <", "none");
    for (;;) {
      skip_space();
      if (take('>')) return true;
      if (take('/')) {
        out.closed = true;
        continue;
      }
      const std::string_view key = word();
      skip_space();
      if (key.empty() || !take('=')) refuse("attributes as name=\"value\"", "something else");
      skip_space();
      const char quote = at_ < text_.size() ? text_[at_] : '\0';
      const std::size_t end = quote == '"' || quote == '\'' ? text_.find(quote, at_ + 1) : std::string_view::npos;
      if (end == std::string_view::npos) refuse("a value in quotes", "none, or no second quote");
      out.attributes.emplace_back(key, text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
    }
  }

  [[noreturn]] void refuse(const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(where_, "byte " + std::to_string(at_), expected, got));
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool skip(std::string_view start, std::string_view end) {
    if (!text_.substr(at_).starts_with(start)) return false;
    const std::size_t found = text_.find(end, at_ + start.size());
    if (found == std::string_view::npos) refuse("an end " + std::string(end), "none");
    at_ = found + end.size();
    return true;
  }

  bool take(char wanted) {
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::string_view word() {
    const std::size_t start = at_;
    if (at_ < text_.size() && text_[at_] == '/') ++at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && std::string_view("<>/=\"'").find(text_[at_]) == std::string_view::npos) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0;
};

/// Numbers separated by white space, commas or both.
/// \throws io_error for anything else, and for numbers that are not finite
inline std::vector<double> svg_numbers(std::string_view text, const std::string& where, const std::string& what) {
  std::vector<double> out;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    while (at != end && (*at == ' ' || *at == ',' || (*at >= '\t' && *at <= '\r'))) ++at;
    if (at == end) return out;
    if (*at == '+') ++at;
    double value = 0.0;
    const auto [stop, failure] = std::from_chars(at, end, value);
    const bool ends = stop == end || *stop == ' ' || *stop == ',' || (*stop >= '\t' && *stop <= '\r');
    if (failure != std::errc{} || !ends || !math::is_finite(value)) {
      throw io_error(expected_got(where, what, "numbers", readable_name(text)));
    }
    out.push_back(value);
    at = stop;
  }
}

/// The map of a transform attribute; the identity where it is empty.
/// \throws io_error for anything but one matrix(a, b, c, d, e, f)
inline data::tangram::affine svg_matrix(std::string_view text, const std::string& where, const std::string& what) {
  if (text.empty()) return {};
  const std::string_view start = "matrix(";
  if (!text.starts_with(start) || !text.ends_with(")")) {
    throw io_error(expected_got(where, what, "matrix(a, b, c, d, e, f)", readable_name(text)));
  }
  const std::vector<double> n = svg_numbers(text.substr(start.size(), text.size() - start.size() - 1), where, what);
  if (n.size() != 6) throw io_error(expected_got(where, what, "6 numbers", std::to_string(n.size())));
  return {n[0], n[1], n[2], n[3], n[4], n[5]};
}

}  // namespace fewclip::io::detail
