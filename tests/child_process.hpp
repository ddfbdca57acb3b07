#pragma once
// Actions in a child process: what a process does at its end, after fork() and under limits.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace child {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif
#if defined(__SANITIZE_THREAD__)
constexpr bool starts_threads = false;
#elif defined(__has_feature)
constexpr bool starts_threads = !__has_feature(thread_sanitizer);
#else
constexpr bool starts_threads = true;
#endif

/// Whether a case runs; says why not where it is skipped.
inline boost::test_tools::assertion_result runs_if(bool holds, const char* reason) {
  if (!holds) std::printf("skipped: %s\n", reason);
  return holds;
}

/// For boost::unit_test::precondition.
inline boost::test_tools::assertion_result may_start_threads(boost::unit_test::test_unit_id) {
  return runs_if(starts_threads, "under the thread sanitizer a child of a process with threads may not start any");
}

/// For boost::unit_test::precondition.
inline boost::test_tools::assertion_result memory_may_be_limited(boost::unit_test::test_unit_id) {
  return runs_if(!sanitized, "sanitizers reserve terabytes of addresses");
}

/// Runs an action in a child, which is ended by an alarm where it hangs.
/// \returns the status the child exits with, 0 if the action returns; 1000 and the number of the signal that ended it
template <class Action>
int status_of(const Action& action, unsigned seconds = 30) {
  std::fflush(nullptr);
  const pid_t made = ::fork();
  if (made == 0) {
    for (const int each : {SIGALRM, SIGABRT, SIGSEGV}) std::signal(each, SIG_DFL);
    ::alarm(seconds);
    action();
    std::_Exit(0);
  }
  int status = 0;
  if (made < 0 || ::waitpid(made, &status, 0) != made) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// From now on this process may map so many bytes more than it has.
inline void limit_memory(std::size_t more) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto bytes = static_cast<rlim_t>(pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + more);
  const rlimit limit{bytes, bytes};
  if (pages == 0 || ::setrlimit(RLIMIT_AS, &limit) != 0) std::_Exit(99);
}

}  // namespace child
