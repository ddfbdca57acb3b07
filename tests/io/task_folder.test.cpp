#include "fewclip/io/task_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <fewclip/images/decode.hpp>
#include <fewclip/io/image_folder.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "scratch.hpp"

using fewclip::io::write_task_folder;
using scratch::message_of;
namespace tangram = fewclip::data::tangram;

namespace {

const tangram::target_task outlines = tangram::make_target_task(tangram::domain_shift::outline, 3);

/// Content by path.
std::map<std::string, std::string> files_below(const std::string& root) {
  std::map<std::string, std::string> out;
  for (const auto& each : std::filesystem::recursive_directory_iterator(root)) {
    if (!each.is_regular_file()) continue;
    out[std::filesystem::relative(each.path(), root).string()] = scratch::read_text(each.path().string());
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_reader_of_image_folders_finds_splits_classes_and_pictures) {
  const scratch::directory work;
  const std::string root = work.file("pictures");
  BOOST_TEST(write_task_folder(outlines, root, {.train = 3, .val = 1, .test = 2}, 7, 20) == 18);
  const auto list = fewclip::io::read_image_folder(root);
  BOOST_TEST(list.train.size() == 9U);
  BOOST_TEST(list.val.size() == 3U);
  BOOST_TEST(list.test.size() == 6U);
  auto names = outlines.class_names();
  std::sort(names.begin(), names.end());
  BOOST_TEST(list.class_names == names);
  BOOST_TEST(list.train[0].path == "train/" + names[0] + "/0001.png");
  const auto read = fewclip::images::decode_image(root + "/test/" + outlines.class_names()[2] + "/0002.png", {});
  BOOST_TEST((read == outlines.picture(2, (fewclip::index{2} << 32) + 1, 7, 20)));
  BOOST_TEST(work.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes_and_another_seed_others) {
  const scratch::directory work;
  for (const auto& [name, seed] : {std::pair{"one", 5U}, {"two", 5U}, {"three", 6U}}) {
    write_task_folder(outlines, work.file(name), {.train = 2, .val = 0, .test = 1}, seed, 16);
  }
  const auto one = files_below(work.file("one"));
  const auto three = files_below(work.file("three"));
  BOOST_TEST((one == files_below(work.file("two"))));
  BOOST_REQUIRE(one.size() == three.size());
  for (const auto& [path, bytes] : one) BOOST_TEST((three.at(path) != bytes));
}

BOOST_AUTO_TEST_CASE(no_picture_is_in_two_splits_and_sizes_are_independent) {
  const scratch::directory work;
  write_task_folder(outlines, work.file("small"), {.train = 2, .val = 2, .test = 2}, 1, 32);
  write_task_folder(outlines, work.file("large"), {.train = 8, .val = 8, .test = 8}, 1, 32);
  const auto large = files_below(work.file("large"));
  std::set<std::string> different;
  for (const auto& [path, bytes] : large) different.insert(bytes);
  BOOST_TEST(large.size() == 72U);
  BOOST_TEST(different.size() == 72U);
  for (const auto& [path, bytes] : files_below(work.file("small"))) BOOST_TEST((large.at(path) == bytes));
}

BOOST_AUTO_TEST_CASE(empty_splits_have_no_folder_and_empty_folders_are_filled) {
  const scratch::directory work;
  std::filesystem::create_directory(work.file("there"));
  write_task_folder(outlines, work.file("there") + "/", {.train = 1, .val = 0, .test = 0}, 1, 16);
  BOOST_TEST(files_below(work.file("there")).size() == 3U);
  BOOST_TEST(!std::filesystem::exists(work.file("there/val")));
  BOOST_TEST(!std::filesystem::exists(work.file("there/test")));
}

BOOST_AUTO_TEST_CASE(nothing_is_overwritten) {
  const scratch::directory work;
  std::filesystem::create_directory(work.file("full"));
  scratch::write_text(work.file("full/mine.txt"), "mine");
  BOOST_TEST(message_of<fewclip::io_error>([&] { write_task_folder(outlines, work.file("full")); }) ==
             work.file("full") + ": folder: expected a new name or an empty folder, got one with something in it");
  scratch::write_text(work.file("file"), "mine");
  BOOST_TEST(message_of<fewclip::io_error>([&] { write_task_folder(outlines, work.file("file")); }) ==
             work.file("file") + ": folder: expected a new name or an empty folder, got something else of this name");
  std::filesystem::create_directory_symlink(work.file("nowhere"), work.file("link"));
  BOOST_CHECK_THROW(write_task_folder(outlines, work.file("link")), fewclip::io_error);
  BOOST_TEST(files_below(work.file("full")).size() == 1U);
  BOOST_CHECK_THROW(write_task_folder(outlines, work.file("no/such/place")), fewclip::io_error);
  BOOST_CHECK_THROW(write_task_folder(outlines, ""), fewclip::io_error);
  BOOST_TEST(work.entries() == 3U);
}

BOOST_AUTO_TEST_CASE(a_run_that_is_stopped_or_fails_at_the_end_leaves_nothing) {
  const scratch::directory work;
  const auto stops = [](const fewclip::progress& at) { return at.done < 4; };
  BOOST_TEST(write_task_folder(outlines, work.file("new"), {}, 1, 16, stops) == 0);
  BOOST_TEST(work.entries() == 0U);
  fewclip::index last = 0;
  fewclip::index total = 0;
  const auto intrudes = [&](const fewclip::progress& at) {  // someone else takes the name meanwhile
    if (at.done == 1) std::filesystem::create_directories(work.file("new/taken"));
    last = at.done;
    total = at.total;
    return true;
  };
  BOOST_CHECK_THROW(write_task_folder(outlines, work.file("new"), {.train = 1, .val = 1, .test = 1}, 1, 16, intrudes), fewclip::io_error);
  BOOST_TEST(last == 9);
  BOOST_TEST(total == 9);
  BOOST_TEST(work.entries() == 1U);
  BOOST_TEST(files_below(work.file("new")).empty());
}

BOOST_AUTO_TEST_CASE(wrong_sizes_and_sides_are_named) {
  const scratch::directory work;
  const auto message = [&](const fewclip::io::task_sizes& sizes, fewclip::index side) {
    return message_of<fewclip::value_error>([&] { write_task_folder(outlines, work.file("x"), sizes, 1, side); });
  };
  const std::string where = "fewclip::io::write_task_folder: ";
  BOOST_TEST(message({.train = -1}, 64) == where + "train: expected 0 to 1000000, got -1");
  BOOST_TEST(message({.test = 1'000'001}, 64) == where + "test: expected 0 to 1000000, got 1000001");
  BOOST_TEST(message({0, 0, 0}, 64) == where + "sizes: expected at least one picture per class, got none");
  BOOST_TEST(message({}, 15) == where + "side: expected 16 to 512, got 15");
  BOOST_TEST(message({}, 513) == where + "side: expected 16 to 512, got 513");
  BOOST_CHECK_THROW(write_task_folder(tangram::target_task{}, work.file("x")), fewclip::value_error);
  BOOST_TEST(work.entries() == 0U);
}

BOOST_AUTO_TEST_CASE(names_sort_by_number) {
  const scratch::directory work;
  const tangram::target_task one{tangram::domain_shift::none, {0}};
  write_task_folder(one, work.file("many"), {.train = 10'001, .val = 0, .test = 0}, 1, 16);
  const std::string place = work.file("many/train/") + one.class_names()[0];
  BOOST_TEST(std::filesystem::exists(place + "/00001.png"));
  BOOST_TEST(std::filesystem::exists(place + "/10001.png"));
}
