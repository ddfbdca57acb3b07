#include "../../examples/cli/kept_parts.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <fewclip/io/safetensors_writer.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

using program::kept_parts;
using program::part_range;
using program::part_rows;
using program::part_shape;

namespace {

const std::string identity = "0123456789abcdef0123456789abcdef";
constexpr part_range range{10, 13};
constexpr part_shape shape{1, 2};

part_rows two_of_three() { return {{1, 2, 3, 4}, {10, 12}, {{11, "cannot be read"}}, {1, 2}}; }

std::string the_part(const kept_parts& parts) { return std::filesystem::directory_iterator(parts.folder())->path().string(); }

/// A part that write() would not write, with a checksum that holds.
void replace(const std::string& path, const std::vector<std::int64_t>& items, const std::string& unreadable, std::size_t rows,
             const std::string& made_by = identity) {
  fewclip::io::safetensors_writer out;
  out.add("features", {rows, 2}, std::vector<float>(2 * rows, 1));
  out.add("items", {items.size()}, items);
  out.metadata("identity", made_by);
  out.metadata("pictures", "[0,0]");
  out.metadata("unreadable", unreadable);
  out.add_checksum();
  out.write(path);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_part_comes_back_and_goes_with_its_folder) {
  const scratch::directory here;
  kept_parts first(here.file("out"));
  BOOST_TEST(!first.read("images", range, identity, shape).has_value());
  first.write("images", range, identity, shape, two_of_three());
  kept_parts second(here.file("out"));
  BOOST_TEST(second.may_have("images", range, identity));
  const auto found = second.read("images", range, identity, shape);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->features == two_of_three().features);
  BOOST_TEST(found->items == two_of_three().items);
  BOOST_TEST(found->counts.transparent == 1U);
  BOOST_TEST(found->counts.turned == 2U);
  BOOST_REQUIRE(found->failed.size() == 1U);
  BOOST_TEST(found->failed[0].item == 11U);
  BOOST_TEST(found->failed[0].reason == "cannot be read");
  second.remove();
  BOOST_TEST(here.entries() == 0U);
}

BOOST_AUTO_TEST_CASE(positions_that_do_not_cover_the_range_once_are_not_believed) {
  const scratch::directory here;
  kept_parts parts(here.file("out"));
  parts.write("images", range, identity, shape, two_of_three());
  const std::string path = the_part(parts);
  const auto is_believed = [&](const std::vector<std::int64_t>& items, const std::string& unreadable, std::size_t rows) {
    replace(path, items, unreadable, rows);
    return parts.read("images", range, identity, shape).has_value();
  };
  BOOST_TEST(is_believed({10, 12}, R"([[11, "x"]])", 2));
  BOOST_TEST(is_believed({10, 11, 12}, "[]", 3));
  BOOST_TEST(!is_believed({1000000000000, 12}, R"([[11, "x"]])", 2));
  BOOST_TEST(!is_believed({-1, 12}, R"([[11, "x"]])", 2));
  BOOST_TEST(!is_believed({9, 12}, R"([[11, "x"]])", 2));
  BOOST_TEST(!is_believed({12, 10}, R"([[11, "x"]])", 2));
  BOOST_TEST(!is_believed({10, 10}, R"([[11, "x"]])", 2));
  BOOST_TEST(!is_believed({10, 11}, R"([[11, "x"]])", 2));
  BOOST_TEST(!is_believed({10, 12}, "[]", 2));
  BOOST_TEST(!is_believed({10, 12}, R"([[99999999999, "x"]])", 2));
  BOOST_TEST(!is_believed({10, 12}, R"([[-1, "x"]])", 2));
  BOOST_TEST(!is_believed({10, 12}, R"([[11]])", 2));
  BOOST_TEST(!is_believed({10, 12}, "[", 2));
  BOOST_TEST(!is_believed({10, 12}, R"([[11, "x"]])", 1));
  BOOST_TEST(!is_believed({10, 12}, R"([[11, "x"]])", 3));
  BOOST_TEST(!is_believed({10, 11, 12, 13}, "[]", 4));
}

BOOST_AUTO_TEST_CASE(no_bit_of_a_part_is_believed_when_it_is_changed) {
  const scratch::directory here;
  kept_parts parts(here.file("out"));
  parts.write("images", range, identity, shape, two_of_three());
  const std::string path = the_part(parts);
  const std::string whole = scratch::read_text(path);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    scratch::write_text(path, changed);
    BOOST_TEST(!parts.read("images", range, identity, shape).has_value(), "bit " << bit);
  }
}

BOOST_AUTO_TEST_CASE(a_part_of_something_else_is_neither_used_nor_removed) {
  const scratch::directory here;
  kept_parts before(here.file("out"));
  before.write("images", range, "fedcba9876543210", shape, two_of_three());
  kept_parts parts(here.file("out"));
  BOOST_TEST(!parts.read("images", range, identity, shape).has_value());
  parts.write("images", range, identity, shape, two_of_three());
  std::filesystem::create_directory(parts.folder() + "/folder");
  parts.remove();
  BOOST_TEST(before.read("images", range, "fedcba9876543210", shape).has_value());
  BOOST_TEST(std::filesystem::exists(parts.folder() + "/folder"));
  kept_parts none(here.file("out"));
  none.remove();  // has made nothing
  BOOST_TEST(std::filesystem::exists(parts.folder()));
}

BOOST_AUTO_TEST_CASE(links_are_not_followed) {
  const scratch::directory here;
  std::filesystem::create_directory(here.file("elsewhere"));
  std::filesystem::create_symlink("elsewhere", here.file("out.parts"));
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { const kept_parts parts(here.file("out")); }) ==
             here.file("out.parts") + ": folder of finished parts: expected a folder or nothing, got a link, which is not followed");
  kept_parts parts(here.file("other"));
  parts.write("images", range, identity, shape, two_of_three());
  const std::string path = the_part(parts);
  std::filesystem::rename(path, here.file("kept"));
  std::filesystem::create_symlink(here.file("kept"), path);
  kept_parts again(here.file("other"));
  BOOST_TEST(!again.read("images", range, identity, shape).has_value());
  BOOST_CHECK_THROW(again.write("images", range, identity, shape, two_of_three()), fewclip::io_error);
  parts.remove();
  BOOST_TEST(std::filesystem::exists(here.file("kept")));
  BOOST_TEST(std::filesystem::is_symlink(path));
}

BOOST_AUTO_TEST_CASE(the_folder_is_for_this_user_alone_whatever_the_mask) {
  const scratch::directory here;
  kept_parts parts(here.file("out"));
  const mode_t before = ::umask(0);
  parts.write("images", range, identity, shape, two_of_three());
  ::umask(before);
  struct stat status {};
  BOOST_REQUIRE(::stat(parts.folder().c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777U) == 0700U);
  // Some file systems let everybody write everywhere: what counts is whose the part is.
  BOOST_REQUIRE(::chmod(parts.folder().c_str(), 0777) == 0);
  BOOST_TEST(kept_parts(here.file("out")).read("images", range, identity, shape).has_value());
  if (::chown(the_part(parts).c_str(), ::geteuid() + 1, static_cast<gid_t>(-1)) != 0) return;  // root alone may give files away
  BOOST_TEST(!kept_parts(here.file("out")).read("images", range, identity, shape).has_value());
}
