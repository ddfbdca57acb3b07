#pragma once
/// \file
/// Images listed in a table: comma-separated or tab-separated text with a heading.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/image_list.hpp"
#include "fewclip/io/comparable_name.hpp"
#include "fewclip/io/detail/class_table.hpp"
#include "fewclip/io/detail/delimited_text.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/paths_below.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/split_names.hpp"
#include "fewclip/io/detail/utf8.hpp"

namespace fewclip::io {

/// The headings of the columns; an empty text stands for the usual ones.
struct image_table_columns {
  std::string path{};        ///< usually `filepath`, else `path`
  std::string label{};       ///< usually `label`
  std::string class_name{};  ///< usually `class_name`, else `classname`, else `title`
  std::string split{};       ///< usually `split`
};

namespace detail {

/// Reads a table of images: first the heading, then row by row.
class image_table_reader {
 public:
  image_table_reader(const std::string& path, const image_table_columns& columns) : path_(path) {
    const std::string text = read_text_file(path);
    if (first_invalid_utf8(text) != std::string_view::npos) {
      throw io_error(expected_got(path, "content", "UTF-8", "other bytes at byte " + std::to_string(first_invalid_utf8(text))));
    }
    const bool has_tab = text.substr(0, text.find('\n')).find('\t') != std::string::npos;
    rows_ = delimited_text(text, has_tab ? '\t' : ',', path).rows();
    if (rows_.empty()) throw io_error(expected_got(path, "content", "a heading", "an empty file"));
    image_ = column(columns.path, {"filepath", "path"});
    label_ = column(columns.label, {"label"});
    class_ = column(columns.class_name, {"class_name", "classname", "title"});
    split_ = column(columns.split, {"split"});
    if (!image_) throw io_error(expected_got(path, "heading", "a column `filepath`", readable_heading()));
    if (!label_ && !class_) throw io_error(expected_got(path, "heading", "a column `label` or `class_name`", readable_heading()));
  }

  data::image_list read(const std::string& root) {
    data::image_list out;
    out.source = path_;
    out.root = root;
    class_table classes(path_);
    paths_below below(root);
    if (!label_) rank_names();
    for (std::size_t at = 1; at < rows_.size(); ++at) {
      const table_row& row = rows_[at];
      check_width(row);
      const std::string image = below(row.fields[*image_]);
      if (image.empty()) refuse(row, "path", "a path", "an empty field");
      if (const char* const fault = data::path_fault(image, !root.empty())) {
        refuse(row, "path", root.empty() ? "a path" : "a path below the image folder", readable_name(image) + ", " + fault);
      }
      const label number = classes.add(number_of(row), class_ ? std::optional(row.fields[*class_]) : std::nullopt, place(row));
      list_of(row, out).push_back({image, number});
    }
    return classes.finish(std::move(out));
  }

 private:
  static std::string place(const table_row& row) { return "line " + std::to_string(row.line); }

  [[noreturn]] void refuse(const table_row& row, const char* what, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(path_, place(row) + ", " + what, expected, got));
  }

  /// The first few columns: a file that is no table may have thousands.
  std::string readable_heading() const {
    constexpr std::size_t most = 5;
    const std::vector<std::string>& names = rows_[0].fields;
    std::string out;
    for (std::size_t k = 0; k < std::min(names.size(), most); ++k) out += (k == 0 ? "" : ", ") + readable_name(names[k]);
    return names.size() <= most ? out : out + " and " + std::to_string(names.size() - most) + " more";
  }

  /// The column with the wanted heading, which must be there, or with the first of the usual ones that is.
  std::optional<std::size_t> column(const std::string& wanted, std::initializer_list<const char*> usual) const {
    const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
      for (std::size_t at = 0; at < rows_[0].fields.size(); ++at) {
        if (rows_[0].fields[at] == name) return at;
      }
      return std::nullopt;
    };
    if (!wanted.empty()) {
      const auto found = find(wanted);
      if (!found) throw io_error(expected_got(path_, "heading", "a column " + readable_name(wanted), readable_heading()));
      return found;
    }
    for (const char* const name : usual) {
      if (const auto found = find(name)) return found;
    }
    return std::nullopt;
  }

  void check_width(const table_row& row) const {
    const std::size_t width = rows_[0].fields.size();
    if (row.fields.size() != width) refuse(row, "fields", std::to_string(width) + " as in the heading", std::to_string(row.fields.size()));
  }

  void rank_names() {
    for (std::size_t at = 1; at < rows_.size(); ++at) {
      check_width(rows_[at]);
      ranks_.emplace(composed_name(rows_[at].fields[*class_]), 0);
    }
    std::int64_t next = 0;
    for (auto& [name, rank] : ranks_) rank = next++;
  }

  std::int64_t number_of(const table_row& row) const {
    if (!label_) return ranks_.at(composed_name(row.fields[*class_]));
    const std::string& text = row.fields[*label_];
    std::int64_t out = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failure != std::errc() || end != text.data() + text.size()) {
      refuse(row, "label", "a whole number (names belong to a column `class_name`)", readable_name(text));
    }
    return out;
  }

  std::vector<data::image_item>& list_of(const table_row& row, data::image_list& out) const {
    if (!split_) return out.train;
    const std::string_view name = split_called(row.fields[*split_]);
    if (name.empty()) refuse(row, "split", "train, val or test", readable_name(row.fields[*split_]));
    return name == "train" ? out.train : name == "val" ? out.val : out.test;
  }

  std::string path_;
  std::vector<table_row> rows_;
  std::optional<std::size_t> image_;
  std::optional<std::size_t> label_;
  std::optional<std::size_t> class_;
  std::optional<std::size_t> split_;
  std::map<std::string, std::int64_t> ranks_;
};

}  // namespace detail

/// Whether a file is called like a table of images: `.csv` or `.tsv` at the end, in small or capital letters.
inline bool is_image_table_name(const std::string& path) {
  const std::string ending = data::ending_of(std::string_view(path).substr(path.rfind('/') + 1));
  return ending == ".csv" || ending == ".tsv";
}

/// Reads a table with a heading, one image per row, such as open_clip takes.
///
/// Columns: a path; a label or a class name, or both; optionally the split, called as read_image_folder knows it, without which all images are in
/// `train`. Other columns are ignored. The separator is a tab where the heading has one, else a comma; fields may be quoted. Class names
/// alone are numbered in byte-wise order. With labels alone, classes are called by number and have no prompt names.
/// \param path the file, UTF-8
/// \param root the folder that the paths in it are below; an absolute path that leads there counts as one below it
/// \param columns other headings than the usual ones
/// \throws io_error where it cannot be read or is not UTF-8; for a missing column, another number of fields than the heading has, a label that
///         is no number or leaves a gap, a label with two names, two classes whose names are equal under comparable_name(); the message names the line
inline data::image_list read_image_table(const std::string& path, const std::string& root, const image_table_columns& columns = {}) {
  return detail::image_table_reader(path, columns).read(root);
}

}  // namespace fewclip::io
