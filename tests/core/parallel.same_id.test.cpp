// test options: alone
#include "fewclip/core/parallel.hpp"

#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "../child_process.hpp"

// All processes have one id, as a child has its parent's where both are the first of a name space of ids.
extern "C" pid_t getpid() noexcept { return 1; }

namespace {

int sum_of_loop() {
  std::atomic<int> sum{0};
  fewclip::parallel_for(100, 1, [&](fewclip::index begin, fewclip::index) { sum += static_cast<int>(begin); });
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_child_with_the_id_of_its_parent_makes_a_pool_of_its_own, *boost::unit_test::precondition(child::may_start_threads)) {
  const auto work = [] { std::exit(::getpid() == 1 && sum_of_loop() == 4950 && sum_of_loop() == 4950 ? 0 : 1); };
  fewclip::set_threads(3);
  BOOST_TEST(sum_of_loop() == 4950);
  BOOST_TEST(child::status_of(work, 5) == 0);
  BOOST_TEST(child::status_of([&work] { std::exit(child::status_of(work, 5)); }, 8) == 0, "a child of a child");
  BOOST_TEST(sum_of_loop() == 4950);
}
