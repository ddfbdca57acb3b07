#pragma once
/// \file
/// Published few-shot draws: which rows of a split were drawn, as JSON.

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/few_shot_sampling.hpp"
#include "fewclip/data/image_list.hpp"
#include "fewclip/io/comparable_name.hpp"
#include "fewclip/io/detail/class_table.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/paths_below.hpp"
#include "fewclip/io/json.hpp"

namespace fewclip::io {

namespace detail {

/// One entry of "data": {"impath", "label", "classname"}.
struct drawn_image {
  std::string path;
  std::int64_t number = 0;
  std::string class_name;
};

/// One half of an index file, "train" or "val".
class drawn_part {
 public:
  drawn_part(const nlohmann::json& file, const char* name, const std::string& path) : name_(name), path_(path) {
    const auto part = file.find(name);
    if (part == file.end()) return;
    if (!part->is_object()) throw io_error(expected_got(path, name, "an object", readable_value(*part)));
    read_images(*part);
    read_rows(*part);
  }

  const std::vector<drawn_image>& images() const { return images_; }

  /// "train, item 3"
  std::string place(std::size_t at) const { return name_ + ", item " + std::to_string(at); }

  /// The positions in the list of the split, after a comparison with what "data" says.
  std::vector<index> rows_in(const std::vector<data::image_item>& items, const std::vector<std::string>& class_ids) const {
    std::vector<index> out = has_rows_ ? rows_ : rows_by_path(items);
    for (std::size_t at = 0; at < out.size(); ++at) {
      const index row = out[at];
      if (row < 0 || static_cast<std::size_t>(row) >= items.size()) {
        refuse(at, "index", "a position in a list of " + std::to_string(items.size()) + " images", std::to_string(row));
      }
      if (images_.empty()) continue;
      const data::image_item& item = items[static_cast<std::size_t>(row)];
      if (item.label < 0 || static_cast<std::size_t>(item.label) >= class_ids.size()) refuse(at, "label", "a split with classes", "none");
      const std::string& id = class_ids[static_cast<std::size_t>(item.label)];
      const std::string of_split = " as in the split at position " + std::to_string(row);
      if (!is_at_the_end(item.path, images_[at].path)) {
        refuse(at, "impath", "a path that ends with " + readable_name(item.path) + of_split, readable_name(images_[at].path));
      }
      if (images_[at].number != item.label) refuse(at, "label", std::to_string(item.label) + of_split, std::to_string(images_[at].number));
      if (images_[at].class_name != composed_name(id))
        refuse(at, "classname", readable_name(id) + of_split, readable_name(images_[at].class_name));
    }
    return out;
  }

 private:
  [[noreturn]] void refuse(std::size_t at, const char* what, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(path_, place(at) + ", " + what, expected, got));
  }

  /// Whether `full` is `path`, or some folders and then `path`.
  static bool is_at_the_end(std::string_view path, std::string_view full) {
    return full.ends_with(path) && (full.size() == path.size() || full[full.size() - path.size() - 1] == '/');
  }

  void read_images(const nlohmann::json& part) {
    const auto list = part.find("data");
    if (list == part.end()) return;
    if (!list->is_array()) throw io_error(expected_got(path_, name_ + ", data", "an array", readable_value(*list)));
    for (const nlohmann::json& each : *list) {
      const std::size_t at = images_.size();
      if (!each.is_object()) refuse(at, "entry", "an object", readable_value(each));
      const auto value = [&](const char* key) { return each.contains(key) ? each.at(key) : nlohmann::json(); };
      const nlohmann::json impath = value("impath");
      const nlohmann::json number = value("label");
      const nlohmann::json class_name = value("classname");
      if (!impath.is_string()) refuse(at, "impath", "a text", readable_value(impath));
      if (!number.is_number_integer()) refuse(at, "label", "a whole number", readable_value(number));
      if (!class_name.is_string()) refuse(at, "classname", "a text", readable_value(class_name));
      images_.push_back({impath.get<std::string>(), number.get<std::int64_t>(), composed_name(class_name.get<std::string>())});
    }
  }

