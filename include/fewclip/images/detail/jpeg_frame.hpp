#pragma once
/// \file
/// What kind of JPEG a file is, and how many scans it may have.

#include <algorithm>
#include <string>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/decode_limits.hpp"

namespace fewclip::images::detail {

/// The frame header of a JPEG file.
struct jpeg_frame {
  std::size_t marker = 0;     ///< 0xC0 baseline, 0xC1, 0xC2 progressive, 0xC9 and 0xCA arithmetic; 0: none before the first scan
  std::size_t precision = 8;  ///< bits of a sample
  index width = 0;
  index height = 0;
  index components = 0;

  bool is_arithmetic() const { return marker >= 0xC9; }
};

/// The first frame header before the first scan.
inline jpeg_frame frame_of_jpeg(file_bytes bytes) {
  jpeg_frame out;
  for (std::size_t at = 2; at + 9 < bytes.size() && out.marker == 0;) {
    const std::size_t marker = byte_at(bytes, at) == 0xFF ? byte_at(bytes, at + 1) : 0xFF;
    if (marker == 0xDA || marker == 0xD9) break;
    const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) {
      out = {marker, byte_at(bytes, at + 4), static_cast<index>(big_16(bytes, at + 7)), static_cast<index>(big_16(bytes, at + 5)),
             static_cast<index>(byte_at(bytes, at + 9))};
    }
    const bool stands_alone = marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8);
    at += marker == 0xFF ? 1 : stands_alone ? 2 : 2 + big_16(bytes, at + 2);
  }
  return out;
}

/// \throws io_error for a kind that no decoder here knows; where there is no frame header, decoders say what they find
inline jpeg_frame checked_frame(file_bytes bytes, const decode_job& job) {
  const jpeg_frame out = frame_of_jpeg(bytes);
  if (out.precision != 8) job.refuse("bits of a sample", "8", std::to_string(out.precision));
  const std::size_t kind = out.marker & 0x0FU;
  if (out.marker == 0 || kind <= 2 || kind == 9 || kind == 10) return out;
  job.refuse("kind", "a baseline or progressive JPEG file", kind == 3 || kind == 11 ? "a lossless one" : "a hierarchical one");
}

/// How many scans an image may have: programs write 10, the most careful ones less than 100. The work is that of scans times pixels, 2^33
/// of which take about a second.
inline index most_scans(index pixels) { return std::clamp((index{1} << 33) / std::max(pixels, index{1}), index{16}, index{500}); }

[[noreturn]] inline void refuse_scans(const decode_job& job, index width, index height) {
  const std::string extents = std::to_string(width) + " x " + std::to_string(height);
  job.refuse("scans", "at most " + std::to_string(most_scans(width * height)) + " of " + extents + " pixels", "more");
}

}  // namespace fewclip::images::detail
