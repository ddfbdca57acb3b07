#pragma once
/// \file
/// Writing safetensors files.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/matrix_view.hpp"
#include "fewclip/io/atomic_file.hpp"
#include "fewclip/io/detail/conversion.hpp"
#include "fewclip/io/detail/safetensors_parse.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_checksum.hpp"
#include "fewclip/io/safetensors_format.hpp"

namespace fewclip::io {

/// Collects tensors and writes them as one safetensors file.
///
/// The bytes of the file depend on its content only, not on the order of the calls: tensors by descending rank of their type, then by name;
/// metadata by key; the header padded with spaces to a multiple of 8, so that the data of a mapped file is aligned.
/// Everything is copied when it is added. Nothing is written that safetensors_file would refuse.
class safetensors_writer {
 public:
  safetensors_writer() = default;

  /// All tensors and metadata of a file. Writing them gives the same bytes again where the file was written by this class.
  /// \throws safetensors_error where a tensor has an unknown element type
  static safetensors_writer copy_of(const safetensors_file& file) {
    safetensors_writer out;
    for (const auto& [key, text] : file.metadata()) out.metadata(key, text);
    for (const tensor_info& tensor : file.tensors()) out.add(tensor.name, tensor.type, tensor.shape, file.bytes(tensor.name));
    return out;
  }

  /// Adds a tensor of any element type as it is to be stored.
  /// \param name UTF-8, 1 to 4096 bytes, not "__metadata__", not added before
  /// \param type the element type
  /// \param shape at most 16 extents; none for a scalar
  /// \param data the elements, row-major, little-endian
  /// \throws safetensors_error for a bad name, too many extents, or a number of bytes that does not match
  void add(const std::string& name, dtype type, std::vector<std::size_t> shape, std::span<const std::byte> data) {
    insert({{name, type, std::string(name_of(type)), std::move(shape), 0, data.size()}, {data.begin(), data.end()}, false});
  }

  /// Announces a tensor whose elements a safetensors_stream will be given.
  /// \param name UTF-8, 1 to 4096 bytes, not "__metadata__", not added before
  /// \param type the element type
  /// \param shape at most 16 extents; none for a scalar
  /// \throws safetensors_error for a bad name or too many extents
  void declare(const std::string& name, dtype type, std::vector<std::size_t> shape) {
    tensor_info info{name, type, std::string(name_of(type)), std::move(shape), 0, 0};
    info.end = info.elements() * bits_of(type) / 8;
    insert({std::move(info), {}, true});
  }

  /// Adds a tensor of float, double, std::int32_t, std::int64_t or std::uint8_t under the element type of the same bytes.
  /// \param name UTF-8, 1 to 4096 bytes, not "__metadata__", not added before
  /// \param shape at most 16 extents; none for a scalar
  /// \param values the elements, row-major
  /// \throws safetensors_error for a bad name, too many extents, or a number of elements that does not match the shape
  template <class T>
  void add(const std::string& name, std::vector<std::size_t> shape, const std::vector<T>& values) {
    static_assert(dtype_of<T> != dtype::unknown, "fewclip::io::safetensors_writer::add: no element type of the format has the bytes of T");
    add(name, dtype_of<T>, std::move(shape), std::as_bytes(std::span(values)));
  }

  /// Adds floats converted to F16, BF16, F32 or F64, rounded to the nearest, ties to even.
  /// \param name UTF-8, 1 to 4096 bytes, not "__metadata__", not added before
  /// \param type the element type to store
  /// \param shape at most 16 extents; none for a scalar
  /// \param values the elements, row-major
  /// \throws value_error for another type, or where a finite value would become infinite
  /// \throws safetensors_error for a bad name, too many extents, or a number of elements that does not match the shape
  void add_as(const std::string& name, dtype type, std::vector<std::size_t> shape, std::span<const float> values) {
    add(name, type, std::move(shape), detail::encode(type, values, here, "tensor " + detail::readable_name(name)));
  }

  /// The same for the elements of an xtensor array or view.
  /// \throws shape_error unless it is row-major without gaps
  template <xtensor_array Array>
  requires std::same_as<typename Array::value_type, float>
  void add_as(const std::string& name, dtype type, std::vector<std::size_t> shape, const Array& values) {
    add_as(name, type, std::move(shape), fewclip::detail::elements_of(values));
  }

  /// Adds a text to `__metadata__`, replacing one under the same key.
  /// \param key any UTF-8
  /// \param text any UTF-8
  /// \throws safetensors_error where one of them is not UTF-8
  void metadata(const std::string& key, const std::string& text) {
    for (const std::string& part : {key, text}) {
      if (detail::first_invalid_utf8(part) != std::string_view::npos) {
        detail::refuse(safetensors_rule::invalid_utf8, here, "metadata " + detail::readable_name(key), "UTF-8", "other bytes");
      }
    }
    metadata_[key] = text;
  }

