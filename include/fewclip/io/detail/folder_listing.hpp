#pragma once
/// \file
/// What lies in a folder, in an order that is the same everywhere.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/image_list.hpp"

namespace fewclip::io::detail {

/// Names only, each list in byte-wise order; what is hidden and what systems leave behind is in none of them.
struct folder_listing {
  std::vector<std::string> folders;
  std::vector<std::string> images;  ///< whatever is called like an image and is no folder; whoever opens it says what is wrong
  std::map<std::string, std::size_t> other_files;  ///< how many there are with each ending, see data::ending_of
};

/// "jpg, jpeg, ...", for messages.
inline constexpr std::string_view image_endings = "jpg, jpeg, jpe, jfif, png, bmp, gif, webp";

/// Whether the name ends like that of an image, in small or capital letters.
inline bool is_image_name(std::string_view name) {
  const std::string ending = data::ending_of(name);
  for (const std::string_view known : {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".gif", ".webp"}) {
    if (ending == known) return true;
  }
  return false;
}

/// Whether nobody has put it there: hidden entries, and what archives, file systems and storage servers add.
inline bool is_litter(std::string_view name) {
  if (name.starts_with('.')) return true;
  for (const std::string_view known :
       {"__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "Thumbs.db", "desktop.ini"}) {
    if (name == known) return true;
  }
  return false;
}

/// Lists a folder; links are followed. \throws io_error where it cannot be listed
inline folder_listing list_folder(const std::string& path) {
  std::error_code failure;
  std::filesystem::directory_iterator at(path, failure);
  folder_listing out;
  for (; !failure && at != std::filesystem::directory_iterator(); at.increment(failure)) {
    const std::string name = at->path().filename().string();
    if (is_litter(name)) continue;
    std::error_code unknown;
    if (at->is_directory(unknown)) {
      out.folders.push_back(name);
    } else if (is_image_name(name)) {
      out.images.push_back(name);
    } else {
      ++out.other_files[data::ending_of(name)];
    }
  }
  if (failure) throw io_error(expected_got(path, "list the folder", "success", failure.message()));
  std::sort(out.folders.begin(), out.folders.end());
  std::sort(out.images.begin(), out.images.end());
  return out;
}

/// The same where no folders belong: a folder that is called like an image counts as one, for whoever opens it to refuse.
inline folder_listing list_images(const std::string& path) {
  folder_listing out = list_folder(path);
  const auto first = std::stable_partition(out.folders.begin(), out.folders.end(), [](const auto& name) { return !is_image_name(name); });
  out.images.insert(out.images.end(), first, out.folders.end());
  out.folders.erase(first, out.folders.end());
  std::sort(out.images.begin(), out.images.end());
  return out;
}

}  // namespace fewclip::io::detail
