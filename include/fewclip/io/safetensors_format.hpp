#pragma once
/// \file
/// The vocabulary of safetensors files: what is in one, what can be wrong with one.

#include <cstddef>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/dtype.hpp"

namespace fewclip::io {

/// The rule that a safetensors file or a request breaks. The first twelve are the reader's, in the order in which they are checked.
enum class safetensors_rule {
  header_too_small,        ///< fewer than 8 bytes
  header_too_large,        ///< the declared header is longer than the limit
  invalid_header_length,   ///< the declared header ends behind the file
  invalid_utf8,            ///< the header is not UTF-8
  invalid_json,            ///< the header is not a JSON object of the right types
  duplicate_key,           ///< a key occurs twice in one object of the header
  unknown_dtype,           ///< a requested tensor has an element type that no table lists
  invalid_offset,          ///< a hole, an overlap, or an end before a begin
  overflow,                ///< the element or bit count does not fit into 64 bits
  misaligned,              ///< the bits of a tensor are no whole number of bytes
  invalid_info,            ///< the byte range is not as long as shape and type say
  incomplete_buffer,       ///< bytes missing at the end, or too many
  limit_exceeded,          ///< one of safetensors_limits
  missing_tensor,          ///< a requested tensor is not in the file
  unsupported_conversion,  ///< a requested tensor has an element type that cannot become the wanted one
  invalid_name             ///< a tensor name that must not be written
};

/// The identifier of a rule as text, for example "invalid_offset".
constexpr const char* name_of(safetensors_rule rule) {
  switch (rule) {
    case safetensors_rule::header_too_small:
      return "header_too_small";
    case safetensors_rule::header_too_large:
      return "header_too_large";
    case safetensors_rule::invalid_header_length:
      return "invalid_header_length";
    case safetensors_rule::invalid_utf8:
      return "invalid_utf8";
    case safetensors_rule::invalid_json:
      return "invalid_json";
    case safetensors_rule::duplicate_key:
      return "duplicate_key";
    case safetensors_rule::unknown_dtype:
      return "unknown_dtype";
    case safetensors_rule::invalid_offset:
      return "invalid_offset";
    case safetensors_rule::overflow:
      return "overflow";
    case safetensors_rule::misaligned:
      return "misaligned";
    case safetensors_rule::invalid_info:
      return "invalid_info";
    case safetensors_rule::incomplete_buffer:
      return "incomplete_buffer";
    case safetensors_rule::limit_exceeded:
      return "limit_exceeded";
    case safetensors_rule::missing_tensor:
      return "missing_tensor";
    case safetensors_rule::unsupported_conversion:
      return "unsupported_conversion";
    case safetensors_rule::invalid_name:
      return "invalid_name";
  }
  return "";
}

/// An io_error that says which rule was broken.
class safetensors_error : public io_error {
 public:
  /// \param rule what was broken
  /// \param message the sentence for the reader
  safetensors_error(safetensors_rule rule, const std::string& message) : io_error(message), rule_(rule) {}

  /// The rule that was broken.
  safetensors_rule category() const { return rule_; }

 private:
  safetensors_rule rule_;
};

/// Bounds on what a header may ask for, checked before memory is spent on it.
struct safetensors_limits {
  std::size_t header_bytes = 100'000'000;  ///< length of the header; the default is that of the format
  std::size_t depth = 8;                   ///< nesting of objects and arrays in the header
  std::size_t tensors = 1'000'000;         ///< number of tensors
  std::size_t name_bytes = 4096;           ///< length of a tensor name
  std::size_t rank = 16;                   ///< number of dimensions
};

/// What a header says about one tensor. Tensors are dense, row-major and little-endian.
struct tensor_info {
  std::string name;                ///< any non-empty UTF-8 text; a key, never a path
  dtype type = dtype::unknown;     ///< the element type
  std::string type_name;           ///< the element type as the header spells it
  std::vector<std::size_t> shape;  ///< extents, outermost first; empty for a scalar
  std::size_t begin = 0;           ///< first byte, counted from the start of the data
  std::size_t end = 0;             ///< one behind the last byte

  /// The number of elements; 1 for a scalar. Known not to overflow for tensors of an opened file.
  std::size_t elements() const {
    std::size_t product = 1;
    for (const std::size_t extent : shape) product *= extent;
    return product;
  }
};

}  // namespace fewclip::io
