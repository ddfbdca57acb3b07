#include "fewclip/io/mapped_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "scratch.hpp"

using fewclip::io_error;
using fewclip::io::mapped_file;
using scratch::message_of;

namespace {

boost::test_tools::assertion_result has_no_root_rights(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result out(::geteuid() != 0);
  out.message() << "root may read every file";
  return out;
}

boost::test_tools::assertion_result has_page_counts(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result out(std::filesystem::exists("/proc/self/smaps"));
  out.message() << "the system does not show which pages are in memory";
  return out;
}

/// How much of a mapped file this process holds; -1 where it is not mapped.
long resident_kilobytes(const std::string& path) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.size() > path.size() && line.substr(line.size() - path.size()) == path) inside = true;
    if (inside && line.substr(0, 4) == "Rss:") return std::stol(line.substr(4));
  }
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_mapped_file_shows_the_bytes_of_the_file) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), std::string("one\0two", 7));
  const mapped_file file(here.file("a"));
  BOOST_TEST(file.is_mapped());
  BOOST_TEST(file.path() == here.file("a"));
  BOOST_TEST(scratch::text_of(file.bytes()) == std::string("one\0two", 7));
}

BOOST_AUTO_TEST_CASE(an_empty_file_gives_an_empty_span) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "");
  BOOST_TEST(mapped_file(here.file("a")).bytes().empty());
  BOOST_TEST(mapped_file().bytes().empty());
}

BOOST_AUTO_TEST_CASE(spans_stay_valid_when_the_object_is_moved) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "content");
  mapped_file first(here.file("a"));
  const auto before = first.bytes();
  mapped_file second(std::move(first));
  mapped_file third;
  third = std::move(second);
  BOOST_TEST(third.bytes().data() == before.data());
  BOOST_TEST(scratch::text_of(third.bytes()) == "content");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_replaced_or_deleted_keeps_its_old_content) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "old");
  const mapped_file file(here.file("a"));
  scratch::write_text(here.file("b"), "new");
  std::filesystem::rename(here.file("b"), here.file("a"));
  std::filesystem::remove(here.file("a"));
  BOOST_TEST(scratch::text_of(file.bytes()) == "old");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named_with_the_reason_of_the_system) {
  BOOST_TEST(message_of<io_error>([] { mapped_file("/nowhere/at/all"); }) ==
             "/nowhere/at/all: open: expected success, got No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_pointer_of_git_lfs_is_called_what_it_is) {
  const scratch::directory here;
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n";
  scratch::write_text(here.file("f"), pointer);
  BOOST_TEST(message_of<io_error>([&] { mapped_file{here.file("f")}; }) ==
             here.file("f") + ": content: expected the file itself, got a pointer of Git LFS (`git lfs pull` fetches the file)");
  scratch::write_text(here.file("f"), pointer + std::string(1024, ' '));  // a text about such files
  BOOST_CHECK_NO_THROW(mapped_file{here.file("f")});
}

BOOST_AUTO_TEST_CASE(a_directory_is_refused) {
  const scratch::directory here;
  BOOST_TEST(message_of<io_error>([&] { mapped_file(here.file("")); }) == here.file("") + ": kind: expected a file, got a directory");
}

BOOST_AUTO_TEST_CASE(a_pipe_is_refused_without_waiting_for_a_writer) {
  const scratch::directory here;
  BOOST_REQUIRE(::mkfifo(here.file("pipe").c_str(), 0600) == 0);
  BOOST_TEST(message_of<io_error>([&] { mapped_file(here.file("pipe")); }) ==
             here.file("pipe") + ": kind: expected a regular file, got a pipe, socket or device");
}

BOOST_AUTO_TEST_CASE(an_unreadable_file_is_refused, *boost::unit_test::precondition(has_no_root_rights)) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "secret");
  BOOST_REQUIRE(::chmod(here.file("a").c_str(), 0) == 0);
  BOOST_TEST(message_of<io_error>([&] { mapped_file(here.file("a")); }) ==
             here.file("a") + ": open: expected success, got Permission denied");
}

BOOST_AUTO_TEST_CASE(released_pages_leave_memory_and_are_read_again, *boost::unit_test::precondition(has_page_counts)) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), std::string(1 << 20, 'x'));
  const mapped_file file(here.file("a"));
  BOOST_TEST(scratch::text_of(file.bytes()) == std::string(1 << 20, 'x'));
  BOOST_TEST(resident_kilobytes(here.file("a")) == 1024);
  file.release_pages();
  BOOST_TEST(resident_kilobytes(here.file("a")) == 0);
  BOOST_TEST(scratch::text_of(file.bytes()) == std::string(1 << 20, 'x'));
  BOOST_CHECK_NO_THROW(mapped_file().release_pages());
}

BOOST_AUTO_TEST_CASE(descriptors_are_given_back) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "content");
  struct rlimit before {};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const struct rlimit few { 64, before.rlim_max };
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  for (int i = 0; i < 100; ++i) BOOST_CHECK_NO_THROW(mapped_file(here.file("a")));
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(message_of<io_error>([&] { mapped_file(here.file("")); }) == here.file("") + ": kind: expected a file, got a directory");
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
}
