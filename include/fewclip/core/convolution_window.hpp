#pragma once
/// \file
/// The window of a convolution or of a pooling.

#include <string>

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// A square window that slides over rows and columns alike.
struct convolution_window {
  index kernel = 1;   ///< rows and columns under the window
  index stride = 1;   ///< from one place of the window to the next
  index padding = 0;  ///< rows and columns of zeros around the input

  /// Places of the window along a side of `input` elements; none where the window does not fit.
  constexpr index places(index input) const {
    const index room = input + 2 * padding - kernel;
    return room < 0 ? 0 : room / stride + 1;
  }

  /// Whether every element of the input is one place of its own, so that a convolution is a plain product.
  constexpr bool single() const { return kernel == 1 && stride == 1 && padding == 0; }

  /// \throws value_error unless kernel >= 1, stride >= 1 and 0 <= padding < kernel
  void check() const {
    constexpr const char* where = "fewclip::convolution_window";
    if (kernel < 1) throw value_error(expected_got(where, "kernel", "a number >= 1", std::to_string(kernel)));
    if (stride < 1) throw value_error(expected_got(where, "stride", "a number >= 1", std::to_string(stride)));
    if (padding < 0 || padding >= kernel) {
      throw value_error(expected_got(where, "padding", "a number in 0.." + std::to_string(kernel - 1), std::to_string(padding)));
    }
  }

  friend bool operator==(const convolution_window&, const convolution_window&) = default;
};

}  // namespace fewclip
