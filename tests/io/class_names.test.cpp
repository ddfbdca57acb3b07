#include "fewclip/io/class_names.hpp"

#include <boost/test/unit_test.hpp>

#include "scratch.hpp"

using fewclip::io::read_class_names_file;

namespace {

std::string refusal(const std::string& text) {
  const scratch::directory here;
  scratch::write_text(here.file("c"), text);
  const std::string message = scratch::message_of<fewclip::io_error>([&] { (void)read_class_names_file(here.file("c")); });
  return message.starts_with(here.file("c")) ? message.substr(here.file("c").size()) : "<another file> " + message;
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_give_a_folder_and_a_name_with_spaces_in_their_order) {
  const scratch::directory here;
  scratch::write_text(here.file("c"), "\xEF\xBB\xBFn02 great white shark\r\nn01 tench\n\n\n");
  const auto classes = read_class_names_file(here.file("c"));
  BOOST_TEST_REQUIRE(classes.size() == 2U);
  BOOST_TEST(classes[0].id == "n02");
  BOOST_TEST(classes[0].name == "great white shark");
  BOOST_TEST(classes[1].id == "n01");
  BOOST_TEST(classes[1].name == "tench");
}

BOOST_AUTO_TEST_CASE(both_are_brought_to_the_composed_form) {
  const scratch::directory here;
  scratch::write_text(here.file("c"), "cafe\xCC\x81 cafe\xCC\x81 au lait\n");
  BOOST_TEST(read_class_names_file(here.file("c"))[0].id == "caf\xC3\xA9");
  BOOST_TEST(read_class_names_file(here.file("c"))[0].name == "caf\xC3\xA9 au lait");
  BOOST_TEST(refusal("caf\xC3\xA9 a\ncafe\xCC\x81 b\n") == ": line 2: expected a folder of its own, got `caf\xC3\xA9` as in line 1");
}

BOOST_AUTO_TEST_CASE(the_last_line_needs_no_end) {
  const scratch::directory here;
  scratch::write_text(here.file("c"), "a b");
  BOOST_TEST(read_class_names_file(here.file("c"))[0].name == "b");
}

BOOST_AUTO_TEST_CASE(defects_are_named_with_their_line) {
  BOOST_TEST(refusal("a b\ntench\n") == ": line 2: expected a folder, a space and a class name, got `tench`");
  BOOST_TEST(refusal("a b\n\nc d\n") == ": line 2: expected a folder, a space and a class name, got ``");
  BOOST_TEST(refusal(" b\n") == ": line 1: expected a folder, a space and a class name, got ` b`");
  BOOST_TEST(refusal("a  \n") == ": line 1: expected a folder, a space and a class name, got `a  `");
  BOOST_TEST(refusal("a b\nc d\na e\n") == ": line 3: expected a folder of its own, got `a` as in line 1");
  BOOST_TEST(refusal("a \xFF\n") == ": line 1: expected UTF-8, got other bytes");
  BOOST_TEST(refusal("\n") == ": content: expected at least one line, got none");
}

BOOST_AUTO_TEST_CASE(an_absent_file_is_refused) {
  BOOST_CHECK_THROW((void)read_class_names_file("/nonexistent/classnames.txt"), fewclip::io_error);
}
