#include "fewclip/io/detail/whole_file.hpp"

#define BOOST_TEST_MODULE io_detail_whole_file
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
             here.file("") + ": read: expected success, got Is a directory");
}
