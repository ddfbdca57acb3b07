#pragma once
/// \file
/// Files that name the classes of an image folder.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/comparable_name.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/utf8.hpp"

namespace fewclip::io {

/// One line of a file of class names.
struct named_class {
  std::string id;    ///< the folder, as composed_name() writes it
  std::string name;  ///< for prompts, likewise
};

/// Reads a file of class names as CoOp writes it for ImageNet: per line a folder, one space, the name, which may hold spaces. The order of the
/// lines is the order of the labels. Empty lines at the end and carriage returns are skipped.
/// \param path the file, usually `classnames.txt`
/// \throws io_error where it cannot be read, is not UTF-8, has a line without a space or a name, or the same folder twice; the message names
///         the line, counted from 1
inline std::vector<named_class> read_class_names_file(const std::string& path) {
  const std::string text = detail::read_text_file(path);
  std::vector<named_class> out;
  std::map<std::string, std::size_t> seen;
  std::string_view rest = text;
  while (rest.find_first_not_of("\r\n") != std::string_view::npos) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t number = out.size() + 1;
    const auto refuse = [&](const std::string& expected, const std::string& got) {
      throw io_error(expected_got(path, "line " + std::to_string(number), expected, got));
    };
    if (detail::first_invalid_utf8(line) != std::string_view::npos) refuse("UTF-8", "other bytes");
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos || line.find_first_not_of(' ', space) == std::string_view::npos) {
      refuse("a folder, a space and a class name", detail::readable_name(line));
    }
    named_class next{composed_name(line.substr(0, space)), composed_name(line.substr(space + 1))};
    const auto [before, is_new] = seen.emplace(next.id, number);
    if (!is_new) refuse("a folder of its own", detail::readable_name(next.id) + " as in line " + std::to_string(before->second));
    out.push_back(std::move(next));
  }
  if (out.empty()) throw io_error(expected_got(path, "content", "at least one line", "none"));
  return out;
}

}  // namespace fewclip::io
