#pragma once
/// \file
/// What every decoder checks before it allocates, and how it refuses.

#include <algorithm>
#include <cstddef>
#include <string>

#include "fewclip/images/decoding_memory.hpp"
#include "fewclip/images/image.hpp"

namespace fewclip::images::detail {

/// One file in the hands of a decoder.
struct decode_job {
  std::string name;               ///< what messages call it
  index file_bytes = 0;           ///< the size of the file
  index max_side = 0;             ///< pixels
  index max_pixels = 0;           ///< width * height
  index max_pixels_per_byte = 0;  ///< of the file, beyond `free_pixels`; 0 for any number
  index free_pixels = 0;          ///< width * height that any file may have
  bool keeps_alpha = false;       ///< else three channels come out
  bool lays_on_white = false;     ///< transparent colours are laid on white
  bool is_turned = false;         ///< whether a turned copy is made of what comes out
  decoding_memory::share* memory = nullptr;
  mutable bool is_transparent = false;  ///< whether a pixel was met that is not opaque

  [[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(name, what, expected, got));
  }

  [[noreturn]] void refuse_pixels(const std::string& format, const std::string& got) const {
    refuse("pixels", "a complete " + format + " file", got);
  }

  /// \param bits of a pixel in the file before it is compressed: below 8, a byte of the file may stand for as many pixels more
  /// \throws io_error where the extents that a header claims are 0, beyond the limits or out of proportion to the file
  void check_extents(index width, index height, index bits = 8) const {
    const std::string got = std::to_string(width) + " x " + std::to_string(height);
    if (width < 1 || height < 1) refuse("width and height", "at least 1 pixel each", got);
    if (width > max_side || height > max_side) refuse("width and height", "at most " + std::to_string(max_side) + " pixels each", got);
    const index pixels = width * height;
    if (pixels > max_pixels) {
      refuse("width x height", "at most " + std::to_string(max_pixels) + " pixels (" + way_out(pixels) + "max_pixels)",
             got + " = " + std::to_string(pixels));
    }
    constexpr index no_limit = index{1} << 32;  // more than max_side allows
    const index per_byte = std::min(max_pixels_per_byte, no_limit) * 8 / std::clamp(bits, index{1}, index{8});
    if (per_byte == 0 || pixels <= free_pixels || (pixels - 1) / per_byte < file_bytes) return;
    const index most = std::max(free_pixels, per_byte * file_bytes);
    refuse("width x height",
           "at most " + std::to_string(most) + " pixels in a file of " + std::to_string(file_bytes) + " bytes (" + way_out(pixels) +
               "max_pixels_per_byte)",
           got + " = " + std::to_string(pixels));
  }

  /// What lifts a limit for a picture that is whole and only large.
  static std::string way_out(index pixels) { return "--max-pixels " + std::to_string(pixels) + " lifts this limit, in the library "; }

  /// Waits until there is memory; 64 KiB are for messages and for what allocations are rounded up by.
  /// \param decoding bytes that are held at most at a time while the file is decoded, `kept` among them
  /// \param kept bytes of the image that comes out
  void take_memory(index decoding, index kept) const {
    if (memory != nullptr) memory->take(static_cast<std::size_t>((index{1} << 16) + std::max(decoding, is_turned ? 2 * kept : kept)));
  }
};

}  // namespace fewclip::images::detail
