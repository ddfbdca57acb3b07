#pragma once
/// \file
/// The one thread pool. Loops are cut into chunks that threads take as they become free.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "fewclip/core/detail/serial_openmp.hpp"
#include "fewclip/core/detail/this_process.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {
namespace detail {

/// Worker threads that sleep between loops. One loop runs at a time; a nested or concurrent loop runs on its caller's thread.
///
/// Threads are started by the first loop that has work for them and end with the process. The pool itself is never destroyed, so destructors
/// of static objects may run loops; and a child of fork() makes one of its own, since threads stay behind in the parent.
class thread_pool {
 public:
  /// The pool of this process.
  static thread_pool& instance() {
    thread_pool* known = current().load(std::memory_order_acquire);
    if (known != nullptr && known->process_ == this_process()) return *known;
    std::unique_ptr<thread_pool> made(new thread_pool(known));
    if (current().compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) known = made.release();
    return *known;
  }

  int threads() const { return threads_; }

  void resize(int threads) {
    if (inside()) throw error(expected_got("fewclip::set_threads", "caller", "one outside of a loop", "one inside of a loop"));
    const std::lock_guard turn(turn_);
    threads_ = std::max(1, threads);
    if (static_cast<int>(workers_.size()) >= threads_) stop();
  }

  /// Runs `chunk(k)` for k in [0, chunks) on all threads, the caller's included.
  static void run(index chunks, const std::function<void(index)>& chunk) {
    const thread_pool* const known = current().load(std::memory_order_acquire);
    if (inside() || (known != nullptr && known->threads_ == 1)) return run_here(chunks, chunk);  // whichever process this is
    instance().share(chunks, chunk);
  }

 private:
  static void run_here(index chunks, const std::function<void(index)>& chunk) {
    const inside_loop mark;
    for (index k = 0; k < chunks; ++k) chunk(k);
  }

  void share(index chunks, const std::function<void(index)>& chunk) {
    const std::unique_lock turn(turn_, std::try_to_lock);
    if (turn.owns_lock()) start(static_cast<std::size_t>(std::min<index>(threads_, chunks) - 1));
    if (!turn.owns_lock() || workers_.empty()) return run_here(chunks, chunk);
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
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

  /// \param before the pool of the parent process, if any; kept so that tools find it, never used
  explicit thread_pool(const thread_pool* before)
      : before_(before),
        process_(this_process()),
        threads_(before != nullptr ? before->threads() : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

  static std::atomic<thread_pool*>& current() {
    static constinit std::atomic<thread_pool*> value{nullptr};
    return value;
  }

  static bool& inside() {
    thread_local bool value = false;
    return value;
  }

  struct inside_loop {
    bool before = inside();
    inside_loop() { inside() = true; }
    ~inside_loop() { inside() = before; }
    inside_loop(const inside_loop&) = delete;
    inside_loop& operator=(const inside_loop&) = delete;
  };

  /// Starts threads until there are `count`. Where the system refuses one, because of a limit or for want of memory, loops go on with half of
  /// those that could be had, which leaves some of what is scarce to the work itself.
  void start(std::size_t count) {
    if (workers_.size() >= count) return;
    if (!ends_at_exit_) ends_at_exit_ = std::atexit([] { end(); }) == 0;
    try {
      workers_.reserve(count);
      while (workers_.size() < count) workers_.emplace_back([this, seen = generation_] { serve(seen); });
      return;
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    const std::size_t fewer = workers_.size() / 2;
    stop();
    threads_ = static_cast<int>(fewer) + 1;
    start(fewer);
  }

  /// What a worker does all its life.
  void serve(std::size_t seen) {
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
  }

  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    stopping_ = false;
  }

  /// Ends the threads at the end of the process, unless it ends in the midst of a loop. A later loop starts them, and registers this, again.
  static void end() {
    thread_pool* const pool = current();
    if (pool == nullptr || pool->process_ != this_process() || inside()) return;
    const std::unique_lock turn(pool->turn_, std::try_to_lock);
    if (!turn.owns_lock()) return;
    pool->stop();
    pool->ends_at_exit_ = false;
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

  [[maybe_unused]] const thread_pool* before_;
  const std::uint64_t process_;
  std::atomic<int> threads_;
  std::mutex turn_;  // guards the threads: held while a loop runs on them and while they are started or stopped
  std::vector<std::thread> workers_;
  bool ends_at_exit_ = false;
  std::mutex mutex_;  // guards the loop that runs
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(index)>* chunk_ = nullptr;
  index chunks_ = 0;
  std::atomic<index> next_{0};
  int busy_ = 0;
  std::size_t generation_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
};

}  // namespace detail

/// The number of threads loops run on: all cores unless set, and fewer once the system has refused to start so many.
inline int threads() { return detail::thread_pool::instance().threads(); }

/// Sets the number of threads (at least 1); they are started by the first loop that has work for them. Results do not depend on this number.
/// \throws error inside of a loop
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
  const auto chunk = [&](index k) {
    const detail::serial_openmp<detail::compiled_with_openmp> serial;
    body(k * step, std::min(count, (k + 1) * step));
  };
  if (chunks == 1) {
    chunk(0);
  } else {
    detail::thread_pool::run(chunks, chunk);
  }
}

}  // namespace fewclip
