#pragma once
/// \file
/// A CLIP checkpoint: architecture, settings and tensors, whoever wrote it.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fewclip/checkpoints/checkpoint_options.hpp"
#include "fewclip/checkpoints/configuration.hpp"
#include "fewclip/checkpoints/detail/deduction.hpp"
#include "fewclip/checkpoints/detail/other_models.hpp"
#include "fewclip/checkpoints/detail/tensor_checks.hpp"
#include "fewclip/checkpoints/detail/values.hpp"
#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/checkpoints/rename_table.hpp"
#include "fewclip/checkpoints/weight_files.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::checkpoints {

/// CLIP's weights in any of three dialects, under one naming.
///
/// Opening reads the headers of the files and the configuration beside them, derives the architecture, and checks that every tensor is there
/// with its shape; it reads no weights but the logit scale. Names, rules and shapes are those of rename_table: linear weights are [out, in],
/// and so are both projections; convolutions come with their batch norms folded in. Movable and copyable; copies and the tensors that were read share the mapped
/// files. Reading from many threads is safe. Unknown tensors are ignored with a warning.
class checkpoint {
 public:
  /// \param path a directory, a .safetensors file or an index of shards; see weight_files for the choice inside a directory
  /// \param options of checkpoint_options: what the files leave open
  /// \throws io_error where nothing can be read, the names fit no dialect, tensors are missing or have other shapes or types (all of them in
  /// one message), the configuration asks for a computation that is not CLIP's or contradicts the weights, or nothing tells the number of heads
  explicit checkpoint(const std::string& path, const checkpoint_options& options = {}) : files_(path), warnings_(files_.warnings()) {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : files_.tensors()) names.push_back(name);
    detected_ = detail::detect_or_name(names, files_.path(), files_.folder());
    if (detected_.text_prefix) files_.strip_text_prefix();
    deduce(options);
    index_rows();
    detail::check_tensors(files_, detected_, rows_, warnings_);
    read_logit_scale();
  }

  /// Whose names the files use.
  dialect naming() const { return detected_.naming; }

  /// The image tower; nothing where there is none.
  const std::optional<image_architecture>& image() const { return image_; }

  /// The text tower; nothing where there is none.
  const std::optional<encoders::text_architecture>& text() const { return text_; }

  /// The stored logarithm of the factor of the cosines, ln 100 in OpenAI's models; nothing for a single tower.
  std::optional<double> logit_scale() const { return logit_scale_; }

  /// What deserves the caller's attention: unknown tensors, an assumed activation.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// The weights file, or the index of its shards.
  const std::string& path() const { return files_.path(); }

  /// The files that hold the weights.
  std::vector<std::string> weight_paths() const {
    std::vector<std::string> out;
    for (const auto& file : files_.files()) out.push_back(file->path());
    return out;
  }

  /// The configuration that was read; empty where there was none.
  const std::string& configuration_path() const { return configuration_path_; }

  /// How open_clip's tokenizer cleans texts for this model: "lower", "whitespace" or "canonicalize"; empty where no configuration says.
  const std::string& text_cleaning() const { return text_cleaning_; }

  /// The file that describes the preprocessing of images; empty where there is none. For transformers a processor_config.json that holds an
  /// `image_processor`, as its version 5 saves, else preprocessor_config.json: the order of its AutoProcessor.
  /// \throws io_error for a processor_config.json that cannot be read
  std::string preprocessing_path() const {
    if (detected_.naming == dialect::hf) {
      const std::string whole = beside("processor_config.json");
      if (detail::is_file(whole)) {
        const nlohmann::json content = detail::read_json_object(whole);
        if (content.contains("image_processor") && !content["image_processor"].is_null()) return whole;
      }
    }
    const char* const name = detected_.naming == dialect::hf       ? "preprocessor_config.json"
                             : detected_.naming == dialect::openai ? "open_clip_config.json"
                                                                   : "config.json";
    const std::string path = beside(name);
    return detail::is_file(path) ? path : "";
  }

  /// The number of trainable numbers, batch norms not folded.
  index parameters() const {
    index total = logit_scale_ ? 1 : 0;
    if (image_) total += std::visit([](const auto& size) { return size.parameters(); }, *image_);
    return total + (text_ ? text_->parameters() : 0);
  }

  /// The rows of the table by the name that encoders ask for.
  const std::map<std::string, table_row, std::less<>>& rows() const { return rows_; }

  /// Why a tensor cannot be read under that name and shape; empty where it can.
  std::string mismatch(std::string_view name, const shape& expected) const {
    const auto found = rows_.find(name);
    if (found == rows_.end()) return std::string(name) + ": expected " + expected.text() + ", got no such tensor in " + contents();
    if (found->second.extents == expected) return "";
    return std::string(name) + ": expected " + expected.text() + ", got " + found->second.extents.text();
  }

  /// A tensor in the memory of a backend.
  ///
  /// Where the file stores the numbers as they are wanted, in the backend's own scalar type and the host's memory, the tensor is a part of the
  /// mapped file and costs nothing; else it is converted (F16 and BF16 exactly) and copied once.
  /// \param name as in rename_table
  /// \param expected the shape the caller relies on
  /// \throws io_error where there is no such tensor, or it has another shape
  template <compute_backend B>
  tensor<B> read(std::string_view name, const shape& expected) const {
    using scalar = typename B::scalar;
    const std::string wrong = mismatch(name, expected);
    if (!wrong.empty()) throw io_error(files_.path() + ": " + wrong);
    const table_row& row = rows_.find(name)->second;
    std::vector<const stored_tensor*> sources;
    for (const tensor_source& source : row.sources) sources.push_back(files_.find(source.name));
    if constexpr (B::memory::host_accessible) {
      if (row.rule == tensor_rule::same) {
        if (const auto view = sources[0]->file->template view<scalar>(sources[0]->name)) {
          return tensor<B>::share(std::shared_ptr<const scalar>(sources[0]->file, view->data()), expected);
        }
      }
      tensor<B> out = tensor<B>::uninitialised(expected);
      detail::assemble(row, sources, out.mutable_data());
      return out;
    } else {
      std::vector<scalar> values(static_cast<std::size_t>(expected.size()));
      detail::assemble(row, sources, values.data());
      return tensor<B>::from_host(values.data(), expected);
    }
  }

  /// Checks that no weight is NaN or infinite. Reads every file once, and keeps none of its pages in memory.
  /// \throws value_error with the tensor and the position of the first one
  void check_finite() const {
    for (const auto& [name, row] : rows_) {
      for (const tensor_source& source : row.sources) {
        const stored_tensor& tensor = *files_.find(source.name);
        tensor.file->check_finite(tensor.name);
        tensor.file->release_pages();
      }
    }
  }

  /// Calls visit(path, bytes) for every weights file, shards by name: for a digest of the weights, add the bytes of all of them in this order.
  template <class Visitor>
  void visit_files(Visitor&& visit) const {
    for (const auto& file : files_.files()) visit(file->path(), file->file_bytes());
  }

  /// Lets the system drop the pages of the files that are in memory, for example when the weights have been packed. Tensors that share them
  /// stay valid; the pages are read again when they are touched.
  void release_pages() const {
    for (const auto& file : files_.files()) file->release_pages();
  }

 private:
  std::string beside(const char* name) const { return (std::filesystem::path(files_.folder()) / name).string(); }

  /// For messages: "a checkpoint in the openai dialect with vision transformer and text tower".
  std::string contents() const {
    const char* const image = detected_.image == image_tower::none     ? ""
                              : detected_.image == image_tower::resnet ? "ResNet"
                                                                       : "vision transformer";
    return std::string("a checkpoint in the ") + name_of(detected_.naming) + " dialect with " + image + (image_ && text_ ? " and " : "") +
           (detected_.text ? "text tower" : "");
  }

  std::optional<configuration> read_configuration() {
    const bool openai = detected_.naming == dialect::openai;
    const std::string path = beside(openai ? "open_clip_config.json" : "config.json");
    if (!detail::is_file(path)) return std::nullopt;
    configuration_path_ = path;
    configuration out = openai                            ? read_open_clip_configuration(path)
                        : detected_.naming == dialect::hf ? read_hf_configuration(path)
                                                          : read_timm_configuration(path);
    warnings_.insert(warnings_.end(), out.warnings.begin(), out.warnings.end());
    return out;
  }

  void deduce(const checkpoint_options& options) {
    // The configuration comes first, since it names a relative of CLIP whose tensors would only look incomplete.
    const std::optional<configuration> stated = read_configuration();
    if (stated) text_cleaning_ = stated->text_cleaning;
    detail::require_projection(files_, detected_);
    detail::extents_reader reader(files_);
    if (detected_.image == image_tower::vision_transformer) image_ = detail::deduce_vision_transformer(reader, detected_.naming);
    if (detected_.image == image_tower::resnet) image_ = detail::deduce_resnet(reader, detected_.naming);
    if (detected_.text) text_ = detail::deduce_text(reader, detected_.naming);
    reader.finish();
    detail::check_embed(files_.path(), image_, text_);
    if (stated) detail::check_configuration(*stated, files_.path(), image_, text_);
    detail::complete(files_.path(), detected_.naming, options, stated, image_, text_, warnings_);
    try {
      if (image_) std::visit([](const auto& size) { size.check(); }, *image_);
      if (text_) text_->check();
    } catch (const value_error& failure) {
      throw io_error(files_.path() + ": " + failure.what());
    }
  }

  void index_rows() {
    std::vector<table_row> rows;
    const auto append = [&](std::vector<table_row> more) { rows.insert(rows.end(), more.begin(), more.end()); };
    if (image_) std::visit([&](const auto& size) { append(rename_table(detected_.naming, size)); }, *image_);
    if (text_) append(rename_table(detected_.naming, *text_));
    if (image_ && text_) rows.push_back(logit_scale_row());
    for (table_row& row : rows) {
      std::string name = row.name;
      rows_.emplace(std::move(name), std::move(row));
    }
  }

  void read_logit_scale() {
    const auto found = rows_.find("logit_scale");
    if (found == rows_.end()) return;
    double value = 0;
    detail::decode(*files_.find("logit_scale"), &value);
    logit_scale_ = value;
  }

  weight_files files_;
  detection detected_;
  std::optional<image_architecture> image_;
  std::optional<encoders::text_architecture> text_;
  std::optional<double> logit_scale_;
  std::map<std::string, table_row, std::less<>> rows_;
  std::vector<std::string> warnings_;
  std::string configuration_path_;
  std::string text_cleaning_;
};

}  // namespace fewclip::checkpoints
