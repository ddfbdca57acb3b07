#pragma once
/// \file
/// The safetensors files of a checkpoint as one set of named tensors.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/checkpoints/detail/json_file.hpp"
#include "fewclip/checkpoints/detail/other_models.hpp"
#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/io/safetensors.hpp"

namespace fewclip::checkpoints {

/// A tensor in one of the files of a checkpoint.
struct stored_tensor {
  std::shared_ptr<const io::safetensors_file> file;  ///< keeps the mapping alive
  std::string name;                                  ///< as stored

  /// Its type, shape and place.
  const io::tensor_info& info() const { return file->info(name); }
};

/// The tensors of one safetensors file, or of several that an index names ("shards").
///
/// In a directory the first of open_clip_model.safetensors, open_clip_pytorch_model.safetensors, model.safetensors,
/// model.safetensors.index.json is taken, else the only file that ends in .safetensors. Opening reads headers only. Movable and copyable;
/// copies share the mapped files.
class weight_files {
 public:
  /// \param path a directory, a .safetensors file or a .safetensors.index.json file
  /// \throws io_error where there is nothing to read, where several files could be meant, for files that are no safetensors (the message
  /// names the program that converts them), where an index breaks a rule: each file a plain name, each tensor in the file that the index
  /// says and in no other
  /// \throws io::safetensors_error where a file breaks a rule of the format
  explicit weight_files(const std::string& path) : path_(chosen(path)) {
    const std::filesystem::path whole(path_);
    folder_ = whole.has_parent_path() ? whole.parent_path().string() : ".";
    if (ends_with(path_, ".json")) {
      open_shards();
    } else {
      files_.push_back(std::make_shared<const io::safetensors_file>(path_));
      for (const io::tensor_info& tensor : files_[0]->tensors()) stored_.emplace(tensor.name, files_[0]);
    }
    if (path_ != path && whole.filename() == "model.safetensors" && detail::is_file(path_ + ".index.json")) {
      warnings_.push_back(expected_got(path, "weights", "one file or an index of several",
                                       "model.safetensors and model.safetensors.index.json; the former is read, as transformers does"));
    }
    clean();
  }

  /// The file that was chosen: the weights or the index of the shards.
  const std::string& path() const { return path_; }

  /// The directory of that file.
  const std::string& folder() const { return folder_; }

  /// The files, shards by name.
  const std::vector<std::shared_ptr<const io::safetensors_file>>& files() const { return files_; }

  /// The tensors by cleaned name, see cleaned_name.
  const std::map<std::string, stored_tensor, std::less<>>& tensors() const { return tensors_; }

  /// The tensor of that cleaned name, nullptr where there is none.
  const stored_tensor* find(std::string_view name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second;
  }

  /// Strips "text." from the names of the text tower, see without_text_prefix.
  /// \throws io_error where two tensors get the same name
  void strip_text_prefix() {
    std::map<std::string, stored_tensor, std::less<>> renamed;
    for (auto& [name, tensor] : tensors_) insert(renamed, without_text_prefix(name), std::move(tensor));
    tensors_ = std::move(renamed);
  }

  /// What is odd and does no harm: tensors of a shard that the index does not list, a total size that is not that of the tensors, an index
  /// that is not read.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  static bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
  }

  /// What a file is where it cannot be read; nullptr for safetensors and for what is not known.
  static const char* other_format(const std::string& path) {
    for (const char* const end : {".pt", ".pth", ".bin", ".ckpt"}) {
      if (ends_with(path, end)) return "a pickle, which is a program and is never run";
    }
    if (ends_with(path, ".gguf")) return "GGUF";
    if (ends_with(path, ".onnx")) return "ONNX";
    return nullptr;
  }

  static io_error not_safetensors(const std::string& path, const char* format) {
    return io_error(expected_got(path, "format", "safetensors",
                                 std::string(format) + "; tools/convert_checkpoint.py writes the original PyTorch weights as safetensors"));
  }

  static std::string chosen(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return chosen_in(path);
    if (!std::filesystem::exists(path, ignored)) {
      const bool repository = detail::looks_like_repository(path);
      throw io_error(expected_got(path, "path", "a directory or a file",
                                  repository ? "none; a repository of that name has to be downloaded first, nothing is fetched" : "none"));
    }
    if (ends_with(path, ".safetensors") || ends_with(path, ".safetensors.index.json")) return path;
    if (const char* const format = other_format(path)) throw not_safetensors(path, format);
    throw io_error(expected_got(path, "format", "a name that ends in .safetensors or .safetensors.index.json", "another ending"));
  }

