#pragma once
/// \file
/// Tells a process from its children.

#include <atomic>
#include <cstdint>
#if __has_include(<pthread.h>) && __has_include(<unistd.h>)
#include <pthread.h>
#include <unistd.h>
#endif

#include "fewclip/config.hpp"

namespace fewclip::detail {

/// How often this process was forked off since one that called this_process(): raised in each child.
inline std::atomic<std::uint32_t>& forks_before() {
  static constinit std::atomic<std::uint32_t> value{0};
  return value;
}

/// A number that is another in every child of fork() than in its parent, and never 0: the id of the process, and how often it was forked off, as a
/// child in a name space of ids of its own may have the id of its parent. Takes no lock, since a thread may hold one at fork().
inline std::uint64_t this_process() {
#if __has_include(<pthread.h>) && __has_include(<unistd.h>)
  static constinit std::atomic<bool> counts{false};
  if (!counts.load(std::memory_order_acquire)) {
    // Two threads may both come here; then a child counts twice.
    static_cast<void>(::pthread_atfork(nullptr, nullptr, [] { ++forks_before(); }));  // for want of memory: the id alone
    counts.store(true, std::memory_order_release);
  }
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(::getpid())) << 32U | forks_before().load(std::memory_order_acquire);
#else
  return 1;
#endif
}

}  // namespace fewclip::detail
