#pragma once
/// \file
/// The one thread pool. Loops are cut into chunks that threads take as they become free.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "fewclip/core/shape.hpp"

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace fewclip {
namespace detail {

/// A provider that brings threads of its own (OpenMP inside Eigen or oneDNN) must stay serial inside our loops.
class serial_providers {
 public:
#if defined(_OPENMP)
  serial_providers() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~serial_providers() { omp_set_num_threads(before_); }
#else
  serial_providers() {}
  ~serial_providers() {}
#endif
  serial_providers(const serial_providers&) = delete;
  serial_providers& operator=(const serial_providers&) = delete;

#if defined(_OPENMP)
 private:
  int before_;
#endif
};

/// Worker threads that sleep between loops. One loop runs at a time; a nested or concurrent loop runs on its caller's thread.
class thread_pool {
 public:
  static thread_pool& instance() {
    static thread_pool pool;
    return pool;
  }

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  void resize(int threads) {
    std::lock_guard turn(turn_);
    stop();
    start(std::max(1, threads));
  }

  /// Runs `chunk(k)` for k in [0, chunks) on all threads, the caller's included.
  void run(index chunks, const std::function<void(index)>& chunk) {
    std::unique_lock<std::mutex> turn;
    if (!inside()) turn = std::unique_lock(turn_, std::try_to_lock);
    if (!turn.owns_lock() || workers_.empty()) {
      const inside_loop mark;
      for (index k = 0; k < chunks; ++k) chunk(k);
      return;
    }
    {
      std::lock_guard lock(mutex_);
      chunk_ = &chunk;
      chunks_ = chunks;
      next_ = 0;
      busy_ = static_cast<int>(workers_.size());
      failure_ = nullptr;
      ++generation_;
    }
    wake_.notify_all();
    work();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    if (failure_) std::rethrow_exception(failure_);
  }

  ~thread_pool() { stop(); }

 private:
  thread_pool() { start(static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))); }

  static bool& inside() {
    thread_local bool value = false;
    return value;
  }

  struct inside_loop {
    bool before = inside();
    serial_providers serial;
    inside_loop() { inside() = true; }
    ~inside_loop() { inside() = before; }
    inside_loop(const inside_loop&) = delete;
    inside_loop& operator=(const inside_loop&) = delete;
  };

  void start(int threads) {
    stopping_ = false;
    for (int t = 1; t < threads; ++t) {
      workers_.emplace_back([this, seen = generation_]() mutable {
        for (;;) {
          {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || generation_ != seen; });
            if (stopping_) return;
            seen = generation_;
          }
          work();
          std::lock_guard lock(mutex_);
          if (--busy_ == 0) done_.notify_one();
        }
      });
    }
  }

  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  void work() {
    const inside_loop mark;
    for (index k = next_++; k < chunks_; k = next_++) {
      try {
        (*chunk_)(k);
      } catch (...) {
        std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        next_ = chunks_;
      }
    }
  }

  std::mutex turn_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> workers_;
  const std::function<void(index)>* chunk_ = nullptr;
  index chunks_ = 0;
  std::atomic<index> next_{0};
  int busy_ = 0;
  std::size_t generation_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
};

}  // namespace detail

/// The number of threads loops run on; all cores unless set.
inline int threads() { return detail::thread_pool::instance().threads(); }

/// Sets the number of threads (at least 1). Not to be called from inside a loop. Results do not depend on this number.
inline void set_threads(int count) { detail::thread_pool::instance().resize(count); }

/// Calls `body(begin, end)` for ranges that together cover [0, count), in parallel.
///
/// The ranges depend on `count` and `grain` only, never on the number of threads, so that a body which reduces per range is reproducible.
/// An exception thrown by the body is rethrown here once all threads have stopped.
/// \param count number of items
/// \param grain items per range, at least 1
/// \param body called as `body(index begin, index end)`
template <class Body>
void parallel_for(index count, index grain, const Body& body) {
  if (count <= 0) return;
  const index step = std::max<index>(1, grain);
  const index chunks = (count + step - 1) / step;
  if (chunks == 1) {
    const detail::serial_providers serial;
    body(index{0}, count);
    return;
  }
  detail::thread_pool::instance().run(chunks, [&](index k) { body(k * step, std::min(count, (k + 1) * step)); });
}

}  // namespace fewclip
