#pragma once
/// \file
/// The rules of the safetensors format, applied in the order of the reference reader.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/io/detail/safetensors_sax.hpp"
#include "fewclip/io/detail/utf8.hpp"
#include "fewclip/io/safetensors_format.hpp"

namespace fewclip::io::detail {

[[noreturn]] inline void refuse(safetensors_rule rule, const std::string& file, const std::string& what, const std::string& expected,
                                const std::string& got) {
  throw safetensors_error(rule, expected_got(file, what, expected, got));
}

inline std::string text_of_range(const tensor_info& tensor) {
  return "[" + std::to_string(tensor.begin) + ", " + std::to_string(tensor.end) + ")";
}

/// Rules 1 to 3.
inline std::size_t header_length(std::span<const std::byte> file, const std::string& path, const safetensors_limits& limits) {
  if (file.size() < 8) {
    refuse(safetensors_rule::header_too_small, path, "size", "at least 8 bytes", std::to_string(file.size()));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof(length));
  if (length > limits.header_bytes) {
    refuse(safetensors_rule::header_too_large, path, "length of the header", "at most " + std::to_string(limits.header_bytes) + " bytes",
           std::to_string(length));
  }
  if (length > file.size() - 8) {
    refuse(safetensors_rule::invalid_header_length, path, "length of the header",
           "at most the " + std::to_string(file.size() - 8) + " bytes that follow", std::to_string(length));
  }
  return static_cast<std::size_t>(length);
}

/// Two spellings that JSON forbids and the parser lets pass: a byte order mark in front, and a zero byte, which it takes for the end.
inline void refuse_lenient_json(std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    refuse(safetensors_rule::invalid_json, path, "header", "a JSON object", "a byte order mark");
  }
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) {
    refuse(safetensors_rule::invalid_json, path, "header", "a JSON object", "a zero byte at " + std::to_string(zero));
  }
}

/// Rules 4 to 6, except that duplicate tensor names are found by name_order().
inline safetensors_header parse_header(std::string_view text, const std::string& path, const safetensors_limits& limits) {
  const std::size_t invalid = first_invalid_utf8(text);
  if (invalid != std::string_view::npos) {
    refuse(safetensors_rule::invalid_utf8, path, "header", "UTF-8", "an invalid sequence at byte " + std::to_string(invalid));
  }
  refuse_lenient_json(text, path);
  safetensors_sax events(limits);
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &events);
  if (events.failure()) {
    refuse(events.failure()->rule, path, events.failure()->what, events.failure()->expected, events.failure()->got);
  }
  if (!complete) refuse(safetensors_rule::invalid_json, path, "header", "a JSON object", "malformed JSON");
  if (events.duplicate()) {
    refuse(safetensors_rule::duplicate_key, path, "header, key " + readable_name(*events.duplicate()), "one entry", "two");
  }
  return events.take();
}

/// Positions of the tensors, sorted by name. Rule 6 for tensor names.
inline std::vector<std::size_t> name_order(const std::vector<tensor_info>& tensors, const std::string& path) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return tensors[a].name < tensors[b].name; });
  const auto same = [&](std::size_t a, std::size_t b) { return tensors[a].name == tensors[b].name; };
  const auto twice = std::adjacent_find(order.begin(), order.end(), same);
  if (twice != order.end()) {
    refuse(safetensors_rule::duplicate_key, path, "header, key " + readable_name(tensors[*twice].name), "one entry", "two");
  }
  return order;
}

/// Rules 9 to 11 for one tensor; of an unknown type only the element count is checked.
inline void check_size(const tensor_info& tensor, const std::string& path) {
  const std::string what = "tensor " + readable_name(tensor.name);
  const auto multiply = [&](std::size_t a, std::size_t b, const char* unit) {
    if (b != 0 && a > std::numeric_limits<std::size_t>::max() / b) {
      refuse(safetensors_rule::overflow, path, what + ", shape", std::string("a number of ") + unit + " below 2^64",
             readable_shape(tensor.shape) + " " + readable_text(tensor.type_name, 80));
    }
    return a * b;
  };
  std::size_t elements = 1;
  for (const std::size_t extent : tensor.shape) elements = multiply(elements, extent, "elements");
  if (tensor.type == dtype::unknown) return;
  const std::size_t bits = multiply(elements, bits_of(tensor.type), "bits");
  const std::string shown = readable_shape(tensor.shape) + " " + readable_text(tensor.type_name, 80);
  if (bits % 8 != 0) {
    refuse(safetensors_rule::misaligned, path, what + ", shape " + shown, "a whole number of bytes", std::to_string(bits) + " bits");
  }
  if (tensor.end - tensor.begin != bits / 8) {
    refuse(safetensors_rule::invalid_info, path, what + ", shape " + shown, std::to_string(bits / 8) + " bytes",
           std::to_string(tensor.end - tensor.begin));
  }
}

/// Rules 8 to 12. Sorts the tensors by byte range, stably.
inline void check_layout(std::vector<tensor_info>& tensors, std::size_t data_bytes, const std::string& path) {
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const tensor_info& a, const tensor_info& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::size_t next = 0;
  for (const tensor_info& tensor : tensors) {
    if (tensor.begin != next || tensor.end < tensor.begin) {
      refuse(safetensors_rule::invalid_offset, path, "tensor " + readable_name(tensor.name) + ", data_offsets",
             "a range that begins at " + std::to_string(next), text_of_range(tensor));
    }
    check_size(tensor, path);
    next = tensor.end;
  }
  if (next > data_bytes) {
    refuse(safetensors_rule::incomplete_buffer, path, "size of the data", std::to_string(next) + " bytes",
           std::to_string(data_bytes) + ", so " + std::to_string(next - data_bytes) + " are missing");
  }
  if (next < data_bytes) {
    refuse(safetensors_rule::incomplete_buffer, path, "size of the data", std::to_string(next) + " bytes",
           std::to_string(data_bytes) + ", so " + std::to_string(data_bytes - next) + " belong to no tensor");
  }
}

/// All rules.
inline safetensors_header parse_safetensors(std::span<const std::byte> file, const std::string& path, const safetensors_limits& limits,
                                            std::vector<std::size_t>& order, std::span<const std::byte>& data) {
  const std::size_t length = header_length(file, path, limits);
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8, length);
  safetensors_header header = parse_header(text, path, limits);
  static_cast<void>(name_order(header.tensors, path));
  data = file.subspan(8 + length);
  check_layout(header.tensors, data.size(), path);
  order = name_order(header.tensors, path);
  return header;
}

}  // namespace fewclip::io::detail
