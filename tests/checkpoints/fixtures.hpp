#pragma once
/// What the tests of fewclip::checkpoints share: the tiny models of tests/golden/clip, and changed copies of them.

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/checkpoints/checkpoint.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_writer.hpp"

namespace fixtures {

using fewclip::shape;
using fewclip::checkpoints::checkpoint;
using fewclip::checkpoints::checkpoint_options;
using fewclip::io::dtype;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_writer;
using cpu = fewclip::backend::cpu<float>;
using cpu_double = fewclip::backend::cpu<double>;

/// A directory of one of the tiny models, for example "vit/hf".
inline std::string model(const std::string& name) { return std::string(FEWCLIP_TEST_SOURCE_DIR "/golden/clip/") + name; }

/// The weights file in such a directory.
inline std::string weights(const std::string& name) {
  return model(name) + (name.find("openai") == std::string::npos ? "/model.safetensors" : "/open_clip_model.safetensors");
}

/// One tensor on its way into a changed copy.
struct entry {
  std::string name;
  dtype type = dtype::f32;
  std::vector<std::size_t> extents{};
  std::vector<float> values{};
};

/// The floating-point tensors of a file, widened.
inline std::vector<entry> entries_of(const std::string& path) {
  const safetensors_file file(path);
  std::vector<entry> out;
  for (const auto& info : file.tensors()) {
    if (fewclip::io::is_convertible_float(info.type)) out.push_back({info.name, info.type, info.shape, file.read<float>(info.name)});
  }
  return out;
}

inline void write(const std::string& path, const std::vector<entry>& entries) {
  safetensors_writer out;
  for (const entry& e : entries) out.add_as(e.name, e.type, e.extents, e.values);
  out.write(path);
}

/// A scratch copy of a tiny model whose tensors `change` may edit.
class changed_model {
 public:
  using edit = std::function<void(std::vector<entry>&)>;

  /// \param name of the tiny model
  /// \param change edits its tensors
  /// \param with_configuration whether the configuration comes along
  explicit changed_model(const std::string& name, const edit& change = {}, bool with_configuration = true) {
    std::vector<entry> entries = entries_of(weights(name));
    if (change) change(entries);
    file_ = here_.file(std::filesystem::path(weights(name)).filename().string());
    write(file_, entries);
    for (const char* const configuration : {"config.json", "open_clip_config.json"}) {
      const std::string from = model(name) + "/" + configuration;
      if (with_configuration && std::filesystem::exists(from)) std::filesystem::copy_file(from, here_.file(configuration));
    }
  }

  std::string folder() const { return here_.file(""); }
  std::string file(const std::string& name) const { return here_.file(name); }
  const std::string& weights_file() const { return file_; }

  checkpoint open(const checkpoint_options& options = {}) const { return checkpoint(folder(), options); }

  /// Why it cannot be opened.
  std::string refusal(const checkpoint_options& options = {}) const {
    return scratch::message_of<fewclip::io_error>([&] { open(options); });
  }

  /// Replaces the first occurrence of a text in a configuration.
  void replace(const std::string& configuration, const std::string& from, const std::string& to) const {
    std::string text = scratch::read_text(file(configuration));
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("nothing to replace: " + from);
    scratch::write_text(file(configuration), text.replace(at, from.size(), to));
  }

 private:
  scratch::directory here_;
  std::string file_;
};

inline entry& find(std::vector<entry>& entries, const std::string& name) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const entry& e) { return e.name == name; });
  if (found == entries.end()) throw std::runtime_error("no tensor " + name);
  return *found;
}

inline void erase(std::vector<entry>& entries, const std::string& name) {
  find(entries, name);
  std::erase_if(entries, [&](const entry& e) { return e.name == name; });
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Every tensor an encoder may ask for, by name.
template <class B = cpu>
std::map<std::string, std::vector<typename B::scalar>> all_values(const checkpoint& from) {
  std::map<std::string, std::vector<typename B::scalar>> out;
  for (const auto& [name, row] : from.rows()) out[name] = from.read<B>(name, row.extents).to_host();
  return out;
}

}  // namespace fixtures
