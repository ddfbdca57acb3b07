#pragma once
// A thread that is stopped at its first allocation, in the midst of whatever it does. For tests that stay alone: this replaces operator new.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <thread>

namespace paused {

inline thread_local bool next_allocation = false;
inline std::atomic<int> state{0};  // 0 begun, 1 stopped, 2 let go

inline void here() {
  if (!next_allocation) return;
  next_allocation = false;
  state = 1;
  state.notify_all();
  state.wait(1);
}

/// Runs `meanwhile` while another thread is stopped within `action`.
template <class Action, class Meanwhile>
void during(const Action& action, const Meanwhile& meanwhile) {
  state = 0;
  std::thread other([&action] { action(); });
  state.wait(0);
  meanwhile();
  state = 2;
  state.notify_all();
  other.join();
}

}  // namespace paused

[[gnu::noinline]] void* operator new(std::size_t size) {
  paused::here();
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
/// A sanitizer's own would not come from the one above.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size == 0 ? 1 : size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
