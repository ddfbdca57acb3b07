#pragma once
/// \file
/// The version of fewclip, as numbers. A test holds them equal to the CMake project's version.

#include "fewclip/config.hpp"

namespace fewclip {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

}  // namespace fewclip
