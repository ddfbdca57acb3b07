#pragma once
/// \file
/// OpenMP on one thread, in units that are compiled with it.

#include "fewclip/config.hpp"

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace fewclip::detail {

/// While it lives, OpenMP uses the calling thread only: bodies of loops, and what they call, must not start threads of their own. A type per
/// way of compiling, so that units with OpenMP and without may be parts of one program.
template <bool with_openmp>
class serial_openmp {
 public:
  serial_openmp() {}
  ~serial_openmp() {}
};

#if defined(_OPENMP)
template <>
class serial_openmp<true> {
 public:
  serial_openmp() : before_(omp_get_max_threads()) {
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~serial_openmp() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
  serial_openmp(const serial_openmp&) = delete;
  serial_openmp& operator=(const serial_openmp&) = delete;

 private:
  int before_;
};
constexpr bool compiled_with_openmp = true;
#else
constexpr bool compiled_with_openmp = false;
#endif

}  // namespace fewclip::detail
