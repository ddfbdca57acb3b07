#include "fewclip/core/memory.hpp"

#include <cstdint>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using fewclip::host_memory;

BOOST_AUTO_TEST_CASE(blocks_begin_at_a_cache_line) {
  for (const fewclip::index count : {1, 3, 17, 1000, 1 << 22}) {
    const auto block = host_memory::allocate<float>(count);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(block.get()) % 64 == 0U);
    host_memory::fill(block.get(), 3.0F, count);
    BOOST_TEST(block.get()[0] + block.get()[count - 1] == 6.0F);
  }
}

BOOST_AUTO_TEST_CASE(no_elements_need_no_block) { BOOST_TEST(!host_memory::allocate<double>(0)); }

BOOST_AUTO_TEST_CASE(fill_and_copies_move_the_given_number_of_elements) {
  const auto block = host_memory::allocate<float>(4);
  host_memory::fill(block.get(), 2.0F, 4);
  const std::vector<float> in{7, 8};
  host_memory::from_host(block.get() + 1, in.data(), 2);
  std::vector<float> out(4);
  host_memory::to_host(out.data(), block.get(), 4);
  BOOST_TEST(out == (std::vector<float>{2, 7, 8, 2}), boost::test_tools::per_element());
  host_memory::copy(out.data(), in.data(), 1);
  BOOST_TEST(out == (std::vector<float>{7, 7, 8, 2}), boost::test_tools::per_element());
}

}  // namespace
