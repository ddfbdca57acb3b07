#pragma once
/// \file
/// Absolute paths in lists of images, as paths below the folder of the images.

#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "fewclip/data/image_list.hpp"

namespace fewclip::io::detail {

/// Makes paths relative to a folder. Links are followed where the text alone does not tell that a path lies below it; each folder is looked up once.
class paths_below {
 public:
  /// \param root the folder; empty for paths that stand alone, which stay as they are
  explicit paths_below(const std::string& root) {
    if (root.empty()) return;
    std::error_code unknown;
    real_ = with_slash(std::filesystem::weakly_canonical(root, unknown));
    written_ = with_slash(std::filesystem::absolute(root, unknown).lexically_normal());
    // `link/..` is another folder than its text says.
    if (with_slash(std::filesystem::weakly_canonical(written_, unknown)) != real_) written_.clear();
  }

  /// The path below the folder where it is an absolute one that leads there, else as it is: whoever checks the list says what is wrong with it.
  std::string operator()(std::string path) {
    if (real_.empty() || !path.starts_with('/') || path.find('\0') != std::string::npos) return path;
    if (std::string out = rest_of(path, written_); !out.empty()) return out;
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash + 1);
    if (std::string out = rest_of(real_folder(path.substr(0, slash + 1)) + name, real_); !out.empty()) return out;
    return path;
  }

 private:
  static std::string with_slash(const std::filesystem::path& folder) {
    std::string out = folder.string();
    if (!out.empty() && !out.ends_with('/')) out += '/';
    return out;
  }

  /// What follows the folder in the path; empty where it does not begin with it, or would lead out of it.
  static std::string rest_of(const std::string& path, const std::string& folder) {
    if (folder.empty() || !path.starts_with(folder)) return "";
    const std::size_t begin = path.find_first_not_of('/', folder.size());
    if (begin == std::string::npos || data::path_fault(path.substr(begin), true) != nullptr) return "";
    return path.substr(begin);
  }

  const std::string& real_folder(const std::string& folder) {
    const auto [found, is_new] = real_folders_.emplace(folder, "");
    std::error_code unknown;
    if (is_new) found->second = with_slash(std::filesystem::weakly_canonical(folder, unknown));
    return found->second;
  }

  std::string written_;  // absolute, links as they are; with a slash at the end
  std::string real_;     // links followed
  std::map<std::string, std::string> real_folders_;
};

}  // namespace fewclip::io::detail
