#pragma once
/// \file
/// The numbers in a file, and walks over its structure. stb_image fills what is missing with zeros, without a word; the walk over a JPEG file
/// finds it out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fewclip/config.hpp"

namespace fewclip::images::detail {

using file_bytes = std::span<const std::byte>;

/// Byte `at`, or 0 behind the end.
inline std::size_t byte_at(file_bytes bytes, std::size_t at) { return at < bytes.size() ? std::to_integer<std::size_t>(bytes[at]) : 0; }
inline std::size_t little_16(file_bytes bytes, std::size_t at) { return byte_at(bytes, at) | byte_at(bytes, at + 1) << 8; }
inline std::size_t little_32(file_bytes bytes, std::size_t at) { return little_16(bytes, at) | little_16(bytes, at + 2) << 16; }
inline std::size_t big_16(file_bytes bytes, std::size_t at) { return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1); }
inline std::size_t big_32(file_bytes bytes, std::size_t at) { return big_16(bytes, at) << 16 | big_16(bytes, at + 2); }

/// What a walk over the markers of a JPEG file finds. stb_image 2.27 trusts its Huffman tables: it writes beyond its arrays where one lists
/// more than 256 codes, and reads beyond them where a scan uses one that was never given.
struct jpeg_outline {
  std::size_t end = 0;                 ///< behind the end-of-image marker; 0 where there is none
  bool tables_fit = true;              ///< whether no table lists too many codes
  bool tables_known = true;            ///< whether each scan uses tables that were given before
  bool progressive = false;            ///< whether the frame is progressive
  std::size_t scans = 0;               ///< how many may begin
  std::array<bool, 8> known_tables{};  ///< DC tables 0 to 3, AC tables 0 to 3
};

/// Looks at the Huffman tables of the segment whose length is at `at`.
inline void note_huffman_tables(file_bytes bytes, std::size_t at, jpeg_outline& out) {
  const std::size_t end = at + big_16(bytes, at);
  for (at += 2; at < end && at < bytes.size();) {
    std::size_t codes = 0;
    for (std::size_t length = 1; length <= 16; ++length) codes += byte_at(bytes, at + length);
    const std::size_t kind = byte_at(bytes, at);
    out.known_tables[(kind & 3U) + ((kind & 0x10U) != 0 ? 4U : 0U)] = true;
    out.tables_fit = out.tables_fit && codes <= 256;
    at += 17 + codes;
  }
}

/// Looks at the scan header whose length is at `at`.
inline void note_scan(file_bytes bytes, std::size_t at, jpeg_outline& out) {
  const std::size_t components = byte_at(bytes, at + 2);
  const bool uses_dc = !out.progressive || byte_at(bytes, at + 3 + 2 * components) == 0;
  const bool uses_ac = !out.progressive || !uses_dc;
  for (std::size_t i = 0; i < components; ++i) {
    const std::size_t tables = byte_at(bytes, at + 4 + 2 * i);
    if (uses_dc && !out.known_tables[(tables >> 4) & 3U]) out.tables_known = false;
    if (uses_ac && !out.known_tables[4 + (tables & 3U)]) out.tables_known = false;
  }
}

/// Walks over segments and scans. In scans, whatever could be taken for a Huffman table must fit as well.
inline jpeg_outline outline_of_jpeg(file_bytes bytes) {
  jpeg_outline out;
  std::size_t first_scan = 0;
  for (std::size_t at = 2; at + 1 < bytes.size() && out.end == 0;) {
    const std::size_t marker = byte_at(bytes, at) == 0xFF ? byte_at(bytes, at + 1) : 0xFF;
    const bool stands_alone = marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8);
    if (marker == 0xD9) out.end = at + 2;
    if (marker == 0xC2) out.progressive = true;
    if (marker == 0xC4) note_huffman_tables(bytes, at + 2, out);
    if (marker == 0xDA) note_scan(bytes, at + 2, out);
    if (marker == 0xDA && first_scan == 0) first_scan = at;
    at += marker == 0xFF ? 1 : stands_alone ? 2 : 2 + big_16(bytes, at + 2);
  }
  for (std::size_t at = first_scan; first_scan != 0 && at < out.end; ++at) {
    if (big_16(bytes, at) == 0xFFDA) ++out.scans;
    if (big_16(bytes, at) == 0xFFC4) note_huffman_tables(bytes, at + 2, out);
  }
  return out;
}

/// Where a chain of counted blocks that begins at `at` ends: behind its zero count. Behind the file where it is not complete.
inline std::size_t behind_gif_blocks(file_bytes bytes, std::size_t at) {
  while (at < bytes.size() && byte_at(bytes, at) != 0) at += 1 + byte_at(bytes, at);
  return at + 1;
}

/// Whether the bit says that a GIF colour table follows: the bytes of the table.
inline std::size_t gif_table_bytes(std::size_t flags) { return (flags & 0x80U) != 0 ? std::size_t{3} << ((flags & 7U) + 1) : 0; }

}  // namespace fewclip::images::detail
