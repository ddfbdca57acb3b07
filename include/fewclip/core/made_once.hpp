#pragma once
/// \file
/// A value that is made when it is first asked for.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "fewclip/core/detail/this_process.hpp"

namespace fewclip {

namespace detail {

/// A lock that no child of fork() waits for: one that a thread of the parent held at that time is free in the child, where that thread is not. So
/// what it guards must be whole at every moment.
class forkable_lock {
 public:
  void lock() {
    const std::uint64_t mine = this_process();
    for (std::uint64_t holder = 0; !holder_.compare_exchange_strong(holder, mine, std::memory_order_acq_rel);) {
      if (holder != mine) continue;  // a thread of the parent's, or nobody by now
      holder_.wait(holder, std::memory_order_acquire);
      holder = 0;
    }
  }

  void unlock() {
    holder_.store(0, std::memory_order_release);
    holder_.notify_all();
  }

 private:
  std::atomic<std::uint64_t> holder_{0};  // this_process() of who holds it
};

}  // namespace detail

/// A value that is made when it is first asked for, once for all threads: others wait meanwhile. A child of fork() that was made meanwhile makes its
/// own, and does not wait for a thread that stayed behind in the parent.
template <class Value>
class made_once {
 public:
  made_once() = default;
  made_once(const made_once&) = delete;
  made_once& operator=(const made_once&) = delete;
  ~made_once() { delete value_.load(); }

  /// The value; it lives as long as this.
  /// \param make called where there is none yet, must not ask for it; what it throws passes through, and the next call tries again
  template <class Make>
  const Value& get(const Make& make) {
    if (const Value* const known = value_.load(std::memory_order_acquire)) return *known;
    const std::lock_guard turn(lock_);
    if (const Value* const known = value_.load(std::memory_order_acquire)) return *known;
    auto made = std::make_unique<const Value>(make());
    value_.store(made.get(), std::memory_order_release);
    return *made.release();
  }

 private:
  detail::forkable_lock lock_;
  std::atomic<const Value*> value_{nullptr};
};

/// The value of the key that was asked for last, for many threads. A child of fork() goes on with what was kept at that time.
template <class Key, class Value>
class last_made {
 public:
  last_made() = default;
  last_made(const last_made&) = delete;
  last_made& operator=(const last_made&) = delete;
  ~last_made() { delete kept_.load(); }

  /// The value that is kept, where `serves(key)` holds for its key; else nothing.
  template <class Serves>
  std::shared_ptr<const Value> find(const Serves& serves) {
    const std::lock_guard turn(lock_);
    return find_locked(serves);
  }

  /// Keeps another value instead.
  void keep(Key key, std::shared_ptr<const Value> value) {
    auto made = std::make_unique<const entry>(entry{std::move(key), std::move(value)});
    const std::lock_guard turn(lock_);
    replace_locked(std::move(made));
  }

  /// The value of a key; others wait while it is made.
  /// \param make called where another key's value is kept, gives a Value
  template <class Make>
  std::shared_ptr<const Value> get(const Key& key, const Make& make) {
    const std::lock_guard turn(lock_);
    if (auto known = find_locked([&key](const Key& kept) { return kept == key; })) return known;
    auto made = std::make_unique<const entry>(entry{key, std::make_shared<const Value>(make())});
    const std::shared_ptr<const Value> out = made->value;
    replace_locked(std::move(made));
    return out;
  }

 private:
  struct entry {
    Key key;
    std::shared_ptr<const Value> value;
  };

  template <class Serves>
  std::shared_ptr<const Value> find_locked(const Serves& serves) const {
    const entry* const kept = kept_.load();
    return kept != nullptr && serves(kept->key) ? kept->value : nullptr;
  }

  /// What is kept is whole at every moment, as the lock asks for.
  void replace_locked(std::unique_ptr<const entry> made) { delete kept_.exchange(made.release()); }

  detail::forkable_lock lock_;
  std::atomic<const entry*> kept_{nullptr};
};

}  // namespace fewclip
