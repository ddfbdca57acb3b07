#include "fewclip/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "../child_process.hpp"

namespace {

using fewclip::index;
using ranges = std::vector<std::pair<index, index>>;

/// Every test leaves the number of threads as it found it.
struct keep_threads {
  int before = fewclip::threads();
  ~keep_threads() { fewclip::set_threads(before); }
};

ranges ranges_of(index count, index grain) {
  ranges out;
  std::mutex mutex;
  fewclip::parallel_for(count, grain, [&](index begin, index end) {
    const std::lock_guard lock(mutex);
    out.emplace_back(begin, end);
  });
  std::sort(out.begin(), out.end());
  return out;
}

BOOST_FIXTURE_TEST_SUITE(parallel_for, keep_threads)

BOOST_AUTO_TEST_CASE(ranges_cover_the_count_and_depend_on_the_grain_only) {
  for (const int threads : {1, 2, 5}) {
    fewclip::set_threads(threads);
    BOOST_TEST(fewclip::threads() == threads);
    BOOST_TEST((ranges_of(10, 4) == ranges{{0, 4}, {4, 8}, {8, 10}}));
    BOOST_TEST((ranges_of(4, 4) == ranges{{0, 4}}));
    BOOST_TEST((ranges_of(3, 1) == ranges{{0, 1}, {1, 2}, {2, 3}}));
    BOOST_TEST((ranges_of(2, 0) == ranges{{0, 1}, {1, 2}}));
    BOOST_TEST((ranges_of(0, 4) == ranges{}));
    BOOST_TEST((ranges_of(-1, 4) == ranges{}));
  }
}

BOOST_AUTO_TEST_CASE(fewer_than_one_thread_means_one) {
  fewclip::set_threads(0);
  BOOST_TEST(fewclip::threads() == 1);
  fewclip::set_threads(-3);
  BOOST_TEST(fewclip::threads() == 1);
}

BOOST_AUTO_TEST_CASE(several_threads_take_part) {
  fewclip::set_threads(3);
  std::set<std::thread::id> seen;
  std::mutex mutex;
  std::atomic<int> arrived{0};
  fewclip::parallel_for(3, 1, [&](index, index) {
    {
      const std::lock_guard lock(mutex);
      seen.insert(std::this_thread::get_id());
    }
    // Waits until all three ranges have a thread; a serial loop gives up after a while.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (++arrived; arrived < 3 && std::chrono::steady_clock::now() < deadline;) std::this_thread::yield();
  });
  BOOST_TEST(seen.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_pool_serves_many_loops_after_another) {
  fewclip::set_threads(4);
  std::atomic<index> sum{0};
  for (int loop = 0; loop < 2000; ++loop) fewclip::parallel_for(8, 1, [&](index begin, index) { sum += begin; });
  BOOST_TEST(sum.load() == 2000 * 28);
}

BOOST_AUTO_TEST_CASE(an_exception_reaches_the_caller_and_the_pool_works_on) {
  for (const int threads : {1, 3}) {
    fewclip::set_threads(threads);
    for (const index count : {1, 100}) {
      BOOST_CHECK_EXCEPTION(fewclip::parallel_for(count, 1,
                                                  [count](index begin, index) {
                                                    if (begin == count / 2) throw std::runtime_error("range failed");
                                                  }),
                            std::runtime_error, [](const std::runtime_error& e) { return std::string(e.what()) == "range failed"; });
    }
    BOOST_TEST(ranges_of(10, 1).size() == 10U);
  }
}

BOOST_AUTO_TEST_CASE(a_nested_loop_covers_its_ranges_on_the_thread_that_called_it) {
  fewclip::set_threads(3);
  std::vector<int> visits(6 * 50, 0);
  std::atomic<int> strangers{0};
  fewclip::parallel_for(6, 1, [&](index outer, index) {
    const auto caller = std::this_thread::get_id();
    fewclip::parallel_for(50, 7, [&](index begin, index end) {
      if (std::this_thread::get_id() != caller) ++strangers;
      for (index i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(outer * 50 + i)];
    });
  });
  BOOST_TEST(strangers.load() == 0);
  BOOST_TEST(std::count(visits.begin(), visits.end(), 1) == 300);
}

BOOST_AUTO_TEST_CASE(an_exception_of_a_nested_loop_passes_through_both) {
  fewclip::set_threads(2);
  BOOST_CHECK_THROW(fewclip::parallel_for(4, 1,
                                          [](index, index) {
                                            fewclip::parallel_for(4, 1, [](index begin, index) {
                                              if (begin == 3) throw std::out_of_range("inner");
                                            });
                                          }),
                    std::out_of_range);
}

BOOST_AUTO_TEST_CASE(loops_of_several_callers_do_not_mix) {
  fewclip::set_threads(3);
  std::vector<index> sums(4, 0);
  std::vector<std::thread> callers;
  for (index& sum : sums) {
    callers.emplace_back([&sum] {
      for (int loop = 0; loop < 300; ++loop) {
        std::atomic<index> part{0};
        fewclip::parallel_for(20, 3, [&](index begin, index end) { part += end - begin; });
        sum += part;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const index sum : sums) BOOST_TEST(sum == 300 * 20);
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_cannot_be_set_inside_of_a_loop) {
  fewclip::set_threads(2);
  BOOST_CHECK_EXCEPTION(fewclip::parallel_for(4, 1, [](index, index) { fewclip::set_threads(3); }), fewclip::error, [](const auto& e) {
    return std::string(e.what()) == "fewclip::set_threads: caller: expected one outside of a loop, got one inside of a loop";
  });
  BOOST_TEST(fewclip::threads() == 2);
}

BOOST_AUTO_TEST_SUITE_END()

// What follows happens in children of this process. The alarm ends one that hangs.

index sum_of_loop() {
  std::atomic<index> sum{0};
  fewclip::parallel_for(1000, 1, [&](index begin, index) { sum += begin; });
  return sum;
}
constexpr index expected_sum = 499500;

/// Runs a loop when it is destroyed, which a static object is after main().
struct looping_at_exit {
  bool enabled = false;
  ~looping_at_exit() {
    if (enabled && sum_of_loop() != expected_sum) std::_Exit(1);
  }
};

BOOST_FIXTURE_TEST_SUITE(children, keep_threads)

BOOST_AUTO_TEST_CASE(a_child_runs_loops_and_ends_whether_or_not_the_parent_has_run_one,
                     *boost::unit_test::precondition(child::may_start_threads)) {
  const auto work = [] { std::exit(sum_of_loop() == expected_sum && sum_of_loop() == expected_sum ? 0 : 1); };
  for (const int threads : {1, 4}) {
    fewclip::set_threads(threads);
    BOOST_TEST(child::status_of(work) == 0);
    BOOST_TEST(sum_of_loop() == expected_sum);
    BOOST_TEST(child::status_of(work) == 0);
    BOOST_TEST(child::status_of([] {
                 fewclip::set_threads(3);
                 std::exit(sum_of_loop() == expected_sum && fewclip::threads() == 3 ? 0 : 1);
               }) == 0);
    BOOST_TEST(child::status_of([&work] { std::exit(child::status_of(work)); }) == 0, "a child of a child");
    BOOST_TEST(sum_of_loop() == expected_sum);
  }
}

BOOST_AUTO_TEST_CASE(a_child_that_only_exits_ends) {
  fewclip::set_threads(4);
  BOOST_TEST(sum_of_loop() == expected_sum);
  for (int i = 0; i < 20; ++i) BOOST_TEST(child::status_of([] { std::exit(0); }) == 0);
}

BOOST_AUTO_TEST_CASE(a_child_made_while_another_thread_runs_loops_does_the_same,
                     *boost::unit_test::precondition(child::may_start_threads)) {
  fewclip::set_threads(3);
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) sum_of_loop();
  });
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(child::status_of([] { std::_Exit(sum_of_loop() == expected_sum ? 0 : 1); }) == 0);
  }
  done = true;
  other.join();
}

BOOST_AUTO_TEST_CASE(static_objects_and_functions_at_exit_may_run_loops, *boost::unit_test::precondition(child::may_start_threads)) {
  fewclip::set_threads(3);
  BOOST_TEST(child::status_of([] {
               static looping_at_exit before_the_first_loop;
               before_the_first_loop.enabled = true;
               if (sum_of_loop() != expected_sum) std::_Exit(2);
               static looping_at_exit after_it;
               after_it.enabled = true;
               std::atexit([] {
                 if (sum_of_loop() != expected_sum) std::_Exit(3);
               });
               std::exit(0);
             }) == 0);
}

BOOST_AUTO_TEST_CASE(a_process_may_end_inside_of_a_loop, *boost::unit_test::precondition(child::may_start_threads)) {
  fewclip::set_threads(3);
  BOOST_TEST(child::status_of([] {
               fewclip::parallel_for(8, 1, [](index begin, index) {
                 static std::atomic<bool> first{true};
                 if (begin == 5 && first.exchange(false)) std::exit(0);
               });
               std::this_thread::sleep_for(std::chrono::seconds(60));
             }) == 0);
}

BOOST_AUTO_TEST_CASE(loops_make_do_with_the_threads_that_can_be_started, *boost::unit_test::precondition(child::memory_may_be_limited)) {
  for (const int threads : {2, 64, 1024}) {
    BOOST_TEST(child::status_of([threads] {
                 fewclip::set_threads(threads);
                 child::limit_memory(40 << 20);
                 bool right = sum_of_loop() == expected_sum && sum_of_loop() == expected_sum;
                 const std::vector<char> room(8 << 20);  // what the threads must leave
                 right = right && fewclip::threads() >= 1 && (threads == 2 || fewclip::threads() < threads);
                 fewclip::set_threads(1);
                 std::exit(right && sum_of_loop() == expected_sum && room.size() > 1 ? 0 : 1);
               }) == 0);
  }
  BOOST_TEST(child::status_of([] {
               fewclip::set_threads(64);
               child::limit_memory(1 << 20);  // none but those whose stacks are left from threads before
               std::exit(sum_of_loop() == expected_sum && fewclip::threads() < 64 ? 0 : 1);
             }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
