#pragma once
/// \file
/// The state of an interrupted training on disk.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_checksum.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "fewclip/trainers/trainer_state.hpp"

namespace fewclip::io {

/// Writes the state of a training as one safetensors file, see atomic_file: an earlier file stays until the new one is complete.
///
/// All tensors are F64 under their names, bit for bit, NaN and infinities included. Metadata: `fewclip_training_state` = "1", `belongs_to` and a
/// checksum of the whole.
/// \param state what trainer_state::save gave
/// \param path the target
/// \param belongs_to a digest of everything that must be the same to go on: model, data, settings; UTF-8
/// \throws io_error where a tensor has another number of values than its extents say, a name cannot be written, or the file cannot; the target is then
///         unchanged
/// \cost one copy of the state in memory
inline void write_training_state(const saved_state& state, const std::string& path, const std::string& belongs_to) {
  safetensors_writer writer;
  writer.metadata("fewclip_training_state", "1");
  writer.metadata("belongs_to", belongs_to);
  for (const auto& [name, saved] : state) {
    std::vector<std::size_t> extents;
    for (const index extent : saved.extents) {
      if (extent < 0) {
        throw io_error(expected_got(path, "tensor " + detail::readable_name(name), "extents >= 0", std::to_string(extent)));
      }
      extents.push_back(static_cast<std::size_t>(extent));
    }
    writer.add(name, std::move(extents), saved.values);
  }
  writer.add_checksum();
  writer.write(path);
}

/// Reads what write_training_state wrote.
/// \param path the file
/// \param belongs_to the digest as of now
/// \returns nothing where there is no such file, or where it belongs to another training, so that training begins anew; else the state, bit for bit
/// \throws io_error where something is there that cannot be read, is cut or no training state, has another version, has a tensor that is not F64, or
///         does not have the checksum that it records, see check_checksum
inline std::optional<saved_state> read_training_state(const std::string& path, const std::string& belongs_to) {
  std::error_code failure;
  if (std::filesystem::status(path, failure).type() == std::filesystem::file_type::not_found) return std::nullopt;
  const safetensors_file file(path);
  const auto text = [&](const std::string& key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) throw io_error(expected_got(path, "metadata `" + key + "`", "that of a training state", "none"));
    return found->second;
  };
  if (const std::string version = text("fewclip_training_state"); version != "1") {
    throw io_error(expected_got(path, "metadata `fewclip_training_state`", "version 1", detail::readable_name(version)));
  }
  check_checksum(file);
  if (text("belongs_to") != belongs_to) return std::nullopt;
  saved_state out;
  for (const tensor_info& tensor : file.tensors()) {
    if (tensor.type != dtype::f64) {
      throw io_error(
          expected_got(path, "tensor " + detail::readable_name(tensor.name) + ", dtype", "F64", readable_text(tensor.type_name, 80)));
    }
    saved_values& saved = out[tensor.name];
    for (const std::size_t extent : tensor.shape) saved.extents.push_back(static_cast<index>(extent));
    saved.values = file.read<double>(tensor.name);
  }
  return out;
}

}  // namespace fewclip::io