  /// Records the checksum of everything that has been added, see check_checksum. What is added afterwards makes the file one that is refused.
  /// \throws safetensors_error where a tensor has only been declared
  void add_checksum() {
    require_data();
    std::map<std::string_view, const entry*> by_name;
    for (const auto& [order, added] : entries_) by_name.emplace(added.info.name, &added);
    safetensors_checksum sum;
    sum.add(metadata_);
    for (const auto& [name, added] : by_name) sum.add(added->info, added->data);
    metadata_[checksum_key] = sum.text();
  }

  /// What the file begins with: the length field and the header, padded.
  /// \throws safetensors_error where the header would be longer than the format allows
  std::string header() const { return header_of(tensors()); }

  /// Name, type, shape and place of every tensor, in the order of the file.
  std::vector<tensor_info> tensors() const {
    std::vector<tensor_info> out;
    for (const auto& [order, added] : entries_) {
      out.push_back(added.info);
      out.back().begin = out.size() < 2 ? 0 : out[out.size() - 2].end;
      out.back().end += out.back().begin;
    }
    return out;
  }

  /// The whole file in memory.
  /// \throws safetensors_error where the header would be longer than the format allows, or a tensor has only been declared
  std::vector<std::byte> to_bytes() const {
    require_data();
    const std::string start = header();
    const auto* const first = reinterpret_cast<const std::byte*>(start.data());
    std::vector<std::byte> out(first, first + start.size());
    for (const auto& [order, added] : entries_) out.insert(out.end(), added.data.begin(), added.data.end());
    return out;
  }

  /// Writes the file, see atomic_file.
  /// \param path the target, replaced when the new file is complete
  /// \throws io_error where it cannot be written; the target is then unchanged
  /// \throws safetensors_error as to_bytes
  void write(const std::string& path) const {
    require_data();
    const std::string start = header();
    atomic_file file(path);
    file.write(start);
    for (const auto& [order, added] : entries_) file.write(added.data);
    file.commit();
  }

 private:
  struct entry {
    tensor_info info;  // from 0
    std::vector<std::byte> data;
    bool only_declared;
  };

  static constexpr const char* here = "fewclip::io::safetensors_writer";

  void insert(entry added) {
    const std::string name = added.info.name;
    check_name(name);
    const std::string what = "tensor " + detail::readable_name(name);
    if (added.info.type == dtype::unknown) {
      detail::refuse(safetensors_rule::unknown_dtype, here, what + ", dtype", "a type of the format", "unknown");
    }
    if (added.info.shape.size() > limits_.rank) {
      detail::refuse(safetensors_rule::limit_exceeded, here, what + ", rank", "at most " + std::to_string(limits_.rank),
                     std::to_string(added.info.shape.size()));
    }
    detail::check_size(added.info, here);
    if (!names_.insert(name).second) detail::refuse(safetensors_rule::duplicate_key, here, what, "one tensor of that name", "two");
    entries_.emplace(std::pair(-static_cast<int>(added.info.type), name), std::move(added));
  }

  void require_data() const {
    for (const auto& [order, added] : entries_) {
      if (added.only_declared) {
        detail::refuse(safetensors_rule::incomplete_buffer, here, "tensor " + detail::readable_name(added.info.name), "its elements",
                       "a declaration");
      }
    }
  }

  void check_name(const std::string& name) const {
    const auto refuse_name = [&](const char* expected, const std::string& got) {
      detail::refuse(safetensors_rule::invalid_name, here, "tensor name", expected, got);
    };
    if (name.empty()) refuse_name("at least one character", "an empty text");
    if (name == "__metadata__") refuse_name("any name but __metadata__", name);
    if (name.size() > limits_.name_bytes) refuse_name("at most 4096 bytes", std::to_string(name.size()));
    const std::size_t invalid = detail::first_invalid_utf8(name);
    if (invalid != std::string::npos) refuse_name("UTF-8", "an invalid sequence at byte " + std::to_string(invalid));
  }

  std::string header_of(const std::vector<tensor_info>& tensors) const {
    const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(); };
    std::string text = "{";
    const auto separate = [&] { return text.size() == 1 ? "" : ","; };
    if (!metadata_.empty()) text += "\"__metadata__\":" + nlohmann::json(metadata_).dump();
    for (const tensor_info& each : tensors) {
      text += separate() + quoted(each.name) + ":{\"dtype\":\"" + each.type_name + "\",\"shape\":" + nlohmann::json(each.shape).dump() +
              ",\"data_offsets\":[" + std::to_string(each.begin) + "," + std::to_string(each.end) + "]}";
    }
    text += "}";
    text.append((8 - text.size() % 8) % 8, ' ');
    if (text.size() > limits_.header_bytes || entries_.size() > limits_.tensors) {
      detail::refuse(safetensors_rule::header_too_large, here, "header", "at most 100000000 bytes and 1000000 tensors",
                     std::to_string(text.size()) + " bytes and " + std::to_string(entries_.size()) + " tensors");
    }
    const std::uint64_t length = text.size();
    std::string out(sizeof(length), '\0');
    std::memcpy(out.data(), &length, sizeof(length));
    return out + text;
  }

  safetensors_limits limits_;
  std::map<std::pair<int, std::string>, entry> entries_;  // keyed by the order in the file
  std::set<std::string> names_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace fewclip::io
