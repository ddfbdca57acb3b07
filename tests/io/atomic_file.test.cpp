#include "fewclip/io/atomic_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <string>

#include "scratch.hpp"

using fewclip::io_error;
using fewclip::io::atomic_file;
using fewclip::io::write_file;
using scratch::message_of;

namespace {

/// No file of this process may grow beyond a few bytes while this lives.
class full_disk {
 public:
  explicit full_disk(rlim_t bytes) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const struct rlimit small { bytes, limit_.rlim_max };
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  full_disk(const full_disk&) = delete;
  full_disk& operator=(const full_disk&) = delete;
  ~full_disk() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }

 private:
  struct rlimit limit_ {};
  void (*before_)(int);
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_committed_file_has_all_parts_and_leaves_nothing_else) {
  const scratch::directory here;
  atomic_file file(here.file("a"));
  file.write("one,");
  file.write(scratch::bytes_of("two"));
  BOOST_TEST(!std::filesystem::exists(here.file("a")));
  file.commit();
  BOOST_TEST(scratch::read_text(here.file("a")) == "one,two");
  BOOST_TEST(here.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(without_commit_the_target_is_unchanged_and_nothing_is_left) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "old");
  {
    atomic_file file(here.file("a"));
    file.write("new");
    BOOST_TEST(here.entries() == 2U);
    BOOST_TEST(scratch::read_text(here.file("a")) == "old");
  }
  BOOST_TEST(scratch::read_text(here.file("a")) == "old");
  BOOST_TEST(here.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_target_unchanged_and_nothing_else) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "old");
  const full_disk limit(1000);
  const std::string big(100000, 'x');
  BOOST_TEST(message_of<io_error>([&] { write_file(here.file("a"), big); }) ==
             here.file("a") + ": write: expected success, got File too large");
  BOOST_TEST(scratch::read_text(here.file("a")) == "old");
  BOOST_TEST(here.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(after_a_failed_write_the_file_cannot_be_committed) {
  const scratch::directory here;
  atomic_file file(here.file("a"));
  const full_disk limit(1000);
  BOOST_CHECK_THROW(file.write(std::string(100000, 'x')), io_error);
  BOOST_TEST(message_of<io_error>([&] { file.commit(); }) ==
             here.file("a") + ": commit: expected a file not yet committed, got a committed or failed one");
  BOOST_TEST(here.entries() == 0U);
}

BOOST_AUTO_TEST_CASE(a_committed_file_cannot_be_written_to) {
  const scratch::directory here;
  atomic_file file(here.file("a"));
  file.commit();
  BOOST_TEST(message_of<io_error>([&] { file.write("x"); }) ==
             here.file("a") + ": write: expected a file not yet committed, got a committed or failed one");
}

BOOST_AUTO_TEST_CASE(a_reader_with_the_old_file_open_keeps_the_old_content) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "old");
  std::ifstream reader(here.file("a"));
  write_file(here.file("a"), "new and longer");
  std::string seen;
  reader >> seen;
  BOOST_TEST(seen == "old");
  BOOST_TEST(scratch::read_text(here.file("a")) == "new and longer");
}

BOOST_AUTO_TEST_CASE(permissions_of_an_existing_target_are_kept) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "old");
  BOOST_REQUIRE(::chmod(here.file("a").c_str(), 0640) == 0);
  write_file(here.file("a"), "new");
  struct stat status {};
  BOOST_REQUIRE(::stat(here.file("a").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777U) == 0640U);
}

BOOST_AUTO_TEST_CASE(a_new_file_has_the_permissions_that_the_mask_leaves) {
  const scratch::directory here;
  const mode_t before = ::umask(027);
  write_file(here.file("a"), "new");
  ::umask(before);
  struct stat status {};
  BOOST_REQUIRE(::stat(here.file("a").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777U) == 0640U);
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_stays_a_link_and_its_file_is_replaced) {
  const scratch::directory here;
  std::filesystem::create_directory(here.file("elsewhere"));
  scratch::write_text(here.file("elsewhere/real"), "old");
  std::filesystem::create_symlink("elsewhere/real", here.file("link"));
  write_file(here.file("link"), "new");
  BOOST_TEST(std::filesystem::is_symlink(here.file("link")));
  BOOST_TEST(scratch::read_text(here.file("elsewhere/real")) == "new");
  BOOST_TEST(here.entries() == 2U);
}

BOOST_AUTO_TEST_CASE(a_file_in_the_working_directory_needs_no_directory_in_its_path) {
  const scratch::directory here;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(here.file(""));
  write_file("plain", "text");
  std::filesystem::current_path(before);
  BOOST_TEST(scratch::read_text(here.file("plain")) == "text");
}

