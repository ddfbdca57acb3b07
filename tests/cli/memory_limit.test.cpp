#include "../../examples/cli/memory_limit.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "../io/scratch.hpp"

namespace {

std::uint64_t limited(std::uint64_t bytes, const std::string& first, const std::string& second) {
  const scratch::directory here;
  const std::array<std::string, 2> files{here.file("memory.max"), here.file("memory.limit_in_bytes")};
  if (!first.empty()) scratch::write_text(files[0], first);
  if (!second.empty()) scratch::write_text(files[1], second);
  return program::limited_by(bytes, files);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_limit_below_the_memory_counts) {
  BOOST_TEST(limited(1000, "999\n", "") == 999U);
  BOOST_TEST(limited(1000, "", "998\n") == 998U);
  BOOST_TEST(limited(1000, "997", "998\n") == 997U);
  BOOST_TEST(limited(1000, "998\n", "997\n") == 997U);
}

BOOST_AUTO_TEST_CASE(a_limit_above_the_memory_counts_for_nothing) {
  BOOST_TEST(limited(1000, "1001\n", "9223372036854771712\n") == 1000U);
  BOOST_TEST(limited(1000, "99999999999999999999999\n", "") == 1000U);
}

BOOST_AUTO_TEST_CASE(files_that_are_absent_or_say_max_set_no_limit) {
  BOOST_TEST(limited(1000, "", "") == 1000U);
  BOOST_TEST(limited(1000, "max\n", "") == 1000U);
  BOOST_TEST(limited(1000, "\n", "12 bytes") == 12U);
  BOOST_TEST(limited(1000, "12bytes\n", "-1\n") == 1000U);
}

BOOST_AUTO_TEST_CASE(the_files_are_those_of_the_group_and_of_all_above_it) {
  std::istringstream unified("0::/system.slice/job 7.scope\n");
  BOOST_TEST(
      program::limit_files(unified) == (std::vector<std::string>{"/sys/fs/cgroup/system.slice/job 7.scope/memory.max",
                                                                 "/sys/fs/cgroup/system.slice/memory.max", "/sys/fs/cgroup/memory.max"}),
      boost::test_tools::per_element());
  std::istringstream apart("12:cpu,cpuacct:/a\n9:hugetlb,memory:/job\n1:name=systemd:/b\nno group\n");
  BOOST_TEST(program::limit_files(apart) == (std::vector<std::string>{"/sys/fs/cgroup/memory/job/memory.limit_in_bytes",
                                                                      "/sys/fs/cgroup/memory/memory.limit_in_bytes"}),
             boost::test_tools::per_element());
  std::istringstream root("0::/\n");
  BOOST_TEST(program::limit_files(root) == std::vector<std::string>{"/sys/fs/cgroup/memory.max"}, boost::test_tools::per_element());
}
