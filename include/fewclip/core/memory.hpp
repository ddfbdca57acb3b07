#pragma once
/// \file
/// Memory of the host, aligned for vector instructions.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// Host memory aligned to 64 bytes, the width of a cache line and of the widest vector register.
struct host_memory {
  static constexpr std::size_t alignment = 64;
  static constexpr bool host_accessible = true;

  template <class Scalar>
  static std::shared_ptr<Scalar> allocate(index count) {
    if (count == 0) return {};
    // Aligned by hand: blocks of glibc's aligned allocation are too small for a second one of their own size, so that the heap of a loop
    // of equal allocations grows by tens of megabytes.
    std::size_t room = static_cast<std::size_t>(count) * sizeof(Scalar) + alignment;
    void* const block = ::operator new(room);
    void* start = block;
    std::align(alignment, static_cast<std::size_t>(count) * sizeof(Scalar), start, room);
    ask_for_large_pages(start, static_cast<std::size_t>(count) * sizeof(Scalar));
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
  /// A block with at least two whole aligned pages of 2 MB is backed with such where the system has them: a fresh one takes a hundredth of
  /// the page faults.
  static void ask_for_large_pages([[maybe_unused]] void* start, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
    const auto begin = (reinterpret_cast<std::uintptr_t>(start) + page - 1) / page * page;
    const auto end = (reinterpret_cast<std::uintptr_t>(start) + bytes) / page * page;
    if (end >= begin + 2 * page) static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
#endif
  }
};

}  // namespace fewclip
