#pragma once
/// \file
/// Memory of the host, aligned for vector instructions.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// Keeps what the process lets go of for its own later blocks, where the C library can be told so (glibc): else every training step gets its
/// memory afresh from the system, page by page, which takes up to a tenth of its time. The process then stays as large as it has been. For
/// the main() of a program; the library itself never calls it.
inline void keep_freed_memory() {
#if defined(M_TRIM_THRESHOLD) && defined(M_MMAP_THRESHOLD)
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the largest that is allowed
  ::mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

/// Host memory aligned to 64 bytes, the width of a cache line and of the widest vector register.
struct host_memory {
  static constexpr std::size_t alignment = 64;
  static constexpr bool host_accessible = true;

  template <class Scalar>
  static std::shared_ptr<Scalar> allocate(index count) {
    if (count == 0) return {};
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(Scalar);
    const std::size_t boundary = bytes < 2 * large_page ? alignment : large_page;
    // Aligned by hand: blocks of glibc's aligned allocation are too small for a second one of their own size, so that the heap of a loop
    // of equal allocations grows by tens of megabytes.
    std::size_t room = bytes + boundary;
    void* const block = ::operator new(room);
    void* start = block;
    std::align(boundary, bytes, start, room);
    if (boundary == large_page) ask_for_large_pages(start, bytes / large_page * large_page);
    return std::shared_ptr<Scalar>(static_cast<Scalar*>(start), [block](Scalar*) { ::operator delete(block); });
  }

  template <class Scalar>
  static void fill(Scalar* out, Scalar value, index count) {
    std::fill_n(out, count, value);
  }

  template <class Scalar>
  static void copy(Scalar* out, const Scalar* in, index count) {
    std::memcpy(out, in, static_cast<std::size_t>(count) * sizeof(Scalar));
  }

  template <class Scalar>
  static void from_host(Scalar* out, const Scalar* in, index count) {
    copy(out, in, count);
  }

  template <class Scalar>
  static void to_host(Scalar* out, const Scalar* in, index count) {
    copy(out, in, count);
  }

 private:
  static constexpr std::size_t large_page = std::size_t{1} << 21;

  /// Whole aligned pages of 2 MB are backed with such where the system has them: a fresh one takes a hundredth of the page faults.
  static void ask_for_large_pages([[maybe_unused]] void* start, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
    static_cast<void>(::madvise(start, bytes, MADV_HUGEPAGE));
#endif
  }
};

}  // namespace fewclip
