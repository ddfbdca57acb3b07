#include "fewclip/core/thread_scratch.hpp"

#include <cstddef>
#include <cstdlib>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "../child_process.hpp"

namespace {

using numbers = fewclip::thread_scratch<int>;

/// Adds up the first numbers in scratch memory.
long sum_below(int count) {
  numbers all(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) all.data()[i] = i;
  long sum = 0;
  for (int i = 0; i < count; ++i) sum += all.data()[i];
  return sum;
}

/// Uses scratch memory when it is destroyed.
struct late_user {
  bool enabled = false;
  ~late_user() {
    if (enabled && (sum_below(1000) != 499500 || sum_below(2000) != 1999000)) std::_Exit(1);
  }
};

BOOST_AUTO_TEST_CASE(a_thread_uses_its_memory_again) {
  const int* first = nullptr;
  {
    numbers all(100);
    first = all.data();
  }
  numbers again(50);
  BOOST_TEST(again.data() == first);
}

BOOST_AUTO_TEST_CASE(one_inside_of_another_and_one_of_another_type_have_memory_of_their_own) {
  numbers outer(3);
  outer.data()[0] = 7;
  BOOST_TEST(sum_below(100) == 4950);
  BOOST_TEST(outer.data()[0] == 7);
  fewclip::thread_scratch<float> other(3);
  BOOST_TEST(static_cast<const void*>(other.data()) != static_cast<const void*>(outer.data()));
}

/// Cannot be copied or moved, and counts how many are made.
struct counted {
  explicit counted(int* count) { ++*count; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  int value = 0;
};

BOOST_AUTO_TEST_CASE(an_object_is_made_once_by_each_thread_for_each_purpose) {
  int made = 0;
  const auto add = [](counted& kept) { return ++kept.value; };
  BOOST_TEST(fewclip::with_kept<counted>(add, &made) == 1);
  BOOST_TEST(fewclip::with_kept<counted>([](counted& kept) { return kept.value; }, &made) == 1);
  BOOST_TEST((fewclip::with_kept<counted, int>(add, &made) == 1));
  BOOST_TEST(made == 2);
  int elsewhere = 0;
  std::thread([&] { elsewhere = fewclip::with_kept<counted>(add, &made); }).join();
  BOOST_TEST(elsewhere == 1);
  BOOST_TEST(made == 3);
}

BOOST_AUTO_TEST_CASE(destructors_of_thread_local_objects_may_use_it) {
  BOOST_TEST(child::status_of([] {
               std::thread([] {
                 thread_local late_user before_the_first_use;  // destroyed after the thread's memory
                 before_the_first_use.enabled = true;
                 static_cast<void>(sum_below(5));
               }).join();
               thread_local late_user of_main;
               of_main.enabled = true;
               static_cast<void>(sum_below(5));
               std::exit(0);
             }) == 0);
}

BOOST_AUTO_TEST_CASE(destructors_of_static_objects_and_functions_at_exit_may_use_it) {
  BOOST_TEST(child::status_of([] {
               static late_user at_exit;
               at_exit.enabled = true;
               static_cast<void>(sum_below(5));
               std::atexit([] {
                 if (sum_below(1000) != 499500) std::_Exit(2);
               });
               std::exit(0);
             }) == 0);
}

}  // namespace
