// test options: alone
// The end of the process: products as long as oneDNN is there, then one sentence. And children of a process that has multiplied.
#include "fewclip/backend/products/onednn.hpp"

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "../../child_process.hpp"

namespace {

using provider = fewclip::products::onednn<fewclip::products::f32>;

/// Row i of x is i + 1 times a row of ones; both rows of the weights are ones.
const std::vector<float> x{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
const std::vector<float> expected{4, 4, 8, 8, 12, 12};

bool multiplies() {
  static const std::vector<float> ones(8, 1.0F);
  const auto packed = provider::pack(ones.data(), 2, 4);
  std::vector<float> out(6);
  provider::multiply_packed(x.data(), 3, packed, 0, 2, out.data());
  return out == expected;
}

/// Multiplies when it is destroyed.
struct late_user {
  enum { off, must_multiply, may_be_refused } what = off;

  ~late_user() {
    if (what == off) return;
    try {
      if (!multiplies()) std::_Exit(1);
    } catch (const fewclip::device_error& refused) {
      const bool told = std::string(refused.what()).find("expected a call before oneDNN ends with the process") != std::string::npos;
      if (what == must_multiply || !told) std::_Exit(2);
    }
  }
};

late_user before_main;  // destroyed after what oneDNN made at its first call

BOOST_AUTO_TEST_CASE(a_product_at_the_end_of_a_process_or_thread_is_right_or_refused) {
  BOOST_TEST(child::status_of([] {
               before_main.what = late_user::may_be_refused;
               std::thread([] {
                 thread_local late_user of_thread;
                 of_thread.what = late_user::must_multiply;
                 multiplies();
               }).join();
               thread_local late_user of_main;
               of_main.what = late_user::must_multiply;
               std::exit(multiplies() ? 0 : 1);
             }) == 0);
}

BOOST_AUTO_TEST_CASE(a_child_of_a_process_that_has_multiplied_multiplies) {
  BOOST_TEST(multiplies());
  BOOST_TEST(child::status_of([] { std::exit(multiplies() ? 0 : 1); }) == 0);
}

}  // namespace
