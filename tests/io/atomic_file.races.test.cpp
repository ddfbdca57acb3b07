// test options: alone
#include "fewclip/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "scratch.hpp"

namespace {

// What another process does just before this one locks or renames a file.
std::function<void()> before_lock;
std::function<void()> before_rename;

/// The one file in a folder.
std::string only_file(const scratch::directory& here) { return std::filesystem::directory_iterator(here.file(""))->path().string(); }

/// Nothing of a test is left for the next.
struct no_other_process {
  ~no_other_process() {
    before_lock = nullptr;
    before_rename = nullptr;
  }
};

}  // namespace

extern "C" int flock(int descriptor, int operation) noexcept {
  if (before_lock) before_lock();
  return static_cast<int>(::syscall(SYS_flock, descriptor, operation));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  if (before_rename) before_rename();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

using fewclip::io::atomic_file;
using fewclip::io::remove_abandoned;

BOOST_FIXTURE_TEST_SUITE(another_process, no_other_process)

namespace {

/// The file is written under its name, and nothing lies beside it.
void require_completes(atomic_file& file, const scratch::directory& here) {
  file.write("text");
  file.commit();
  BOOST_TEST(scratch::read_text(here.file("a")) == "text");
  BOOST_TEST(here.entries() == 1U);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_that_is_removed_before_it_is_locked_is_made_again) {
  const scratch::directory here;
  int calls = 0;
  before_lock = [&] {
    if (++calls == 1) std::filesystem::remove(only_file(here));
  };
  atomic_file file(here.file("a"));
  BOOST_TEST(calls == 2);
  require_completes(file, here);
}

BOOST_AUTO_TEST_CASE(a_file_that_another_process_locks_in_order_to_remove_it_is_left_to_it) {
  const scratch::directory here;
  int calls = 0;
  int held = -1;
  std::string taken;
  before_lock = [&] {
    if (++calls == 1) {
      taken = only_file(here);
      held = ::open(taken.c_str(), O_RDONLY | O_CLOEXEC);
      BOOST_TEST(::syscall(SYS_flock, held, LOCK_EX | LOCK_NB) == 0);
    } else {
      std::filesystem::remove(taken);
      ::close(held);
    }
  };
  atomic_file file(here.file("a"));
  BOOST_TEST(calls == 2);
  require_completes(file, here);
}

BOOST_AUTO_TEST_CASE(a_file_is_locked_until_it_has_its_name) {
  const scratch::directory here;
  atomic_file file(here.file("a"));
  file.write("text");
  bool removed = true;
  before_rename = [&] { removed = remove_abandoned(only_file(here)); };
  file.commit();
  BOOST_TEST(!removed);
  BOOST_TEST(scratch::read_text(here.file("a")) == "text");
}

BOOST_AUTO_TEST_CASE(where_every_file_is_removed_at_once_it_is_said) {
  const scratch::directory here;
  before_lock = [&] { std::filesystem::remove(only_file(here)); };
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { const atomic_file file(here.file("a")); }) ==
             here.file("a") +
                 ": creating a temporary file beside it: expected one that stays, got one that another process removed at once, 16 times");
  BOOST_TEST(here.entries() == 0U);
}

BOOST_AUTO_TEST_CASE(what_takes_the_name_of_an_abandoned_file_meanwhile_stays) {
  const scratch::directory here;
  const std::string path = here.file(".fewclip-1-2.tmp");
  scratch::write_text(path, "old");
  before_lock = [&] {
    std::filesystem::remove(path);
    scratch::write_text(path, "new");
  };
  BOOST_TEST(!remove_abandoned(path));
  BOOST_TEST(scratch::read_text(path) == "new");
}

BOOST_AUTO_TEST_SUITE_END()
