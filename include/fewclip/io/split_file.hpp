#pragma once
/// \file
/// The split files of CoOp: train, validation and test lists of a data set as JSON.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/image_list.hpp"
#include "fewclip/io/detail/class_table.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/paths_below.hpp"
#include "fewclip/io/json.hpp"

namespace fewclip::io {

namespace detail {

/// One list of a split file.
inline std::vector<data::image_item> read_split_list(const nlohmann::json& items, const std::string& name, const std::string& path,
                                                     class_table& classes, paths_below& below) {
  if (!items.is_array()) throw io_error(expected_got(path, name, "an array of items", readable_value(items)));
  std::vector<data::image_item> out;
  out.reserve(items.size());
  for (const nlohmann::json& item : items) {
    const std::string place = name + ", item " + std::to_string(out.size());
    const auto refuse = [&](const std::string& what, const char* expected, const nlohmann::json& got) {
      throw io_error(expected_got(path, place + what, expected, readable_value(got)));
    };
    if (!item.is_array() || item.size() != 3) refuse("", "[path, label, class name]", item);
    if (!item[0].is_string()) refuse(", path", "a text", item[0]);
    if (!item[1].is_number_integer()) refuse(", label", "a whole number", item[1]);
    if (!item[2].is_string()) refuse(", class name", "a text", item[2]);
    out.push_back({below(item[0].get<std::string>()), classes.add(item[1].get<std::int64_t>(), item[2].get<std::string>(), place)});
  }
  return out;
}

}  // namespace detail

/// Reads a split file as published with CoOp (`split_zhou_<name>.json`).
///
/// An object with at least one of the arrays "train", "val" and "test"; each item is [path, label, class name]. Items keep their order, on
/// which published draws depend. Paths are relative to an image folder that the file does not name. An image in two of the lists is no error
/// here: see data::check_leaks.
/// \param path the file
/// \param root the folder that the paths in it are below; an absolute path that leads there counts as one below it
/// \throws io_error where it cannot be read or is something else, where labels have gaps or a label has two names, where two classes have
///         names that are equal under comparable_name(); the message names the list and the item, counted from 0
inline data::image_list read_split_file(const std::string& path, const std::string& root) {
  const nlohmann::json file = read_json(path, longest_json_list);
  if (!file.is_object()) throw io_error(expected_got(path, "content", "an object", detail::readable_value(file)));
  data::image_list out;
  out.source = path;
  out.root = root;
  detail::class_table classes(path);
  detail::paths_below below(root);
  bool found = false;
  for (const auto& [name, items] : {std::pair("train", &out.train), std::pair("val", &out.val), std::pair("test", &out.test)}) {
    const auto list = file.find(name);
    if (list == file.end()) continue;
    *items = detail::read_split_list(*list, name, path, classes, below);
    found = true;
  }
  if (!found) throw io_error(expected_got(path, "lists", "train, val or test", "none of these"));
  return classes.finish(std::move(out));
}

}  // namespace fewclip::io