  static std::string chosen_in(const std::string& folder) {
    const std::filesystem::path here(folder);
    for (const char* const name :
         {"open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors", "model.safetensors.index.json"}) {
      if (detail::is_file((here / name).string())) return (here / name).string();
    }
    std::vector<std::string> found;
    std::string other;
    for (const auto& entry : std::filesystem::directory_iterator(here)) {
      const std::string file = entry.path().string();
      if (ends_with(file, ".safetensors")) found.push_back(file);
      if (other_format(file) != nullptr && (other.empty() || file < other)) other = file;
    }
    if (found.size() == 1) return found[0];
    if (found.empty()) {
      const std::string known = detail::folder_without_weights(folder);
      if (!known.empty()) throw io_error(expected_got(folder, "weights", "a CLIP's safetensors file", "none, but " + known));
    }
    if (found.empty() && !other.empty()) throw not_safetensors(other, other_format(other));
    std::sort(found.begin(), found.end());
    throw io_error(expected_got(folder, "weights", "model.safetensors or open_clip_model.safetensors",
                                found.empty() ? "no safetensors file" : "several other ones: " + detail::joined(found, ", ", 5)));
  }

  /// The tensors by file, from the index.
  std::map<std::string, std::vector<std::string>> read_index(const nlohmann::json& index) const {
    const auto map = index.find("weight_map");
    if (map == index.end() || !map->is_object() || map->empty()) {
      throw io_error(expected_got(path_, "weight_map", "an object of tensor names and file names", "none"));
    }
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& [tensor, file] : map->items()) {
      const std::string what = "file of " + detail::readable(tensor);
      if (!file.is_string()) throw io_error(expected_got(path_, what, "a text", std::string("a JSON ") + file.type_name()));
      const auto name = file.get<std::string>();
      if (name.empty() || name == "." || name.find_first_of(std::string_view("/\\:\0", 4)) != std::string::npos ||
          name.find("..") != std::string::npos) {
        throw io_error(expected_got(path_, what, "a plain file name", "\"" + detail::readable(name) + "\""));
      }
      if (const char* const format = other_format(name)) throw not_safetensors(name, format);
      out[name].push_back(tensor);
    }
    return out;
  }

  void open_shards() {
    const nlohmann::json index = detail::read_json_object(path_);
    std::uint64_t total = 0;
    std::map<std::string, std::string> elsewhere;
    for (const auto& [name, tensors] : read_index(index)) {
      files_.push_back(std::make_shared<const io::safetensors_file>((std::filesystem::path(folder_) / name).string()));
      const auto& file = files_.back();
      for (const std::string& tensor : tensors) {
        if (file->find(tensor) == nullptr) {
          throw io_error(expected_got(path_, "tensor " + detail::readable(tensor), "to be in " + name, "none of that name there"));
        }
        stored_.emplace(tensor, file);
      }
      for (const io::tensor_info& tensor : file->tensors()) {
        const auto [first, added] = elsewhere.emplace(tensor.name, name);
        if (!added) {
          throw io_error(
              expected_got(path_, "tensor " + detail::readable(tensor.name), "one file that has it", first->second + " and " + name));
        }
        total += tensor.end - tensor.begin;
      }
    }
    for (const auto& [tensor, name] : elsewhere) {
      if (stored_.find(tensor) == stored_.end()) {
        warnings_.push_back(
            expected_got(path_, "tensor " + detail::readable(tensor) + " of " + name, "an entry in the index", "none; ignored"));
      }
    }
    check_total(index, total);
  }

  void check_total(const nlohmann::json& index, std::uint64_t total) {
    const auto metadata = index.find("metadata");
    if (metadata == index.end() || !metadata->is_object() || !metadata->contains("total_size")) return;
    const auto& stated = (*metadata)["total_size"];
    if (stated.is_number() && stated.get<double>() == static_cast<double>(total)) return;
    warnings_.push_back(
        expected_got(path_, "metadata.total_size", std::to_string(total) + " bytes of tensors", detail::readable(stated.dump())));
  }

  void insert(std::map<std::string, stored_tensor, std::less<>>& into, const std::string& name, stored_tensor tensor) const {
    const auto [at, added] = into.emplace(name, std::move(tensor));
    if (!added) throw io_error(expected_got(path_, "tensor " + detail::readable(name), "once", "twice after prefixes were stripped"));
  }

  void clean() {
    const auto& first = files_[0]->tensors();
    const bool strip_module = !first.empty() && first[0].name.compare(0, 7, "module.") == 0;
    for (const auto& [name, file] : stored_) {
      if (const auto cleaned = cleaned_name(name, strip_module)) insert(tensors_, *cleaned, {file, name});
    }
    stored_.clear();
  }

  std::string path_;
  std::string folder_;
  std::vector<std::shared_ptr<const io::safetensors_file>> files_;
  std::map<std::string, std::shared_ptr<const io::safetensors_file>> stored_;  // while opening: by stored name
  std::map<std::string, stored_tensor, std::less<>> tensors_;
  std::vector<std::string> warnings_;
};

}  // namespace fewclip::checkpoints
