#pragma once
/// \file
/// Reading safetensors files, including hostile ones.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/core/math.hpp"
#include "fewclip/io/detail/conversion.hpp"
#include "fewclip/io/detail/safetensors_parse.hpp"
#include "fewclip/io/mapped_file.hpp"
#include "fewclip/io/safetensors_format.hpp"

namespace fewclip::io {

/// A safetensors file, opened for reading.
///
/// Opening checks the whole header, by the rules of safetensors_rule in their order, and touches no tensor data; a tensor's bytes are read
/// when it is asked for. One element type that is not known does not spoil the file: only asking for that tensor's values throws.
/// The values themselves are not checked, NaN and infinities are legal; see check_finite.
/// Memory beyond the map grows with the header, and with a tensor only when it is copied out, so never beyond a multiple of the file's
/// size. Movable; spans stay valid when the object is moved. Reading from many threads is safe.
class safetensors_file {
 public:
  /// \param path the file
  /// \param limits bounds on the header
  /// \throws io_error where the file cannot be opened
  /// \throws safetensors_error where it breaks a rule; the message names file, tensor, rule and both numbers
  explicit safetensors_file(const std::string& path, const safetensors_limits& limits = {}) : file_(path), path_(path) {
    parse(file_.bytes(), limits);
  }

  /// Reads from memory.
  /// \param bytes a whole file at any address; borrowed, so the caller keeps it alive and unchanged
  /// \param name what messages call it
  /// \param limits bounds on the header
  /// \throws safetensors_error where it breaks a rule
  static safetensors_file from_bytes(std::span<const std::byte> bytes, std::string name, const safetensors_limits& limits = {}) {
    safetensors_file out(std::move(name), memory_tag{});
    out.parse(bytes, limits);
    return out;
  }

  /// The path or name as given.
  const std::string& path() const { return path_; }

  /// The texts under `__metadata__`; empty where there are none.
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }

  /// Every tensor, in the order of the data; those of unknown type have type dtype::unknown.
  const std::vector<tensor_info>& tensors() const { return header_.tensors; }

  /// The names of all tensors, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    out.reserve(by_name_.size());
    for (const std::size_t position : by_name_) out.push_back(header_.tensors[position].name);
    return out;
  }

  /// What the header says about a tensor, nullptr where there is none of that name. Logarithmic in the number of tensors.
  const tensor_info* find(std::string_view name) const {
    const auto less = [&](std::size_t position, std::string_view wanted) { return header_.tensors[position].name < wanted; };
    const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name, less);
    if (found == by_name_.end() || header_.tensors[*found].name != name) return nullptr;
    return &header_.tensors[*found];
  }

  /// What the header says about a tensor.
  /// \throws safetensors_error (missing_tensor) with the file and the nearest names where there is none of that name
  const tensor_info& info(std::string_view name) const {
    if (const tensor_info* const found = find(name)) return *found;
    std::vector<std::string_view> known;
    for (const std::size_t position : by_name_) known.emplace_back(header_.tensors[position].name);
    throw safetensors_error(
        safetensors_rule::missing_tensor,
        expected_got(path_, "tensor " + detail::readable_name(name), "one of that name",
                     "none; the nearest of " + std::to_string(known.size()) + " names: " + detail::nearest_names(name, known)));
  }

  /// The stored bytes, without a copy; valid as long as this object, or the one it was moved into, lives.
  /// \throws safetensors_error where the tensor is missing or its element type is unknown
  std::span<const std::byte> bytes(std::string_view name) const {
    const tensor_info& tensor = info(name);
    if (tensor.type == dtype::unknown) {
      detail::refuse(safetensors_rule::unknown_dtype, path_, "tensor " + detail::readable_name(name) + ", dtype", "a type of the format",
                     detail::readable_name(tensor.type_name));
    }
    return data_.subspan(tensor.begin, tensor.end - tensor.begin);
  }

  /// A copy of the values, row-major, converted to `T`.
  ///
  /// F16, BF16, F32 and F64 become float or double, rounded to the nearest. BOOL (any non-zero byte is 1), U8, I32 and I64 become any
  /// number type; into a floating-point type they are rounded to the nearest. \tparam T float, double or an integer type \throws
  /// safetensors_error where the tensor is missing, or its type is unknown, not one of these, or floating-point for an integer `T` \throws
  /// value_error where a stored integer does not fit into an integer `T`
  template <class T>
  std::vector<T> read(std::string_view name) const {
    static_assert(std::is_same_v<T, float> || std::is_same_v<T, double> || (std::is_integral_v<T> && !std::is_same_v<T, bool>),
                  "fewclip::io::safetensors_file::read: T must be float, double or an integer type other than bool");
    const std::span<const std::byte> stored = bytes(name);
    const dtype type = info(name).type;
    const std::string what = "tensor " + detail::readable_name(name);
    constexpr bool floating = std::is_floating_point_v<T>;
    if (!is_convertible_integer(type) && !(floating && is_convertible_float(type))) {
      detail::refuse(safetensors_rule::unsupported_conversion, path_, what + ", dtype",
                     floating ? "one of F16, BF16, F32, F64, BOOL, U8, I32, I64" : "one of the integer types BOOL, U8, I32, I64",
                     std::string(name_of(type)));
    }
    return detail::decode<T>(type, stored, path_, what);
  }

  /// The values without a copy, where the file stores exactly `T` at an address aligned for it; nothing otherwise.
  /// \tparam T float, double, std::int32_t, std::int64_t or std::uint8_t
  /// \throws safetensors_error where the tensor is missing or its element type is unknown
  template <class T>
  std::optional<std::span<const T>> view(std::string_view name) const {
    static_assert(dtype_of<T> != dtype::unknown, "fewclip::io::safetensors_file::view: no element type of the format has the bytes of T");
    const std::span<const std::byte> stored = bytes(name);
    if (info(name).type != dtype_of<T> || reinterpret_cast<std::uintptr_t>(stored.data()) % alignof(T) != 0) return std::nullopt;
    return std::span<const T>(reinterpret_cast<const T*>(stored.data()), stored.size() / sizeof(T));
  }

  /// Checks that a floating-point tensor holds no NaN and no infinity.
  /// \throws value_error with the position of the first one
  /// \throws safetensors_error as read
  void check_finite(std::string_view name) const {
    const std::vector<double> values = read<double>(name);
    const auto bad = std::find_if(values.begin(), values.end(), [](double value) { return !math::is_finite(value); });
    if (bad == values.end()) return;
    throw value_error(expected_got(path_, "tensor " + detail::readable_name(name) + ", element " + std::to_string(bad - values.begin()),
                                   "a finite number", std::to_string(*bad)));
  }

  /// The whole file, header included, for example to compute its digest; valid like the spans of bytes().
  std::span<const std::byte> file_bytes() const { return whole_; }

  /// Lets the system drop the pages of the file that are in memory, see mapped_file::release_pages. Nothing happens for from_bytes.
  void release_pages() const noexcept { file_.release_pages(); }

 private:
  struct memory_tag {};
  safetensors_file(std::string name, memory_tag) : path_(std::move(name)) {}

  void parse(std::span<const std::byte> bytes, const safetensors_limits& limits) {
    whole_ = bytes;
    header_ = detail::parse_safetensors(bytes, path_, limits, by_name_, data_);
  }

  mapped_file file_;
  std::string path_;
  detail::safetensors_header header_;
  std::vector<std::size_t> by_name_;
  std::span<const std::byte> whole_;
  std::span<const std::byte> data_;
};

}  // namespace fewclip::io