  void read_rows(const nlohmann::json& part) {
    const auto list = part.find("indices");
    has_rows_ = list != part.end();
    if (!has_rows_ && images_.empty()) throw io_error(expected_got(path_, name_, "indices or data", "neither"));
    if (!has_rows_) return;
    if (!list->is_array()) throw io_error(expected_got(path_, name_ + ", indices", "an array", readable_value(*list)));
    for (const nlohmann::json& each : *list) {
      if (!each.is_number_integer()) refuse(rows_.size(), "index", "a whole number", readable_value(each));
      rows_.push_back(each.get<index>());
    }
    if (part.contains("data") && rows_.size() != images_.size()) {
      throw io_error(
          expected_got(path_, name_ + ", indices", std::to_string(images_.size()) + " as in data", std::to_string(rows_.size())));
    }
  }

  /// Looks up each path, first as it is, then without its first folder, and so on.
  std::vector<index> rows_by_path(const std::vector<data::image_item>& items) const {
    std::map<std::string_view, index> known;
    for (std::size_t row = 0; row < items.size(); ++row) known.emplace(items[row].path, static_cast<index>(row));
    std::vector<index> out;
    for (std::size_t at = 0; at < images_.size(); ++at) {
      std::string_view tail = images_[at].path;
      auto found = known.find(tail);
      for (std::size_t slash = tail.find('/'); found == known.end() && slash != std::string_view::npos; slash = tail.find('/')) {
        tail.remove_prefix(slash + 1);
        found = known.find(tail);
      }
      if (found == known.end()) refuse(at, "impath", "a path of the split after some folders", readable_name(images_[at].path));
      out.push_back(found->second);
    }
    return out;
  }

  std::string name_;
  std::string path_;
  std::vector<drawn_image> images_;
  std::vector<index> rows_;
  bool has_rows_ = false;
};

inline nlohmann::json read_index_json(const std::string& path) {
  nlohmann::json file = read_json(path, longest_json_list);
  if (!file.is_object() || !file.contains("train")) {
    throw io_error(expected_got(path, "content", "an object with train", readable_value(file)));
  }
  return file;
}

}  // namespace detail

/// Reads a published draw as positions in its split.
///
/// An object with "train" and, optionally, "val"; each holds "indices", positions in that list of the split, and "data", an array of
/// {"impath", "label", "classname"}. Where both are there the positions count, and every entry of "data" must agree with them: "impath" is the
/// split's path after any folders. Without "indices", images are found by the longest end of "impath" that the split has.
/// \param path the file, as published with linzhiqiu/cross_modal_adaptation
/// \param split what it was drawn from, such as read_split_file returns
/// \throws io_error where it cannot be read or is something else, and where it does not agree with the split; the message names the item
inline data::few_shot_draw read_index_file(const std::string& path, const data::image_list& split) {
  const nlohmann::json file = detail::read_index_json(path);
  const detail::drawn_part train(file, "train", path);
  const detail::drawn_part val(file, "val", path);
  return {train.rows_in(split.train, split.class_ids), val.rows_in(split.val, split.class_ids)};
}

/// Reads the images of a published draw without its split: the entries of "data", as train and val.
/// \param path the file
/// \param root the folder that the remaining paths are below; an absolute path that leads there counts as one below it
/// \param prefix what each "impath" must begin with; it is cut off, such as "./data/caltech-101/101_ObjectCategories/"
/// \throws io_error where it cannot be read or is something else, where a path has another beginning, where labels have gaps or two names
inline data::image_list read_index_file(const std::string& path, const std::string& root, const std::string& prefix) {
  const nlohmann::json file = detail::read_index_json(path);
  data::image_list out;
  out.source = path;
  out.root = root;
  detail::class_table classes(path);
  detail::paths_below below(root);
  for (const auto& [name, items] : {std::pair("train", &out.train), std::pair("val", &out.val)}) {
    const detail::drawn_part part(file, name, path);
    for (const detail::drawn_image& each : part.images()) {
      const std::string place = part.place(items->size());
      if (!each.path.starts_with(prefix)) {
        throw io_error(
            expected_got(path, place + ", impath", "a beginning " + detail::readable_name(prefix), detail::readable_name(each.path)));
      }
      items->push_back({below(each.path.substr(prefix.size())), classes.add(each.number, each.class_name, place)});
    }
  }
  return classes.finish(std::move(out));
}

}  // namespace fewclip::io
