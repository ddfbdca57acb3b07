#pragma once
/// \file
/// What a thread keeps from one loop to the next.

#include <cstddef>
#include <utility>
#include <vector>

#include "fewclip/config.hpp"

namespace fewclip {

namespace detail {

/// The object of type Kept that this thread made once for a purpose; null when it has been destroyed, at the end of the thread.
template <class Kept, class Purpose, class... Arguments>
Kept* kept_object(const Arguments&... arguments) {
  thread_local bool gone = false;  // without a destructor, so it may be read at any time
  struct keeper {
    Kept object;
    ~keeper() { gone = true; }
  };
  if (gone) return nullptr;
  thread_local keeper mine{Kept(arguments...)};
  return &mine.object;
}

}  // namespace detail

/// Calls `action` with an object that this thread made once and keeps.
///
/// Usable to the very end of a thread and of the process: destructors of thread-local and static objects may run when the kept object has
/// been destroyed; it is then made for that call alone.
/// \tparam Kept the type of the object
/// \tparam Purpose tells objects of one type apart
/// \param action called as `action(Kept&)`; its result is returned
/// \param arguments of the constructor
template <class Kept, class Purpose = Kept, class Action, class... Arguments>
decltype(auto) with_kept(const Action& action, const Arguments&... arguments) {
  if (Kept* const mine = detail::kept_object<Kept, Purpose>(arguments...)) return action(*mine);
  Kept for_now(arguments...);
  return action(for_now);
}

/// Numbers that are written before they are read, in memory that a thread uses again.
template <class Scalar>
class thread_scratch {
 public:
  /// \param count numbers, of any values
  explicit thread_scratch(std::size_t count) {
    exchange();
    numbers_.resize(count);
  }
  thread_scratch(const thread_scratch&) = delete;
  thread_scratch& operator=(const thread_scratch&) = delete;
  ~thread_scratch() { exchange(); }

  /// The numbers; valid while this lives.
  Scalar* data() { return numbers_.data(); }

 private:
  /// Takes the thread's memory, or gives it back; a scratch inside of another finds none and makes its own.
  void exchange() {
    with_kept<std::vector<Scalar>, thread_scratch>([this](std::vector<Scalar>& kept) { kept.swap(numbers_); });
  }

  std::vector<Scalar> numbers_;
};

}  // namespace fewclip
