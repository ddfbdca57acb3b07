#include "file_uses.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fewclip/core/error.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <fewclip/io/safetensors.hpp>
#include <fewclip/io/safetensors_checksum.hpp>
#include <filesystem>
#include <set>
#include <utility>

#include "task.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

/// The folder that a path names something in, with its final slash.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

/// Whether a file beside that of the weights, or of their index, may belong to the checkpoint.
bool may_belong_to(const std::string& model, const std::string& name) {
  for (const char* const ending : {".json", ".txt", ".txt.gz", ".model"}) {
    if (name.ends_with(ending)) return true;
  }
  return name == "fewclip_selftest.safetensors" || (model.ends_with(".json") && name.ends_with(".safetensors"));
}

/// Whether a file in a model's folder is what an earlier run wrote there.
bool is_own_output(const std::string& path) {
  try {
    const fewclip::io::safetensors_file file(path);
    const auto& texts = file.metadata();
    const auto format = texts.find("format");
    return texts.count(fewclip::io::checksum_key) > 0 || (format != texts.end() && format->second == "fewclip.features");
  } catch (const fewclip::error&) {
    return false;
  }
}

}  // namespace

bool file_uses::place::same_as(const place& other) const {
  if (exists && other.exists) return device == other.device && number == other.number;
  if (exists || other.exists || parent_number == 0) return false;
  return parent_device == other.parent_device && parent_number == other.parent_number && name == other.name;
}

file_uses::place file_uses::place_of(const std::string& path) {
  place out;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    out.exists = true;
    out.device = status.st_dev;
    out.number = status.st_ino;
  }
  const std::string target = fewclip::io::atomic_target(path);
  out.name = fs::path(target).filename().string();
  if (::stat(folder_of(target).c_str(), &status) == 0) {
    out.parent_device = status.st_dev;
    out.parent_number = status.st_ino;
  }
  return out;
}

std::vector<std::pair<dev_t, ino_t>> file_uses::folders_of(const std::string& path) {
  std::vector<std::pair<dev_t, ino_t>> out;
  std::error_code unknown;
  fs::path folder = fs::canonical(folder_of(fewclip::io::atomic_target(path)), unknown);
  if (unknown) return out;  // there is none, which whoever writes says
  for (;; folder = folder.parent_path()) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0) out.emplace_back(status.st_dev, status.st_ino);
    if (folder == folder.root_path()) return out;
  }
}

void file_uses::reads(const std::string& option, const std::string& path) {
  if (!path.empty()) add_input({option, path, place_of(path)});
}

void file_uses::reads_folder(const std::string& option, const std::string& path) {
  if (!path.empty()) add_input({option, path, place_of(path), true});
}

void file_uses::add_input(input used) {
  if (used.at.exists) inputs_.push_back(std::move(used));  // whoever reads says what is missing
}

void file_uses::reads_images(const std::string& option, const std::vector<std::string>& paths, const std::string& root) {
  const bool may_meet = std::any_of(outputs_.begin(), outputs_.end(), [](const output& each) { return each.at.exists; });
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    if (may_meet) read_if_written(option, path);
    if (root.empty() || !path.starts_with(root) || path.find("/../") != std::string::npos) continue;
    for (std::string folder = path; folder.size() > root.size();) {
      folder = fs::path(folder).parent_path().string();
      if (!folders.insert(folder).second) break;
    }
  }
  for (const std::string& folder : folders) reads_folder(option, folder);
}

void file_uses::check_images(const std::string& option, const fewclip::data::image_list& list) {
  for (const auto& [name, items] : fewclip::data::lists_of(list)) {
    std::vector<std::string> paths;
    for (const fewclip::data::image_item& each : *items) paths.push_back(fewclip::data::file_of(list, each));
    reads_images(option, paths, list.root);
  }
  check();
}

void file_uses::read_if_written(const std::string& option, const std::string& path) {
  const place at = place_of(path);
  for (const output& each : outputs_) {
    if (each.at.same_as(at)) inputs_.push_back({option, path, at});
  }
}

void file_uses::reads_model(const model_options& options) {
  for (const auto& [option, path] : {std::pair<std::string, std::string>("--model", options.model), {"--vocabulary", options.vocabulary}}) {
    reads(option, path);
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      add_files_of(option, path, 2);  // a download may keep its files two folders deep
    } else if (!path.empty()) {
      add_files_of(option, folder_of(path), 0, path);
    }
  }
}

void file_uses::add_files_of(const std::string& option, const std::string& folder, int deepest, const std::string& beside) {
  std::error_code failure;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, failure);
  for (; !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
    if (at.depth() >= deepest) at.disable_recursion_pending();
    std::error_code unknown;
    if (!at->is_regular_file(unknown)) continue;
    const std::string path = at->path().string();
    if (beside.empty() && is_own_output(path)) continue;  // the same command may run again
    if (beside.empty() || may_belong_to(beside, at->path().filename().string())) add_input({option, path, place_of(path), false, true});
  }
}

void file_uses::writes(const std::string& option, const std::string& path) { add_output(option, path, false); }

void file_uses::keeps(const std::string& option, const std::string& path) { add_output(option, path, true); }

void file_uses::add_output(const std::string& option, const std::string& path, bool kept) {
  if (!path.empty()) outputs_.push_back({option, path, place_of(path), folders_of(path), kept});
}

void file_uses::refuse(const output& wrong, const input& used) {
  const std::string got = ", got '" + wrong.path + "'";
  if (used.is_folder) throw usage_error(wrong.option + ": expected a place outside the folder of the images" + got);
  if (used.in_model) throw usage_error(wrong.option + ": expected another file than those of " + used.option + got);
  throw usage_error(wrong.option + ": expected another file than " + used.option + got);
}

void file_uses::check() const {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const output& each = outputs_[i];
    for (const input& used : inputs_) {
      if (each.kept && used.in_model) continue;  // one that an earlier run left there
      if (each.at.same_as(used.at)) refuse(each, used);
      if (!used.is_folder) continue;
      for (const auto& folder : each.folders) {
        if (folder == std::pair(used.at.device, used.at.number)) refuse(each, used);
      }
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (!each.at.same_as(outputs_[k].at)) continue;
      throw usage_error(each.option + ": expected another file than " + outputs_[k].option + ", got '" + each.path + "'");
    }
  }
}

}  // namespace program
