#pragma once
/// \file
/// The orientation that a camera notes in a file.

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/image.hpp"

namespace fewclip::images::detail {

/// The value of tag 0x0112 in the first directory of a TIFF structure; 1 where there is none or it makes no sense.
inline int tiff_orientation(file_bytes tiff) {
  const bool little = byte_at(tiff, 0) == 'I';
  const auto number_16 = [&](std::size_t at) { return little ? little_16(tiff, at) : big_16(tiff, at); };
  const auto number_32 = [&](std::size_t at) { return little ? little_32(tiff, at) : big_32(tiff, at); };
  const std::size_t directory = number_32(4);
  if (directory >= tiff.size()) return 1;
  for (std::size_t entry = 0; entry < number_16(directory); ++entry) {
    const std::size_t at = directory + 2 + 12 * entry;
    if (at >= tiff.size()) return 1;
    if (number_16(at) != 0x0112) continue;
    const auto value = static_cast<int>(number_16(at + 8));
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/// The EXIF orientation of a JPEG file, 1 to 8; 1 (upright) where it has none.
inline int jpeg_orientation(file_bytes bytes) {
  for (std::size_t at = 2; at + 4 < bytes.size() && byte_at(bytes, at) == 0xFF;) {
    const std::size_t marker = byte_at(bytes, at + 1);
    const std::size_t length = big_16(bytes, at + 2);
    if (marker == 0xDA || length < 2) return 1;
    const bool is_exif = marker == 0xE1 && length >= 8 && at + 2 + length <= bytes.size() && byte_at(bytes, at + 4) == 'E' &&
                         byte_at(bytes, at + 5) == 'x' && byte_at(bytes, at + 6) == 'i' && byte_at(bytes, at + 7) == 'f';
    if (is_exif) return tiff_orientation(bytes.subspan(at + 10, length - 8));
    at += 2 + length;
  }
  return 1;
}

/// The same of a PNG file with an eXIf chunk.
inline int png_orientation(file_bytes bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t length = big_32(bytes, at);
    if (length > bytes.size() - at - 12) return 1;
    if (big_32(bytes, at + 4) == 0x65584966) return tiff_orientation(bytes.subspan(at + 8, length));
    at += 12 + length;
  }
  return 1;
}

/// The same of a WebP file with an EXIF chunk, with or without JPEG's mark in front.
inline int webp_orientation(file_bytes bytes) {
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::size_t length = little_32(bytes, at + 4);
    if (length > bytes.size() - at - 8) return 1;
    const file_bytes content = bytes.subspan(at + 8, length);
    const bool is_marked = big_32(content, 0) == 0x45786966 && big_16(content, 4) == 0;
    if (big_32(bytes, at) == 0x45584946) return tiff_orientation(is_marked ? content.subspan(6) : content);
    at += 8 + length + length % 2;
  }
  return 1;
}

/// The image as the camera saw it.
/// \param orientation 1 to 8: bit 1 and 2 of orientation - 1 mirror, from 5 on rows and columns are exchanged
inline image turned_upright(const image& source, int orientation) {
  if (orientation == 1) return source;
  const bool exchanged = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const index channels = source.channels();
  image out(exchanged ? source.height() : source.width(), exchanged ? source.width() : source.height(), channels);
  for (index y = 0; y < out.height(); ++y) {
    for (index x = 0; x < out.width(); ++x) {
      const index across = exchanged ? y : x;
      const index down = exchanged ? x : y;
      const std::uint8_t* const row = source.row(from_below ? source.height() - 1 - down : down);
      std::copy_n(row + (from_right ? source.width() - 1 - across : across) * channels, channels, out.row(y) + x * channels);
    }
  }
  return out;
}

}  // namespace fewclip::images::detail
