#include "fewclip/core/made_once.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../child_process.hpp"

BOOST_AUTO_TEST_CASE(a_value_is_made_by_the_first_who_asks_and_all_get_that_one) {
  fewclip::made_once<std::string> value;
  std::atomic<int> made{0};
  std::vector<const std::string*> seen(8, nullptr);
  std::vector<std::thread> threads;
  for (const std::string*& each : seen) {
    threads.emplace_back([&] {
      each = &value.get([&] {
        ++made;
        std::this_thread::yield();
        return std::string("text");
      });
    });
  }
  for (std::thread& each : threads) each.join();
  BOOST_TEST(made.load() == 1);
  for (const std::string* each : seen) BOOST_TEST((each == seen[0] && *each == "text"));
}

BOOST_AUTO_TEST_CASE(where_making_fails_the_next_call_tries_again) {
  fewclip::made_once<int> value;
  BOOST_CHECK_THROW(value.get([]() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  BOOST_TEST(value.get([] { return 3; }) == 3);
}

BOOST_AUTO_TEST_CASE(a_value_of_a_kind_that_cannot_be_copied_is_kept) {
  fewclip::made_once<std::unique_ptr<const int>> value;
  BOOST_TEST(*value.get([] { return std::make_unique<int>(5); }) == 5);
}

BOOST_AUTO_TEST_CASE(a_child_that_is_made_meanwhile_makes_its_own_and_one_made_later_has_that_of_its_parent) {
  fewclip::made_once<int> value;
  std::atomic<int> state{0};
  std::thread slow([&] {
    value.get([&] {
      state = 1;
      state.notify_all();
      state.wait(1);
      return 1;
    });
  });
  state.wait(0);
  const auto asks = [&value] { std::_Exit(value.get([] { return 2; })); };
  BOOST_TEST(child::status_of(asks, 5) == 2);
  BOOST_TEST(child::status_of([&asks] { std::_Exit(child::status_of(asks, 5)); }, 8) == 2, "a child of a child");
  state = 2;
  state.notify_all();
  slow.join();
  BOOST_TEST(value.get([] { return 2; }) == 1);
  BOOST_TEST(child::status_of(asks, 5) == 1);
}

BOOST_AUTO_TEST_CASE(the_value_of_the_last_key_is_kept_for_all_threads_and_for_children) {
  fewclip::last_made<int, std::string> last;
  std::atomic<int> made{0};
  const auto make = [&made] {
    ++made;
    return std::string("text");
  };
  BOOST_TEST((last.find([](int) { return true; }) == nullptr));
  std::vector<std::shared_ptr<const std::string>> seen(8);
  std::vector<std::thread> threads;
  for (auto& each : seen) threads.emplace_back([&] { each = last.get(3, make); });
  for (std::thread& each : threads) each.join();
  BOOST_TEST(made.load() == 1);
  for (const auto& each : seen) BOOST_TEST((each == seen[0] && *each == "text"));
  last.keep(4, std::make_shared<const std::string>("other"));
  BOOST_TEST((last.find([](int key) { return key == 3; }) == nullptr));
  BOOST_TEST(*last.get(4, make) == "other");
  BOOST_TEST(*last.get(3, make) == "text");
  BOOST_TEST(made.load() == 2);
  BOOST_TEST(child::status_of([&] { std::_Exit(last.get(3, make) == last.find([](int key) { return key == 3; }) ? 7 : 8); }, 5) == 7);
}

BOOST_AUTO_TEST_CASE(a_child_does_not_wait_for_a_thread_that_makes_the_last_value) {
  fewclip::last_made<int, int> last;
  std::atomic<int> state{0};
  std::thread slow([&] {
    last.get(1, [&] {
      state = 1;
      state.notify_all();
      state.wait(1);
      return 1;
    });
  });
  state.wait(0);
  BOOST_TEST(child::status_of([&last] { std::_Exit(*last.get(1, [] { return 2; })); }, 5) == 2);
  state = 2;
  state.notify_all();
  slow.join();
}
