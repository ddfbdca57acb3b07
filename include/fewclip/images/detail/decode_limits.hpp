#pragma once
/// \file
/// What every decoder checks before it allocates, and how it refuses.

#include <string>

#include "fewclip/images/image.hpp"

namespace fewclip::images::detail {

/// One file in the hands of a decoder.
struct decode_job {
  std::string name;  ///< what messages call it
  index max_side;    ///< pixels
  index max_pixels;  ///< width * height
  bool keeps_alpha;  ///< else three channels come out

  [[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& got) const {
    throw io_error(expected_got(name, what, expected, got));
  }

  /// \throws io_error where the extents that a header claims are 0 or beyond the limits
  void check_extents(index width, index height) const {
    const std::string got = std::to_string(width) + " x " + std::to_string(height);
    if (width < 1 || height < 1) refuse("width and height", "at least 1 pixel each", got);
    if (width > max_side || height > max_side) refuse("width and height", "at most " + std::to_string(max_side) + " pixels each", got);
    if (width * height > max_pixels) {
      refuse("width x height", "at most " + std::to_string(max_pixels) + " pixels", got + " = " + std::to_string(width * height));
    }
  }
};

}  // namespace fewclip::images::detail
