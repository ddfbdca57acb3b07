#pragma once
/// \file
/// Bytes of a file to numbers and back.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/half.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/io/dtype.hpp"

namespace fewclip::io::detail {

static_assert(std::endian::native == std::endian::little, "fewclip::io reads and writes little-endian files on little-endian hosts only");
static_assert(sizeof(std::size_t) == 8, "fewclip::io needs 64-bit sizes");

/// Calls convert(stored value, position) for every element; the bytes may lie at any address.
template <class Stored, class Out, class Convert>
void decode_each(std::span<const std::byte> bytes, std::vector<Out>& out, const Convert& convert) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    out[i] = convert(stored, i);
  }
}

template <class Stored, class Out>
void decode_integers(std::span<const std::byte> bytes, std::vector<Out>& out, const std::string& where, const std::string& what) {
  decode_each<Stored>(bytes, out, [&](Stored stored, std::size_t i) {
    if constexpr (std::is_integral_v<Out>) {
      if (!std::in_range<Out>(stored)) {
        const std::string range = std::to_string(std::numeric_limits<Out>::min()) + ".." + std::to_string(std::numeric_limits<Out>::max());
        throw value_error(expected_got(where, what + ", element " + std::to_string(i), "a value in " + range, std::to_string(stored)));
      }
    }
    return static_cast<Out>(stored);
  });
}

template <class Out>
void decode_floats(dtype type, std::span<const std::byte> bytes, std::vector<Out>& out) {
  if (type == dtype_of<Out>) {
    if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
  } else if (type == dtype::f16) {
    decode_each<std::uint16_t>(bytes, out, [](std::uint16_t stored, std::size_t) { return static_cast<Out>(f16_to_f32(stored)); });
  } else if (type == dtype::bf16) {
    decode_each<std::uint16_t>(bytes, out, [](std::uint16_t stored, std::size_t) { return static_cast<Out>(bf16_to_f32(stored)); });
  } else if (type == dtype::f32) {
    decode_each<float>(bytes, out, [](float stored, std::size_t) { return static_cast<Out>(stored); });
  } else {
    decode_each<double>(bytes, out, [](double stored, std::size_t) { return static_cast<Out>(stored); });
  }
}

/// The elements as `Out`. The number of bytes must be that of whole elements; `type` must be convertible to `Out`.
template <class Out>
std::vector<Out> decode(dtype type, std::span<const std::byte> bytes, const std::string& where, const std::string& what) {
  std::vector<Out> out(bytes.size() / (bits_of(type) / 8));
  if constexpr (std::is_floating_point_v<Out>) {
    if (is_convertible_float(type)) {
      decode_floats(type, bytes, out);
      return out;
    }
  }
  if (type == dtype::boolean) {
    decode_each<std::uint8_t>(bytes, out, [](std::uint8_t stored, std::size_t) { return static_cast<Out>(stored != 0 ? 1 : 0); });
  } else if (type == dtype::u8) {
    decode_integers<std::uint8_t>(bytes, out, where, what);
  } else if (type == dtype::i32) {
    decode_integers<std::int32_t>(bytes, out, where, what);
  } else {
    decode_integers<std::int64_t>(bytes, out, where, what);
  }
  return out;
}

template <class Stored, class Convert>
std::vector<std::byte> encode_each(std::span<const float> values, const Convert& convert) {
  std::vector<std::byte> out(values.size() * sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Stored stored = convert(values[i]);
    std::memcpy(out.data() + i * sizeof(Stored), &stored, sizeof(Stored));
  }
  return out;
}

/// Floats as the bytes of F16, BF16, F32 or F64, rounded to the nearest. A finite value that F16 or BF16 cannot hold is refused.
inline std::vector<std::byte> encode(dtype type, std::span<const float> values, const std::string& where, const std::string& what) {
  if (!is_convertible_float(type)) {
    throw value_error(expected_got(where, what + ", element type", "F16, BF16, F32 or F64", std::string(name_of(type))));
  }
  if (type == dtype::f32) return encode_each<float>(values, [](float value) { return value; });
  if (type == dtype::f64) return encode_each<double>(values, [](float value) { return static_cast<double>(value); });
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float rounded = type == dtype::f16 ? f16_to_f32(f32_to_f16(values[i])) : bf16_to_f32(f32_to_bf16(values[i]));
    if (math::is_finite(values[i]) && !math::is_finite(rounded)) {
      throw value_error(expected_got(where, what + ", element " + std::to_string(i),
                                     "a magnitude within the range of " + std::string(name_of(type)), std::to_string(values[i])));
    }
  }
  if (type == dtype::f16) return encode_each<std::uint16_t>(values, [](float value) { return f32_to_f16(value); });
  return encode_each<std::uint16_t>(values, [](float value) { return f32_to_bf16(value); });
}

}  // namespace fewclip::io::detail
