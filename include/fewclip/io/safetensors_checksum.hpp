#pragma once
/// \file
/// A checksum in the metadata of a safetensors file: whether its numbers and texts are those that were written.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/detail/xxh64.hpp"
#include "fewclip/io/safetensors.hpp"

namespace fewclip::io {

/// The key in `__metadata__` under which the checksum of all the rest of a file stands.
inline constexpr const char* checksum_key = "fewclip_checksum";

/// Computes the checksum of texts and tensors.
///
/// Metadata comes first, by key, then the tensors, by name; so it does not depend on the order in the file, nor on how the header is written.
class safetensors_checksum {
 public:
  /// Adds all texts of the header but the checksum itself.
  void add(const std::map<std::string, std::string>& metadata) {
    for (const auto& [key, text] : metadata) {
      if (key == checksum_key) continue;
      add_text(key);
      add_text(text);
    }
  }

  /// Adds a tensor: name, type, extents and bytes.
  void add(const tensor_info& tensor, std::span<const std::byte> bytes) {
    add_text(tensor.name);
    add_text(tensor.type_name);
    add_number(tensor.shape.size());
    for (const std::size_t extent : tensor.shape) add_number(extent);
    sum_.add(bytes);
  }

  /// "xxh64:" and 16 lower-case hexadecimal digits.
  std::string text() const {
    std::string out = "xxh64:";
    const std::uint64_t sum = sum_.finish();
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(sum >> shift) & 15U];
    return out;
  }

 private:
  void add_number(std::uint64_t number) {
    const std::array<std::uint64_t, 1> value{number};
    sum_.add(std::as_bytes(std::span(value)));
  }

  void add_text(std::string_view text) {
    add_number(text.size());
    sum_.add(std::as_bytes(std::span(text.data(), text.size())));
  }

  detail::xxh64 sum_;
};

/// The checksum of what is in a file, whether or not one is recorded.
/// \throws safetensors_error where a tensor has an unknown type
/// \cost one pass over the file, about 0.1 nanoseconds per byte once it is in memory; no memory of its own
inline std::string checksum_of(const safetensors_file& file) {
  safetensors_checksum out;
  out.add(file.metadata());
  for (const std::string& name : file.names()) out.add(file.info(name), file.bytes(name));
  return out.text();
}

/// Compares a file with the checksum that it records; one without is fine, since other programs write none.
/// \throws io_error where they differ: numbers, texts, names or extents have been changed or damaged since the file was written
/// \throws safetensors_error as checksum_of
inline void check_checksum(const safetensors_file& file) {
  const auto recorded = file.metadata().find(checksum_key);
  if (recorded == file.metadata().end()) return;
  const std::string found = checksum_of(file);
  if (recorded->second == found) return;
  throw io_error(
      expected_got(file.path(), "content", "the checksum " + detail::readable_name(recorded->second) + " that the file records",
                   detail::readable_name(found) + "; it was damaged, or changed by a program that kept the entry `fewclip_checksum`"));
}

}  // namespace fewclip::io
