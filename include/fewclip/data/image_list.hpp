#pragma once
/// \file
/// Labelled images by path: what every image source is read into, whatever its format.

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/labels.hpp"
#include "fewclip/core/readable_text.hpp"

namespace fewclip::data {

/// The label of an image whose class is not known.
inline constexpr label unknown_label = -1;

/// One image file and its class.
struct image_item {
  std::string path;                      ///< below image_list::root, without ".."
  fewclip::label label = unknown_label;  ///< 0..classes-1, or unknown_label

  bool operator==(const image_item&) const = default;
};

/// The images of one data set. Labels are explicit, never implied by position or by a number of images per class.
///
/// A source without splits has all its images in `train`, the list that shots are drawn from; the other lists are then empty.
struct image_list {
  std::string source;                    ///< the file or folder that it was read from; used in messages
  std::string root;                      ///< the folder that paths are below; empty for paths that stand alone
  std::vector<std::string> class_ids;    ///< [classes], as the source writes them; empty where no class is known
  std::vector<std::string> class_names;  ///< [classes], for prompts; empty where the source has only numbers
  std::vector<image_item> train;         ///< what shots are drawn from
  std::vector<image_item> val;           ///< for selections; may be empty
  std::vector<image_item> test;          ///< what is measured; may be empty

  /// How many files a folder of images has beside them, by ending_of their names: what was there and was not read.
  std::map<std::string, std::size_t> other_files{};

  /// The number of classes; 0 where no class is known.
  index classes() const { return static_cast<index>(class_ids.size()); }

  /// All images of the three lists.
  std::size_t size() const { return train.size() + val.size() + test.size(); }
};

/// The ending of a file's name, in small letters and with the dot: ".tif"; empty where it has none. \param name without folders
inline std::string ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  std::string out(dot == std::string_view::npos ? "" : name.substr(dot));
  for (char& each : out) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  return out;
}

/// "5 .heic, 2 .tif and 1 without an ending". \param files how many there are by ending; not empty
inline std::string counted_by_ending(const std::map<std::string, std::size_t>& files) {
  std::string out;
  std::string without;
  for (const auto& [ending, count] : files) {
    if (ending.empty()) {
      without = std::to_string(count) + " without an ending";
    } else {
      out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + ending;
    }
  }
  return out + (out.empty() || without.empty() ? "" : " and ") + without;
}

/// The classes that a list has no image of, as labels in ascending order. \param list where it is from \param items one of its lists
inline std::vector<label> classes_without(const image_list& list, const std::vector<image_item>& items) {
  std::vector<bool> occurs(list.class_ids.size(), false);
  for (const image_item& each : items) {
    if (each.label != unknown_label) occurs[static_cast<std::size_t>(each.label)] = true;
  }
  std::vector<label> out;
  for (std::size_t c = 0; c < occurs.size(); ++c) {
    if (!occurs[c]) out.push_back(static_cast<label>(c));
  }
  return out;
}

/// The three lists with their names, in the order train, val, test. \param list borrowed
inline std::vector<std::pair<std::string_view, const std::vector<image_item>*>> lists_of(const image_list& list) {
  return {{"train", &list.train}, {"val", &list.val}, {"test", &list.test}};
}

/// Where to open an image.
/// \param list where the item is from
/// \param item one image
inline std::string file_of(const image_list& list, const image_item& item) {
  if (list.root.empty() || item.path.starts_with('/')) return item.path;
  return list.root.ends_with('/') ? list.root + item.path : list.root + '/' + item.path;
}

/// The labels alone, [images], as the draws want them. \param items one of the lists
inline std::vector<label> labels_of(const std::vector<image_item>& items) {
  std::vector<label> out;
  out.reserve(items.size());
  for (const image_item& item : items) out.push_back(item.label);
  return out;
}

/// The items at these positions, in this order; a position may occur more than once.
/// \param items one of the lists
/// \param rows positions in it, such as a draw returns
/// \throws value_error for a position outside the list
inline std::vector<image_item> items_at(const std::vector<image_item>& items, const std::vector<index>& rows) {
  std::vector<image_item> out;
  out.reserve(rows.size());
  for (const index row : rows) {
    if (row < 0 || static_cast<std::size_t>(row) >= items.size()) {
      throw value_error(expected_got("fewclip::data::items_at", "row",
                                     "a position in a list of " + std::to_string(items.size()) + " images", std::to_string(row)));
    }
    out.push_back(items[static_cast<std::size_t>(row)]);
  }
  return out;
}

/// The name that goes into a prompt: the class as written in folders and files, with "_" as a space. \param id for example "car_side"
inline std::string prompt_name(std::string id) {
  for (char& each : id) {
    if (each == '_') each = ' ';
  }
  return id;
}

namespace detail {

inline void check_names(const image_list& list) {
  if (!list.class_names.empty() && list.class_names.size() != list.class_ids.size()) {
    throw value_error(expected_got(list.source, "class names", std::to_string(list.class_ids.size()) + ", one per class",
                                   std::to_string(list.class_names.size())));
  }
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t at = 0; at < list.class_names.size(); ++at) {
    const std::string& name = list.class_names[at];
    if (name.find_first_not_of(' ') == std::string::npos) {
      throw value_error(expected_got(list.source, "name of class " + std::to_string(at), "a text", "an empty one"));
    }
    const auto [before, is_new] = seen.emplace(name, at);
    if (is_new) continue;
    throw value_error(expected_got(list.source, "class names", "a prompt name of its own for each class",
                                   readable_name(name) + " for class " + std::to_string(before->second) + " (" +
                                       readable_name(list.class_ids[before->second]) + ") and class " + std::to_string(at) + " (" +
                                       readable_name(list.class_ids[at]) + ")"));
  }
}

}  // namespace detail

