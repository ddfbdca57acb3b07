#pragma once
/// \file
/// What lies beside the weights of a CLIP: vocabulary, a self-test.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "fewclip/checkpoints/checkpoint.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/sha256.hpp"
#include "fewclip/io/mapped_file.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"

namespace fewclip::runtime::detail {

/// The directory of the weights.
inline std::string folder_of(const checkpoints::checkpoint& weights) {
  const std::filesystem::path folder = std::filesystem::path(weights.path()).parent_path();
  return folder.empty() ? "." : folder.string();
}

/// The vocabulary beside the weights; empty where there is none.
inline std::string vocabulary_beside(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name == "tokenizer.json" || name == "merges.txt" || name.ends_with(".txt.gz")) return tokenizer::vocabulary_file(folder);
  }
  return "";
}

/// Token ids of a file, I32 or I64, as the text tower takes them.
inline std::vector<std::int32_t> token_ids_of(const io::safetensors_file& file, const std::string& name) {
  const io::tensor_info& info = file.info(name);
  if (info.shape.size() != 2) {
    throw shape_error(expected_got(file.path(), name + ", rank", "2, [texts, tokens]", std::to_string(info.shape.size())));
  }
  return file.read<std::int32_t>(name);
}

/// SHA-256 of all weights files, shards by name. Pages are dropped on the way, so that the files need no memory.
inline std::string digest_of(const checkpoints::checkpoint& weights) {
  constexpr std::size_t piece = std::size_t{1} << 24;
  sha256 digest;
  weights.visit_files([&](const std::string&, std::span<const std::byte> bytes) {
    for (std::size_t begin = 0; begin < bytes.size(); begin += piece) {
      digest.add(bytes.subspan(begin, std::min(piece, bytes.size() - begin)));
      weights.release_pages();
    }
  });
  return digest.hex();
}

}  // namespace fewclip::runtime::detail
