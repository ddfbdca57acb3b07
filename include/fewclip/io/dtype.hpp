#pragma once
/// \file
/// The element types of tensor files.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "fewclip/config.hpp"

namespace fewclip::io {

/// The element types of the safetensors format, in its rank order (lowest first), and `unknown` for a name that is none of them.
enum class dtype : std::uint8_t {
  boolean,
  f4,
  f6_e2m3,
  f6_e3m2,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  f8_e8m0,
  f8_e4m3fnuz,
  f8_e5m2fnuz,
  i16,
  u16,
  f16,
  bf16,
  i32,
  u32,
  f32,
  c64,
  f64,
  i64,
  u64,
  unknown
};

/// One row of the table of element types.
struct dtype_entry {
  dtype type;             ///< the element type
  std::string_view name;  ///< its name in a safetensors header
  std::size_t bits;       ///< bits per element
};

/// Every element type with its name and size; `dtypes[i].type` has the value i.
inline constexpr std::array<dtype_entry, 22> dtypes{{{dtype::boolean, "BOOL", 8},
                                                     {dtype::f4, "F4", 4},
                                                     {dtype::f6_e2m3, "F6_E2M3", 6},
                                                     {dtype::f6_e3m2, "F6_E3M2", 6},
                                                     {dtype::u8, "U8", 8},
                                                     {dtype::i8, "I8", 8},
                                                     {dtype::f8_e5m2, "F8_E5M2", 8},
                                                     {dtype::f8_e4m3, "F8_E4M3", 8},
                                                     {dtype::f8_e8m0, "F8_E8M0", 8},
                                                     {dtype::f8_e4m3fnuz, "F8_E4M3FNUZ", 8},
                                                     {dtype::f8_e5m2fnuz, "F8_E5M2FNUZ", 8},
                                                     {dtype::i16, "I16", 16},
                                                     {dtype::u16, "U16", 16},
                                                     {dtype::f16, "F16", 16},
                                                     {dtype::bf16, "BF16", 16},
                                                     {dtype::i32, "I32", 32},
                                                     {dtype::u32, "U32", 32},
                                                     {dtype::f32, "F32", 32},
                                                     {dtype::c64, "C64", 64},
                                                     {dtype::f64, "F64", 64},
                                                     {dtype::i64, "I64", 64},
                                                     {dtype::u64, "U64", 64}}};

/// The name of a type in a safetensors header; "unknown" for dtype::unknown.
constexpr std::string_view name_of(dtype type) {
  return type == dtype::unknown ? std::string_view("unknown") : dtypes[static_cast<std::size_t>(type)].name;
}

/// Bits per element; 0 for dtype::unknown.
constexpr std::size_t bits_of(dtype type) { return type == dtype::unknown ? 0 : dtypes[static_cast<std::size_t>(type)].bits; }

/// The type of a name such as "F16"; dtype::unknown where there is none.
constexpr dtype dtype_named(std::string_view name) {
  for (const dtype_entry& entry : dtypes) {
    if (entry.name == name) return entry.type;
  }
  return dtype::unknown;
}

/// Whether values of this type are converted to and from numbers of C++: F16, BF16, F32 and F64.
constexpr bool is_convertible_float(dtype type) {
  return type == dtype::f16 || type == dtype::bf16 || type == dtype::f32 || type == dtype::f64;
}

/// Whether values of this type are converted to and from numbers of C++: BOOL, U8, I32 and I64.
constexpr bool is_convertible_integer(dtype type) {
  return type == dtype::boolean || type == dtype::u8 || type == dtype::i32 || type == dtype::i64;
}

/// The element type whose bytes are those of the C++ type `T`: F32 for float, I64 for std::int64_t and so on; unknown for others.
template <class T>
inline constexpr dtype dtype_of = [] {
  if constexpr (std::is_same_v<T, float>) return dtype::f32;
  if constexpr (std::is_same_v<T, double>) return dtype::f64;
  if constexpr (std::is_integral_v<T> && std::is_signed_v<T> && sizeof(T) == 8) return dtype::i64;
  if constexpr (std::is_integral_v<T> && std::is_signed_v<T> && sizeof(T) == 4) return dtype::i32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return dtype::u8;
  return dtype::unknown;
}();

}  // namespace fewclip::io