/// What is wrong with the path of an image, as the end of a message; null where nothing is. Below a folder no path may lead out of it.
/// \param path as a list has it, not empty
/// \param has_root whether it is below a folder; else it stands alone and may lead anywhere
inline const char* path_fault(std::string_view path, bool has_root) {
  if (path.find('\0') != std::string_view::npos) return "with a zero byte in it";
  if (!has_root) return nullptr;
  if (path.starts_with('/')) return "an absolute path";
  bool names_something = false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part == "..") return "which leads out of it";
    names_something = names_something || (!part.empty() && part != ".");
    at = end + 1;
  }
  return names_something ? nullptr : "which is the folder itself";
}

/// Refuses a list that no classifier can be made from; every reader has called it before it returns.
///
/// Labels are 0..classes-1 and each occurs in at least one of the three lists, or no class is known and all labels are unknown_label; prompt
/// names are one per class, not empty and all different; there is at least one image. No path is empty or holds a zero byte; below a root, each is
/// relative, names something, and has no "..", so that a list from elsewhere cannot reach what is outside the folder. \param list what is checked
/// \throws value_error naming the source, the list and the position
inline void check_images(const image_list& list) {
  if (list.size() == 0) throw value_error(expected_got(list.source, "images", "at least one", "none"));
  detail::check_names(list);
  std::vector<bool> occurs(list.class_ids.size(), false);
  for (const auto& [name, items] : lists_of(list)) {
    for (std::size_t at = 0; at < items->size(); ++at) {
      const image_item& item = (*items)[at];
      const auto refuse = [&, name = std::string(name)](const char* what, const std::string& expected, const std::string& got) {
        throw value_error(expected_got(list.source, name + ", item " + std::to_string(at) + ", " + what, expected, got));
      };
      if (item.path.empty()) refuse("path", "a path", "an empty text");
      if (const char* const fault = path_fault(item.path, !list.root.empty())) {
        refuse("path", list.root.empty() ? "a path" : "a path below the image folder", readable_name(item.path) + ", " + fault);
      }
      if (occurs.empty() && item.label == unknown_label) continue;
      if (occurs.empty()) refuse("label", "-1, since no class is known", std::to_string(item.label));
      if (item.label < 0 || static_cast<std::size_t>(item.label) >= occurs.size()) {
        refuse("label", "a class in 0.." + std::to_string(occurs.size() - 1), std::to_string(item.label));
      }
      occurs[static_cast<std::size_t>(item.label)] = true;
    }
  }
  for (std::size_t at = 0; at < occurs.size(); ++at) {
    if (occurs[at]) continue;
    throw value_error(expected_got(list.source, "images of class " + std::to_string(at) + " (" + readable_name(list.class_ids[at]) + ")",
                                   "at least one, labels being without gaps", "none"));
  }
}

/// One place in an image_list.
struct image_place {
  std::string list;     ///< "train", "val" or "test"
  std::size_t row = 0;  ///< position in that list

  bool operator==(const image_place&) const = default;
};

/// A path that occurs again.
struct repeated_path {
  std::string path;    ///< as written, without a leading "./"
  image_place first;   ///< where it occurs first
  image_place second;  ///< where it occurs again

  /// Whether the two places are in different lists, such as an image both trained on and measured.
  bool leaks() const { return first.list != second.list; }
};

/// The paths that occur more than once, each later place as one entry, in the order of the lists. Paths are compared as texts, not files.
/// \param list train, val and test are searched together
inline std::vector<repeated_path> repeated_paths(const image_list& list) {
  std::map<std::string_view, image_place> seen;
  std::vector<repeated_path> out;
  for (const auto& [name, items] : lists_of(list)) {
    for (std::size_t row = 0; row < items->size(); ++row) {
      std::string_view path = (*items)[row].path;
      while (path.starts_with("./")) path.remove_prefix(2);
      const image_place here{std::string(name), row};
      const auto [before, is_new] = seen.emplace(path, here);
      if (!is_new) out.push_back({std::string(path), before->second, here});
    }
  }
  return out;
}

/// Refuses a list with an image in two of train, val and test; says how many there are and where the first is.
/// \param list what is checked
/// \throws value_error where an image leaks
inline void check_leaks(const image_list& list) {
  std::size_t count = 0;
  std::string first;
  for (const repeated_path& each : repeated_paths(list)) {
    if (!each.leaks() || ++count > 1) continue;
    first = readable_name(each.path) + " at " + each.first.list + ", item " + std::to_string(each.first.row) + " and " + each.second.list +
            ", item " + std::to_string(each.second.row);
  }
  if (count == 0) return;
  throw value_error(
      expected_got(list.source, "images", "each in one of train, val and test", std::to_string(count) + " in several: " + first));
}

}  // namespace fewclip::data
