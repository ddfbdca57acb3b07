#pragma once
/// \file
/// What lies in a folder, in an order that is the same everywhere.

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/readable_name.hpp"

namespace fewclip::io::detail {

/// Names only, each list in byte-wise order; hidden entries and files that are no images are left out.
struct folder_listing {
  std::vector<std::string> folders;
  std::vector<std::string> images;
};

/// Whether the name ends like that of an image, in small or capital letters.
inline bool is_image_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string ending(name.substr(dot + 1));
  for (char& each : ending) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  for (const std::string_view known : {"jpg", "jpeg", "png", "bmp", "gif", "webp"}) {
    if (ending == known) return true;
  }
  return false;
}

/// Lists a folder; links are followed. \throws io_error where it cannot be listed, or a name of an image is a device
inline folder_listing list_folder(const std::string& path) {
  std::error_code failure;
  std::filesystem::directory_iterator at(path, failure);
  folder_listing out;
  for (; !failure && at != std::filesystem::directory_iterator(); at.increment(failure)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code unknown;
    if (at->is_directory(unknown)) {
      out.folders.push_back(name);
    } else if (is_image_name(name)) {
      // A link to nowhere is listed: whoever opens it says so, and may go on with the others.
      if (at->exists(unknown) && !at->is_regular_file(unknown))
        throw io_error(expected_got(path + "/" + name, "image", "a file", "a device"));
      out.images.push_back(name);
    }
  }
  if (failure) throw io_error(expected_got(path, "list the folder", "success", failure.message()));
  std::sort(out.folders.begin(), out.folders.end());
  std::sort(out.images.begin(), out.images.end());
  return out;
}

}  // namespace fewclip::io::detail
