#pragma once
/// \file
/// What fewclip throws. Every message names the function or file, the argument, what was expected and what was got.

#include <stdexcept>
#include <string>

#include "fewclip/config.hpp"
#include "fewclip/core/readable_text.hpp"

namespace fewclip {

/// The base of every exception that fewclip throws on purpose. what() is one line without control characters, whatever files and paths it
/// quotes, see readable_text.
class error : public std::runtime_error {
 public:
  /// \param message of any bytes
  explicit error(const std::string& message) : std::runtime_error(readable_text(message)) {}
};

/// A tensor or a label vector does not have the expected extents.
class shape_error : public error {
 public:
  using error::error;
};

/// A value lies outside its range: a hyper-parameter, a label, a feature that is not a number.
class value_error : public error {
 public:
  using error::error;
};

/// A file cannot be read or written, or does not hold what its format says.
class io_error : public error {
 public:
  using error::error;
};

/// A device is absent or has refused a request (memory, launch, library).
class device_error : public error {
 public:
  using error::error;
};

/// Builds the one sentence all messages share: "where: what: expected E, got G", as readable_text shows it.
/// \param where the function or file, for example "fewclip::zero_shot" or "train.safetensors"
/// \param what the argument or tensor
inline std::string expected_got(const std::string& where, const std::string& what, const std::string& expected, const std::string& got) {
  return readable_text(where + ": " + what + ": expected " + expected + ", got " + got);
}

}  // namespace fewclip
