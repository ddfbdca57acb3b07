#pragma once
/// \file
/// Images as PNG files, not compressed: for pictures that are looked at, and for folders of generated images.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/images/image.hpp"

namespace fewclip::images {

namespace detail {

/// The cyclic redundancy check of PNG chunks: polynomial 0xEDB88320, bits reflected.
inline std::uint32_t png_check(std::string_view bytes) {
  static constexpr auto table = [] {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0U ? 0xEDB88320U : 0U);
      out[i] = value;
    }
    return out;
  }();
  std::uint32_t value = 0xFFFFFFFFU;
  for (const char each : bytes) value = table[(value ^ static_cast<unsigned char>(each)) & 0xFFU] ^ (value >> 8);
  return ~value;
}

/// The checksum at the end of a zlib stream (Adler-32).
inline std::uint32_t zlib_check(std::string_view bytes) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char each : bytes) {
    a = (a + static_cast<unsigned char>(each)) % 65521U;
    b = (b + a) % 65521U;
  }
  return (b << 16) | a;
}

inline std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8), static_cast<char>(value)};
}

inline std::string png_chunk(const std::string& name, const std::string& data) {
  return big_endian(static_cast<std::uint32_t>(data.size())) + name + data + big_endian(png_check(name + data));
}

/// A zlib stream of stored blocks.
inline std::string stored(const std::string& bytes) {
  constexpr std::size_t block = 65535;
  std::string out = "\x78\x01";
  for (std::size_t at = 0; at < bytes.size(); at += block) {
    const std::size_t size = std::min(block, bytes.size() - at);
    out += at + size == bytes.size() ? '\1' : '\0';
    for (const std::size_t half : {size, ~size}) {
      out += static_cast<char>(half & 0xFFU);
      out += static_cast<char>((half >> 8) & 0xFFU);
    }
    out.append(bytes, at, size);
  }
  return out + big_endian(zlib_check(bytes));
}

}  // namespace detail

/// The bytes of a PNG file with an image: 8 bits per channel, any number of channels, stored without compression, so slightly larger than the pixels.
/// \param source at least one pixel, at most 2^31 bytes
/// \throws shape_error for an image without pixels or too many of them
inline std::string png_bytes(const image& source) {
  check_not_empty("fewclip::images::png_bytes", source);
  constexpr std::array<char, 5> colour_kind = {0, 0, 4, 2, 6};
  const auto row_bytes = static_cast<std::size_t>(source.width() * source.channels());
  const auto height = static_cast<std::size_t>(source.height());
  if ((row_bytes + 1) * height > std::size_t{1} << 31) {
    throw shape_error(expected_got("fewclip::images::png_bytes", "image", "at most 2^31 bytes", source.text()));
  }
  std::string rows;
  rows.reserve((row_bytes + 1) * height);
  for (index y = 0; y < source.height(); ++y) {
    rows += '\0';  // no filter
    rows.append(reinterpret_cast<const char*>(source.row(y)), row_bytes);
  }
  std::string header =
      detail::big_endian(static_cast<std::uint32_t>(source.width())) + detail::big_endian(static_cast<std::uint32_t>(height));
  header += '\10';
  header += colour_kind[static_cast<std::size_t>(source.channels())];
  header.append(3, '\0');
  return "\x89PNG\r\n\x1A\n" + detail::png_chunk("IHDR", header) + detail::png_chunk("IDAT", detail::stored(rows)) +
         detail::png_chunk("IEND", "");
}

/// Writes a PNG file, see png_bytes. A file of that name is replaced.
/// \throws io_error where it cannot be written
/// \throws shape_error as png_bytes
inline void write_png(const std::string& path, const image& source) {
  const std::string bytes = png_bytes(source);
  errno = 0;
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  int reason = errno;
  bool written = file != nullptr;
  if (written) {
    written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    reason = errno;
    const bool closed = std::fclose(file) == 0;
    if (written && !closed) reason = errno;
    written = written && closed;
  }
  if (!written) throw io_error(expected_got(path, "write", "success", std::generic_category().message(reason)));
}

}  // namespace fewclip::images
