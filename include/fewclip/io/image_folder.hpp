#pragma once
/// \file
/// Pictures in folders, one folder per class.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/image_list.hpp"
#include "fewclip/io/class_names.hpp"
#include "fewclip/io/comparable_name.hpp"
#include "fewclip/io/detail/class_table.hpp"
#include "fewclip/io/detail/folder_listing.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/split_names.hpp"
#include "fewclip/io/detail/utf8.hpp"

namespace fewclip::io {

/// How a folder of images may look.
struct image_folder_options {
  bool classes_required = true;  ///< refuse a folder with images but no class folders; else their labels are data::unknown_label
  bool names_compared = true;    ///< refuse two classes whose names are one text to a CLIP, which matters where prompts are made of them

  /// Which of the folders train, val and test are read where they are splits; nothing in the others is looked at.
  std::vector<std::string> splits{"train", "val", "test"};
};

namespace detail {

/// Reads a folder of images: first the names of all classes, then labels.
class image_folder_reader {
 public:
  image_folder_reader(std::string root, const image_folder_options& options) : root_(std::move(root)), options_(options) {
    for (const std::string& each : options.splits) {
      if (each.empty() || each != split_called(each))
        throw value_error(expected_got("read_image_folder", "splits", "train, val or test", readable_name(each)));
    }
    while (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
    out_.source = root_;
    out_.root = root_;
  }

  data::image_list read() {
    folder_listing top = list_folder(root_);
    if (!options_.classes_required && !top.images.empty() && std::all_of(top.folders.begin(), top.folders.end(), is_image_name)) {
      top = list_images(root_);
      for (const std::string& name : top.images) out_.train.push_back({name, data::unknown_label});
      out_.other_files = top.other_files;
      return class_table::checked(std::move(out_));
    }
    if (top.folders.empty())
      refuse(root_, "a folder per class", std::to_string(top.images.size()) + " images" + beside(top) + " and no folder");
    if (!top.images.empty()) refuse(root_, "either folders or images", readable_name(top.images.front()) + " beside folders");
    splits_found_ = has_splits(top.folders);
    if (splits_found_) {
      for (const std::string& name : top.folders) {
        if (is_read(name)) read_classes(list_folder(root_ + "/" + name), name + "/", list_called(split_called(name)));
      }
    } else {
      read_classes(top, "", out_.train);
    }
    const std::string names_file = root_ + "/classnames.txt";
    const bool has_names_file = std::filesystem::exists(names_file);
    number_classes(has_names_file ? names_file : "");
    if (!options_.names_compared) return class_table::checked_but_names(std::move(out_));
    if (has_names_file) return class_table::checked(std::move(out_), {names_file, "class names"});
    return class_table::checked(std::move(out_), {root_, "names of class folders"});
  }

 private:
  [[noreturn]] static void refuse(const std::string& where, const std::string& expected, const std::string& got) {
    throw io_error(expected_got(where, "folder", expected, got));
  }

  /// ", 5 .tif": what else is there.
  static std::string beside(const folder_listing& folder) {
    return folder.other_files.empty() ? "" : ", " + data::counted_by_ending(folder.other_files);
  }

  std::vector<data::image_item>& list_called(std::string_view split) {
    return split == "train" ? out_.train : split == "val" ? out_.val : out_.test;
  }

  static bool is_split_name(std::string_view name) { return !split_called(name).empty(); }
  bool is_read(const std::string& name) const {
    return std::find(options_.splits.begin(), options_.splits.end(), split_called(name)) != options_.splits.end();
  }
  bool holds_folders(const std::string& name) const { return !list_folder(root_ + "/" + name).folders.empty(); }

  /// The splits that are read: "train, val and test", where `last` is " and ".
  std::string split_names(const std::string& last) const {
    std::string out;
    for (std::size_t i = 0; i < options_.splits.size(); ++i) {
      out += (i == 0 ? "" : i + 1 == options_.splits.size() ? last : ", ") + options_.splits[i];
    }
    return out;
  }

  /// Folders train, val and test are splits where they hold folders; a class may be called train, too. Beside a split that is read,
  /// one that is not may hold anything.
  bool has_splits(const std::vector<std::string>& folders) const {
    std::string split;
    std::string other;
    for (const std::string& name : folders) {
      if (is_split_name(name) && !is_read(name)) continue;
      (is_split_name(name) && holds_folders(name) ? split : other) = name;
    }
    const bool found = !split.empty();
    for (const std::string& name : folders) {
      if (!found && is_split_name(name) && !is_read(name) && holds_folders(name)) split = name;
    }
    if (found) require_one_folder_per_split(folders);
    if (split.empty() || (found && other.empty())) return found;
    refuse(root_, "either class folders or " + split_names(" and ") + " with class folders in each",
           readable_name(split) + (other.empty() ? " alone" : " beside " + readable_name(other)));
  }

  /// What a class holds that it should not. A folder of splits within the given one is what an archive leaves where it is unpacked.
  static std::string folder_within(const std::vector<std::string>& folders) {
    const auto split = std::find_if(folders.begin(), folders.end(), is_split_name);
    if (split == folders.end()) return "the folder " + readable_name(folders.front());
    return "the folder " + readable_name(*split) + ", as if this were the data set";
  }

  void require_one_folder_per_split(const std::vector<std::string>& folders) const {
    std::map<std::string_view, std::string> seen;
    for (const std::string& name : folders) {
      if (!is_read(name)) continue;
      const auto [before, is_new] = seen.emplace(split_called(name), name);
      if (is_new) continue;
      refuse(root_, "one folder for the split " + std::string(before->first),
             readable_name(before->second) + " and " + readable_name(name));
    }
  }

  void read_classes(const folder_listing& folder, const std::string& below, std::vector<data::image_item>& items) {
    if (!folder.images.empty()) refuse(root_ + "/" + below, "class folders only", readable_name(folder.images.front()));
    for (const std::string& name : folder.folders) {
      const std::string path = root_ + "/" + below + name;
      if (first_invalid_utf8(name) != std::string_view::npos) refuse(path, "a name in UTF-8", "other bytes");
      const folder_listing images = list_images(path);
      if (!images.folders.empty()) refuse(path, "images only, being a class", folder_within(images.folders));
      if (images.images.empty()) {
        refuse(path, "at least one image (" + std::string(image_endings) + "), being a class",
               images.other_files.empty() ? "none" : data::counted_by_ending(images.other_files));
      }
      for (const auto& [ending, count] : images.other_files) out_.other_files[ending] += count;
      const std::string id = composed_name(name);
      for (const std::string& image : images.images) {
        items.push_back({below + name + "/" + image, data::unknown_label});
        class_of_[&items].push_back(id);
      }
      ids_.insert(id);
    }
  }

  /// Labels in the order of the folder names, or of the lines of classnames.txt.
  /// \param names_file empty where there is none
  void number_classes(const std::string& names_file) {
    if (!names_file.empty()) {
      take_names(read_class_names_file(names_file), names_file);
    } else {
      out_.class_ids.assign(ids_.begin(), ids_.end());
      for (const std::string& id : out_.class_ids) out_.class_names.push_back(data::prompt_name(id));
    }
    std::map<std::string_view, label> number;
    for (const std::string& id : out_.class_ids) number.emplace(id, static_cast<label>(number.size()));
    for (const auto& [items, classes] : class_of_) {
      for (std::size_t at = 0; at < classes.size(); ++at) (*items)[at].label = number.at(classes[at]);
    }
  }

  void take_names(const std::vector<named_class>& named, const std::string& file) {
    const std::string where = splits_found_ ? " in " + split_names(" or ") : "";
    for (const named_class& each : named) {
      if (ids_.erase(each.id) == 0) {
        throw io_error(expected_got(file, "class " + readable_name(each.id), "a folder of this name" + where, "none"));
      }
      out_.class_ids.push_back(each.id);
      out_.class_names.push_back(data::prompt_name(each.name));
    }
    if (ids_.empty()) return;
    throw io_error(expected_got(file, "lines", "one per class folder", "none for the folder " + readable_name(*ids_.begin())));
  }

  std::string root_;
  const image_folder_options& options_;
  bool splits_found_ = false;
  data::image_list out_;
  std::map<std::vector<data::image_item>*, std::vector<std::string>> class_of_;
  std::set<std::string> ids_;
};

}  // namespace detail

/// Reads a folder with one folder of images per class: `root/cat/1.jpg`.
///
/// Labels follow the byte-wise order of the classes, images that of their paths, so the result is the same on every machine. Where the
/// folders are called train, val or test and hold folders themselves, they are the splits, and the classes are one level deeper; without
/// splits all images are in `train`. Splits may also be called training, valid, validation, dev and testing, in small or capital letters.
/// A split that `options` leave out is passed over: it may hold anything, and its classes are not counted. A class is a folder's name under
/// composed_name(), so that the same name in two forms of Unicode is one class.
///
/// Images end in jpg, jpeg, jpe, jfif, png, bmp, gif or webp, in small or capital letters. Whatever is called so is listed, a link to nowhere or a
/// pipe as well: who opens it refuses it. Other files of class folders are counted in image_list::other_files. What is hidden (begins
/// with a dot) is skipped, and so is what archives and servers leave behind, such as `__MACOSX`. A prompt name is the class with "_" as a space; a
/// file `root/classnames.txt` overrides names and order, see read_class_names_file. No image is opened.
/// \param root the folder
/// \param options whether classes may be absent, and which splits are read
/// \throws io_error where it cannot be listed; for a class folder without images or with folders in it, images beside folders, splits
///         beside other folders, two folders for one split, a name that is not UTF-8; where classnames.txt and the folders differ; where two
///         classes have names that are equal under comparable_name(), unless `options` say that they are not compared. Each message names the
///         folder or classnames.txt, and what is missing in splits their names
/// \throws value_error for a name in `options.splits` that is none of train, val and test
inline data::image_list read_image_folder(const std::string& root, const image_folder_options& options = {}) {
  return detail::image_folder_reader(root, options).read();
}

}  // namespace fewclip::io
