#include "fewclip/images/decoding_memory.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

using fewclip::images::decoding_memory;

BOOST_AUTO_TEST_CASE(who_asks_for_more_than_is_left_waits_until_others_are_done) {
  decoding_memory all(10);
  std::atomic<bool> has{false};
  std::thread other;
  {
    decoding_memory::share first(all);
    first.take(6);
    other = std::thread([&] {
      decoding_memory::share second(all);
      second.take(6);
      has = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    BOOST_TEST(!has);
  }
  other.join();
  BOOST_TEST(has);
}

BOOST_AUTO_TEST_CASE(what_fits_side_by_side_does_not_wait) {
  decoding_memory all(10);
  decoding_memory::share first(all);
  decoding_memory::share second(all);
  first.take(6);
  second.take(4);
  second.take(3);  // instead of the 4
  decoding_memory::share third(all);
  third.take(1);
}

BOOST_AUTO_TEST_CASE(more_than_all_is_taken_alone) {
  decoding_memory all(10);
  decoding_memory::share first(all);
  first.take(1000);
  first.take(2000);  // its own share does not count
}