BOOST_AUTO_TEST_CASE(a_directory_a_device_and_an_empty_path_are_refused) {
  const scratch::directory here;
  BOOST_TEST(message_of<io_error>([&] { write_file(here.file(""), "x"); }) ==
             here.file("") + ": kind of the target: expected a file, got a directory");
  BOOST_TEST(message_of<io_error>([&] { write_file("/dev/null", "x"); }) ==
             "/dev/null: kind of the target: expected a regular file, got a pipe, socket or device");
  BOOST_TEST(message_of<io_error>([&] { write_file("", "x"); }) ==
             "fewclip::io::atomic_file: path: expected a file name, got an empty text");
  BOOST_TEST(std::filesystem::is_character_file("/dev/null"));
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_named) {
  const scratch::directory here;
  BOOST_TEST(message_of<io_error>([&] { write_file(here.file("none/a"), "x"); }) ==
             here.file("none/a") + ": creating a temporary file beside it: expected success, got No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_target_that_becomes_a_directory_meanwhile_fails_cleanly) {
  const scratch::directory here;
  atomic_file file(here.file("a"));
  std::filesystem::create_directory(here.file("a"));
  BOOST_TEST(message_of<io_error>([&] { file.commit(); }) == here.file("a") + ": rename: expected success, got Is a directory");
  BOOST_TEST(here.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(a_link_to_nothing_stays_a_link_and_its_file_is_made) {
  const scratch::directory here;
  std::filesystem::create_directory(here.file("elsewhere"));
  std::filesystem::create_symlink("elsewhere/new", here.file("second"));
  std::filesystem::create_symlink("second", here.file("first"));
  write_file(here.file("first"), "text");
  BOOST_TEST(std::filesystem::is_symlink(here.file("first")));
  BOOST_TEST(std::filesystem::is_symlink(here.file("second")));
  BOOST_TEST(scratch::read_text(here.file("elsewhere/new")) == "text");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_too_long_and_a_ring_of_links_are_refused_at_once) {
  const scratch::directory here;
  const std::string longest = here.file(std::string(256, 'x'));
  BOOST_TEST(message_of<io_error>([&] { const atomic_file file(longest); }) ==
             longest + ": looking for it: expected success, got File name too long");
  std::filesystem::create_symlink("ring", here.file("ring"));
  BOOST_TEST(message_of<io_error>([&] { const atomic_file file(here.file("ring")); }) ==
             here.file("ring") + ": looking for it: expected success, got Too many levels of symbolic links");
}

BOOST_AUTO_TEST_CASE(only_what_a_killed_process_left_is_removed) {
  using fewclip::io::remove_abandoned;
  const scratch::directory here;
  const auto the_temporary_file = [&] { return std::filesystem::directory_iterator(here.file(""))->path().string(); };
  {
    atomic_file file(here.file("a"));
    BOOST_TEST(!remove_abandoned(the_temporary_file()));  // somebody writes it
    file.commit();
    std::filesystem::remove(here.file("a"));
  }
  for (const char* const other : {".fewclip-1-2.txt", ".fewclip-a-2.tmp", ".fewclip-12.tmp", "fewclip-1-2.tmp", ".fewclip-.tmp"}) {
    scratch::write_text(here.file(other), "text");
    BOOST_TEST(!remove_abandoned(here.file(other)));
    BOOST_TEST(std::filesystem::exists(here.file(other)));
  }
  scratch::write_text(here.file(".fewclip-1-2.tmp"), "text");
  BOOST_TEST(remove_abandoned(here.file(".fewclip-1-2.tmp")));
  BOOST_TEST(!std::filesystem::exists(here.file(".fewclip-1-2.tmp")));
  scratch::write_text(here.file(".fewclip-1-2.tmp"), "text");
  std::filesystem::create_symlink(".fewclip-1-2.tmp", here.file(".fewclip-3-4.tmp"));
  std::filesystem::create_directory(here.file(".fewclip-5-6.tmp"));
  std::filesystem::create_hard_link(here.file("fewclip-1-2.tmp"), here.file(".fewclip-7-8.tmp"));
  for (const char* const other : {".fewclip-3-4.tmp", ".fewclip-5-6.tmp", ".fewclip-7-8.tmp", ".fewclip-9-9.tmp"}) {
    BOOST_TEST(!remove_abandoned(here.file(other)));
    BOOST_TEST(std::filesystem::exists(std::filesystem::symlink_status(here.file(other))) == (std::string(other) != ".fewclip-9-9.tmp"));
  }
}
