#pragma once
/// \file
/// Messages about failing system calls.

#include <cerrno>
#include <string>
#include <system_error>

#include "fewclip/core/error.hpp"

namespace fewclip::io::detail {

/// "path: open: expected success, got Permission denied", from the current errno.
inline io_error system_failure(const std::string& path, const char* call) {
  const int code = errno;
  return io_error(expected_got(path, call, "success", std::generic_category().message(code)));
}

}  // namespace fewclip::io::detail
