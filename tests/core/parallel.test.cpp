#include "fewclip/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#define BOOST_TEST_MODULE core_parallel
#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
