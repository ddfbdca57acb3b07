#include "fewclip/io/detail/whole_file.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "../scratch.hpp"
#include "fewclip/core/error.hpp"

using fewclip::io::detail::read_whole_file;

BOOST_AUTO_TEST_CASE(the_way_without_a_memory_map_gives_the_same_bytes) {
  const scratch::directory here;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{65535}, std::size_t{65536}, std::size_t{65537}, std::size_t{200000}}) {
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i % 251);
    scratch::write_text(here.file("a"), text);
    const auto bytes = read_whole_file(here.file("a"));
    BOOST_TEST((scratch::text_of(bytes) == text));
  }
}

BOOST_AUTO_TEST_CASE(the_way_without_a_memory_map_gives_the_same_kind_of_errors) {
  const scratch::directory here;
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { read_whole_file(here.file("none")); }) ==
             here.file("none") + ": open: expected success, got No such file or directory");
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { read_whole_file(here.file("")); }) ==
             here.file("") + ": kind: expected a file, got a directory");
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused_at_once) {
  const scratch::directory here;
  BOOST_REQUIRE(::mkfifo(here.file("pipe").c_str(), 0600) == 0);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  here.file("socket").copy(address.sun_path, sizeof(address.sun_path) - 1);
  BOOST_REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  for (const std::string& path : {here.file("pipe"), here.file("socket"), std::string("/dev/zero"), std::string("/dev/null")}) {
    BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { read_whole_file(path); }) ==
               path + ": kind: expected a regular file, got a pipe, socket or device");
  }
  ::close(listener);
}

BOOST_AUTO_TEST_CASE(a_file_beyond_the_bound_is_refused) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), std::string(100000, 'x'));
  BOOST_TEST(read_whole_file(here.file("a"), 100000).size() == 100000U);
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { read_whole_file(here.file("a"), 99999); }) ==
             here.file("a") + ": size: expected at most 99999 bytes, got more");
}

BOOST_AUTO_TEST_CASE(a_pointer_of_git_lfs_is_called_what_it_is) {
  const scratch::directory here;
  scratch::write_text(here.file("f"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { read_whole_file(here.file("f")); }) ==
             here.file("f") + ": content: expected the file itself, got a pointer of Git LFS (`git lfs pull` fetches the file)");
}
