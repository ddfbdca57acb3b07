#pragma once
/// \file
/// NumPy's .npy files.

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/io/atomic_file.hpp"
#include "fewclip/io/detail/conversion.hpp"
#include "fewclip/io/detail/npy_header.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/dtype.hpp"
#include "fewclip/io/mapped_file.hpp"

namespace fewclip::io {

/// An array of a .npy file.
template <class T>
struct npy_array {
  std::vector<std::size_t> shape;  ///< extents, outermost first; empty for a scalar
  std::vector<T> values;           ///< the elements, row-major
};

namespace detail {

/// The bytes that the shape asks for; refuses a product of 2^64 or more.
inline std::size_t npy_bytes(const std::vector<std::size_t>& shape, dtype type, const std::string& file) {
  std::size_t bytes = bits_of(type) / 8;
  for (const std::size_t extent : shape) {
    if (extent != 0 && bytes > std::numeric_limits<std::size_t>::max() / extent) {
      throw shape_error(expected_got(file, "shape", "fewer than 2^64 bytes", readable_shape(shape) + " " + std::string(name_of(type))));
    }
    bytes *= extent;
  }
  return bytes;
}

/// Magic, version 1.0, length and dictionary, padded so that the data begins at a multiple of 64.
inline std::string npy_start(dtype type, const std::vector<std::size_t>& shape) {
  std::string extents;
  for (const std::size_t extent : shape) extents += std::to_string(extent) + ", ";
  if (shape.size() > 1) extents.resize(extents.size() - 2);
  if (shape.size() == 1) extents.pop_back();
  std::string text = std::string("{'descr': '") + npy_descr(type) + "', 'fortran_order': False, 'shape': (" + extents + "), }";
  text.append(63 - (10 + text.size()) % 64, ' ');
  text += '\n';
  std::string out = "\x93NUMPY";
  for (const std::size_t byte : {std::size_t{1}, std::size_t{0}, text.size() & 0xFFU, text.size() >> 8}) out += static_cast<char>(byte);
  return out + text;
}

inline void write_npy_bytes(const std::string& path, const std::vector<std::size_t>& shape, dtype type, std::span<const std::byte> data) {
  if (shape.size() > 32) throw shape_error(expected_got(path, "rank", "at most 32", std::to_string(shape.size())));
  const std::size_t expected = npy_bytes(shape, type, path);
  if (data.size() != expected) {
    throw shape_error(
        expected_got(path, "array of shape " + readable_shape(shape), std::to_string(expected) + " bytes", std::to_string(data.size())));
  }
  atomic_file file(path);
  file.write(npy_start(type, shape));
  file.write(data);
  file.commit();
}

}  // namespace detail

/// Reads an array from the bytes of a .npy file, converted to `T`.
///
/// Accepted: versions 1.0 and 2.0, element types <f2, <f4, <f8, <i4, <i8 and |u1, C order. Floating-point values become float or double,
/// rounded to the nearest; integers become any number type. \tparam T float, double or an integer type \param bytes a whole file at any
/// address \param name what messages call it \throws io_error for anything else, for missing or surplus bytes, and for floating-point
/// values where `T` is an integer \throws shape_error for a shape of 2^64 bytes or more \throws value_error where a stored integer does not
/// fit into an integer `T`
template <class T>
npy_array<T> parse_npy(std::span<const std::byte> bytes, const std::string& name) {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double> || (std::is_integral_v<T> && !std::is_same_v<T, bool>),
                "fewclip::io::parse_npy: T must be float, double or an integer type other than bool");
  detail::npy_header header = detail::take_npy_header(bytes, name);
  const dtype type = detail::npy_dtype(header.descr, name);
  if (header.fortran_order) throw io_error(expected_got(name, "order", "C order (fortran_order: False)", "Fortran order"));
  const std::size_t expected = detail::npy_bytes(header.shape, type, name);
  if (bytes.size() != expected) {
    throw io_error(expected_got(name, "data of shape " + detail::readable_shape(header.shape), std::to_string(expected) + " bytes",
                                std::to_string(bytes.size())));
  }
  if (!std::is_floating_point_v<T> && is_convertible_float(type)) {
    throw io_error(expected_got(name, "element type", "one of the integer types <i4, <i8, |u1", header.descr));
  }
  return {std::move(header.shape), detail::decode<T>(type, bytes, name, "array")};
}

/// Reads a .npy file, see parse_npy.
/// \tparam T float, double or an integer type
/// \param path the file
/// \throws io_error where it cannot be opened, and as parse_npy
template <class T>
npy_array<T> read_npy(const std::string& path) {
  const mapped_file file(path);
  return parse_npy<T>(file.bytes(), path);
}

/// Writes a .npy file of version 1.0, see atomic_file.
/// \tparam T float, double, std::int32_t, std::int64_t or std::uint8_t
/// \param path the target, replaced when the new file is complete
/// \param shape at most 32 extents; none for a scalar
/// \param values the elements, row-major
/// \throws shape_error where the number of values is not that of the shape
/// \throws io_error where the file cannot be written; the target is then unchanged
template <class T>
void write_npy(const std::string& path, const std::vector<std::size_t>& shape, const std::vector<T>& values) {
  static_assert(dtype_of<T> != dtype::unknown, "fewclip::io::write_npy: T must be float, double, int32_t, int64_t or uint8_t");
  detail::write_npy_bytes(path, shape, dtype_of<T>, std::as_bytes(std::span(values)));
}

/// Writes floats as F16, F32 or F64, rounded to the nearest, ties to even.
/// \param path the target, replaced when the new file is complete
/// \param shape at most 32 extents; none for a scalar
/// \param values the elements, row-major
/// \param type the element type to store
/// \throws value_error for another type, or where a finite value would become infinite
/// \throws shape_error where the number of values is not that of the shape
/// \throws io_error where the file cannot be written; the target is then unchanged
inline void write_npy_as(const std::string& path, const std::vector<std::size_t>& shape, std::span<const float> values, dtype type) {
  static_cast<void>(detail::npy_descr(type));
  detail::write_npy_bytes(path, shape, type, detail::encode(type, values, path, "array"));
}

/// The same for the elements of an xtensor array or view.
/// \throws shape_error unless it is row-major without gaps
template <xtensor_array Array>
requires std::same_as<typename Array::value_type, float>
void write_npy_as(const std::string& path, const std::vector<std::size_t>& shape, const Array& values, dtype type) {
  write_npy_as(path, shape, fewclip::detail::elements_of(values), type);
}

}  // namespace fewclip::io
