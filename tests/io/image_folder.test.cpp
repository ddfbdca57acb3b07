#include "fewclip/io/image_folder.hpp"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <tuple>

#include "image_files.hpp"

namespace data = fewclip::data;
using fewclip::io_error;
using fewclip::io::read_image_folder;
using image_files::add;
using items = std::vector<data::image_item>;
using texts = std::vector<std::string>;

namespace {

std::string refusal(const scratch::directory& here, const fewclip::io::image_folder_options& options = {}) {
  std::string message = scratch::message_of<io_error>([&] { (void)read_image_folder(here.file(""), options); });
  const std::string root = here.file("").substr(0, here.file("").size() - 1);
  for (std::size_t at = message.find(root); at != std::string::npos; at = message.find(root)) message.replace(at, root.size(), "ROOT");
  return message;
}

}  // namespace

BOOST_AUTO_TEST_CASE(classes_and_images_are_in_byte_wise_order) {
  const scratch::directory here;
  add(here, {"b_b/2.jpg", "b_b/10.jpg", "a/x.PNG", "Z/1.JpEg", "Z/1.webp", "\xC3\xA9t\xC3\xA9/1.gif"});
  const auto list = read_image_folder(here.file(""));
  BOOST_TEST((list.class_ids == texts{"Z", "a", "b_b", "\xC3\xA9t\xC3\xA9"}));
  BOOST_TEST((list.class_names == texts{"Z", "a", "b b", "\xC3\xA9t\xC3\xA9"}));
  BOOST_TEST(
      (list.train ==
       items{{"Z/1.JpEg", 0}, {"Z/1.webp", 0}, {"a/x.PNG", 1}, {"b_b/10.jpg", 2}, {"b_b/2.jpg", 2}, {"\xC3\xA9t\xC3\xA9/1.gif", 3}}));
  BOOST_TEST(list.val.empty());
  BOOST_TEST(list.test.empty());
  BOOST_TEST(std::filesystem::exists(data::file_of(list, list.train[3])));
}

BOOST_AUTO_TEST_CASE(hidden_entries_and_other_files_are_skipped) {
  const scratch::directory here;
  add(here, {"a/1.jpg", "a/.2.jpg", "a/Thumbs.db", "a/notes", "a/jpg", ".git/1.jpg", "README.md"});
  BOOST_TEST((read_image_folder(here.file("")).train == items{{"a/1.jpg", 0}}));
}

BOOST_AUTO_TEST_CASE(what_archives_and_servers_leave_behind_is_skipped_at_every_level) {
  const scratch::directory here;
  add(here, {"train/a/1.jpg", "test/a/1.jpg"});
  for (const char* const level : {"", "train/", "train/a/"}) {
    for (const char* const litter : {"__MACOSX/train/1.jpg", "@eaDir/1.jpg", ".ipynb_checkpoints/1.jpg", "desktop.ini", "lost+found/x"}) {
      add(here, {(std::string(level) + litter).c_str()});
    }
  }
  const auto list = read_image_folder(here.file(""));
  BOOST_TEST((list.train == items{{"train/a/1.jpg", 0}}));
  BOOST_TEST((list.class_ids == texts{"a"}));
  BOOST_TEST(list.other_files.empty());
}

BOOST_AUTO_TEST_CASE(files_of_class_folders_that_are_no_images_are_counted_by_ending) {
  const scratch::directory here;
  add(here, {"train/a/1.jfif", "train/a/2.JPE", "train/a/3.tif", "train/a/x", "test/a/1.jpg", "test/a/4.TIF", "test/README.md"});
  const auto list = read_image_folder(here.file(""));
  BOOST_TEST((list.train == items{{"train/a/1.jfif", 0}, {"train/a/2.JPE", 0}}));
  BOOST_TEST((list.other_files == std::map<std::string, std::size_t>{{".tif", 2}, {"", 1}}));
  BOOST_TEST((read_image_folder(here.file(""), {.splits = {"test"}}).other_files == std::map<std::string, std::size_t>{{".tif", 1}}));
  const scratch::directory flat;
  add(flat, {"1.jpg", "2.heic"});
  BOOST_TEST(
      (read_image_folder(flat.file(""), {.classes_required = false}).other_files == std::map<std::string, std::size_t>{{".heic", 1}}));
}

BOOST_AUTO_TEST_CASE(folders_train_val_and_test_are_splits_over_the_union_of_their_classes) {
  const scratch::directory here;
  image_files::add_pets(here);
  const auto list = read_image_folder(here.file(""));
  BOOST_TEST((list.class_names == texts{"Dog", "big cat"}));
  BOOST_TEST((list.train == items{{"train/Dog/a.png", 0}, {"train/big_cat/10.JPG", 1}, {"train/big_cat/2.jpg", 1}}));
  BOOST_TEST((list.val == items{{"val/Dog/v.gif", 0}, {"val/big_cat/v.webp", 1}}));
  BOOST_TEST((list.test == items{{"test/Dog/s.jpeg", 0}, {"test/Dog/t.bmp", 0}}));
}

BOOST_AUTO_TEST_CASE(a_split_that_is_not_read_may_hold_anything) {
  for (const char* const name : {"test/1.jpg", "test/a/.hidden.jpg", "test/a/b/1.jpg", "test/only_here/1.jpg", "test/\xFF/1.jpg"}) {
    const scratch::directory here;
    add(here, {"train/a/1.jpg", "val/b/2.jpg", name});
    const auto list = read_image_folder(here.file(""), {.splits = {"train", "val"}});
    BOOST_TEST((list.class_ids == texts{"a", "b"}));
    BOOST_TEST((list.train == items{{"train/a/1.jpg", 0}}));
    BOOST_TEST((list.val == items{{"val/b/2.jpg", 1}}));
    BOOST_TEST(list.test.empty());
  }
  const scratch::directory here;
  image_files::add_pets(here);
  const auto list = read_image_folder(here.file(""), {.splits = {"test"}});
  BOOST_TEST((list.class_ids == texts{"Dog"}));
  BOOST_TEST((list.test == items{{"test/Dog/s.jpeg", 0}, {"test/Dog/t.bmp", 0}}));
  BOOST_TEST((list.train.empty() && list.val.empty()));
}

BOOST_AUTO_TEST_CASE(class_folders_are_read_whichever_splits_are) {
  const scratch::directory here;
  add(here, {"train/1.jpg", "test/1.jpg", "bus/1.jpg"});
  BOOST_TEST((read_image_folder(here.file(""), {.splits = {"train"}}).class_ids == texts{"bus", "test", "train"}));
}

BOOST_AUTO_TEST_CASE(messages_name_the_splits_that_are_read) {
  const scratch::directory alone;
  add(alone, {"test/a/1.jpg"});
  BOOST_TEST(refusal(alone, {.splits = {"train", "val"}}) ==
             "ROOT: folder: expected either class folders or train and val with class folders in each, got `test` alone");
  const scratch::directory beside;
  add(beside, {"test/a/1.jpg", "a/1.jpg"});
  BOOST_TEST(refusal(beside, {.splits = {"train"}}) ==
             "ROOT: folder: expected either class folders or train with class folders in each, got `test` beside `a`");
  const scratch::directory named;
  add(named, {"train/a/1.jpg", "test/b/1.jpg"});
  scratch::write_text(named.file("classnames.txt"), "a cat\nb dog\n");
  BOOST_TEST(refusal(named, {.splits = {"train", "val"}}) ==
             "ROOT/classnames.txt: class `b`: expected a folder of this name in train or val, got none");
  BOOST_TEST(refusal(named) == "<no exception>");
  BOOST_TEST(scratch::message_of<fewclip::value_error>([&] { (void)read_image_folder(named.file(""), {.splits = {"dev"}}); }) ==
             "read_image_folder: splits: expected train, val or test, got `dev`");
}

BOOST_AUTO_TEST_CASE(splits_may_be_called_as_other_programs_call_them) {
  for (const auto& [train, val, test] :
       {std::tuple("Train", "valid", "TEST"), {"training", "Validation", "testing"}, {"train", "dev", "Test"}}) {
    const scratch::directory here;
    for (const std::string& split : {std::string(train), std::string(val), std::string(test)}) add(here, {(split + "/a/1.jpg").c_str()});
    const auto list = read_image_folder(here.file(""));
    BOOST_TEST((list.class_ids == texts{"a"}));
    BOOST_TEST((list.train == items{{train + std::string("/a/1.jpg"), 0}}));
    BOOST_TEST((list.val == items{{val + std::string("/a/1.jpg"), 0}}));
    BOOST_TEST((list.test == items{{test + std::string("/a/1.jpg"), 0}}));
    BOOST_TEST(read_image_folder(here.file(""), {.splits = {"val"}}).size() == 1U);
  }
  const scratch::directory twice;
  add(twice, {"train/a/1.jpg", "val/a/1.jpg", "valid/a/1.jpg"});
  BOOST_TEST(refusal(twice) == "ROOT: folder: expected one folder for the split val, got `val` and `valid`");
  BOOST_TEST(refusal(twice, {.splits = {"train"}}) == "<no exception>");
}

BOOST_AUTO_TEST_CASE(one_class_in_two_forms_of_unicode_is_one_class) {
  const scratch::directory here;
  add(here, {"train/caf\xC3\xA9/1.jpg", "test/cafe\xCC\x81/1.jpg", "train/big/1.jpg"});
  const auto list = read_image_folder(here.file(""));
  BOOST_TEST((list.class_ids == texts{"big", "caf\xC3\xA9"}));
  BOOST_TEST((list.class_names == texts{"big", "caf\xC3\xA9"}));
  BOOST_TEST((list.test == items{{"test/cafe\xCC\x81/1.jpg", 1}}));
  BOOST_TEST(std::filesystem::exists(data::file_of(list, list.test[0])));
  scratch::write_text(here.file("classnames.txt"), "cafe\xCC\x81 cafe\xCC\x81 au_lait\nbig big\n");
  BOOST_TEST((read_image_folder(here.file("")).class_ids == texts{"caf\xC3\xA9", "big"}));
  BOOST_TEST((read_image_folder(here.file("")).class_names == texts{"caf\xC3\xA9 au lait", "big"}));
}

BOOST_AUTO_TEST_CASE(classes_that_are_one_text_to_a_clip_are_refused) {
  const scratch::directory here;
  add(here, {"train/Cat/1.jpg", "val/cat/1.jpg", "test/Cat/1.jpg"});
  BOOST_TEST(
      refusal(here) ==
      "ROOT: names of class folders: expected names that differ in more than case, white space and `_`, got `Cat` (class 0, in train "
      "and test) and `cat` (class 1, in val)");
  const scratch::directory spaces;
  add(spaces, {"train/hot dog/1.jpg", "test/hot  dog/1.jpg", "test/\xC3\x89t\xC3\xA9/1.jpg"});
  BOOST_TEST(refusal(spaces).ends_with("got `hot  dog` (class 0, in test) and `hot dog` (class 1, in train)"));
  const scratch::directory named;
  add(named, {"n1/1.jpg", "n2/1.jpg"});
  scratch::write_text(named.file("classnames.txt"), "n1 Crane\nn2 crane\n");
  BOOST_TEST(refusal(named).starts_with("ROOT/classnames.txt: class names: expected names that differ in more than case"));
  BOOST_TEST(refusal(named).ends_with("got `n1`, named `Crane`, (class 0, in train) and `n2`, named `crane`, (class 1, in train)"));
}

BOOST_AUTO_TEST_CASE(names_that_are_not_compared_may_be_one_text) {
  const fewclip::io::image_folder_options not_compared{.names_compared = false};
  const scratch::directory here;
  add(here, {"A/1.jpg", "a/1.jpg", "b_b/1.jpg", "b b/1.jpg", "_/1.jpg"});
  BOOST_TEST(refusal(here).starts_with("ROOT: names of class folders: "));
  const auto list = read_image_folder(here.file(""), not_compared);
  BOOST_TEST((list.class_ids == texts{"A", "_", "a", "b b", "b_b"}));
  BOOST_TEST((list.class_names == texts{"A", " ", "a", "b b", "b b"}));
  BOOST_TEST((list.train == items{{"A/1.jpg", 0}, {"_/1.jpg", 1}, {"a/1.jpg", 2}, {"b b/1.jpg", 3}, {"b_b/1.jpg", 4}}));
  const scratch::directory named;
  add(named, {"n1/1.jpg", "n2/1.jpg"});
  scratch::write_text(named.file("classnames.txt"), "n1 Crane\nn2 crane\n");
  BOOST_TEST((read_image_folder(named.file(""), not_compared).class_names == texts{"Crane", "crane"}));
}

BOOST_AUTO_TEST_CASE(what_is_called_an_image_and_is_none_is_left_to_the_decoder) {
  const scratch::directory here;
  add(here, {"a/1.jpg", "a/folder.png/x", "b.jpg/1.jpg"});
  BOOST_REQUIRE(::mkfifo(here.file("a/pipe.jpg").c_str(), 0600) == 0);
  BOOST_TEST((read_image_folder(here.file("")).train == items{{"a/1.jpg", 0}, {"a/folder.png", 0}, {"a/pipe.jpg", 0}, {"b.jpg/1.jpg", 1}}));
  const scratch::directory flat;
  add(flat, {"1.jpg", "x.jpg/1.jpg"});
  BOOST_TEST((read_image_folder(flat.file(""), {.classes_required = false}).train == items{{"1.jpg", -1}, {"x.jpg", -1}}));
}

BOOST_AUTO_TEST_CASE(classes_may_be_called_train_and_test) {
  const scratch::directory here;
  add(here, {"train/1.jpg", "test/1.jpg", "bus/1.jpg"});
  BOOST_TEST((read_image_folder(here.file("")).class_ids == texts{"bus", "test", "train"}));
}

BOOST_AUTO_TEST_CASE(a_file_of_class_names_gives_names_and_order) {
  const scratch::directory here;
  add(here, {"n01/1.jpg", "n02/1.jpg"});
  scratch::write_text(here.file("classnames.txt"), "n02 great white_shark\r\nn01 tench\r\n\r\n");
  const auto list = read_image_folder(here.file(""));
  BOOST_TEST((list.class_ids == texts{"n02", "n01"}));
  BOOST_TEST((list.class_names == texts{"great white shark", "tench"}));
  BOOST_TEST((list.train == items{{"n01/1.jpg", 1}, {"n02/1.jpg", 0}}));
}

BOOST_AUTO_TEST_CASE(a_file_of_class_names_must_name_each_folder_and_no_other) {
  const scratch::directory here;
  add(here, {"n01/1.jpg", "n02/1.jpg"});
  scratch::write_text(here.file("classnames.txt"), "n02 shark\n");
  BOOST_TEST(refusal(here) == "ROOT/classnames.txt: lines: expected one per class folder, got none for the folder `n01`");
  scratch::write_text(here.file("classnames.txt"), "n02 shark\nn01 tench\nn03 ray\n");
  BOOST_TEST(refusal(here) == "ROOT/classnames.txt: class `n03`: expected a folder of this name, got none");
  scratch::write_text(here.file("classnames.txt"), "n02 sea_lion\nn01 sea lion\n");
  BOOST_TEST(
      refusal(here) ==
      "ROOT/classnames.txt: class names: expected names that differ in more than case, white space and `_`, got `n02`, named `sea lion`, "
      "(class 0, in train) and `n01`, named `sea lion`, (class 1, in train)");
}

BOOST_AUTO_TEST_CASE(a_class_folder_without_images_is_named) {
  const scratch::directory here;
  add(here, {"a/1.jpg", "b/notes.txt"});
  BOOST_TEST(refusal(here) ==
             "ROOT/b: folder: expected at least one image (jpg, jpeg, jpe, jfif, png, bmp, gif, webp), being a class, got 1 .txt");
  add(here, {"b/1.TIF", "b/2.tif", "b/3.heic", "b/notes"});
  BOOST_TEST(refusal(here).ends_with(", being a class, got 1 .heic, 2 .tif, 1 .txt and 1 without an ending"));
}

BOOST_AUTO_TEST_CASE(a_class_folder_without_images_in_one_split_is_named) {
  const scratch::directory here;
  add(here, {"train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/.hidden.jpg"});
  BOOST_TEST(refusal(here) ==
             "ROOT/test/b: folder: expected at least one image (jpg, jpeg, jpe, jfif, png, bmp, gif, webp), being a class, got none");
}

BOOST_AUTO_TEST_CASE(what_could_be_meant_in_two_ways_is_refused) {
  const scratch::directory nested;
  add(nested, {"a/b/1.jpg", "a/1.jpg"});
  BOOST_TEST(refusal(nested) == "ROOT/a: folder: expected images only, being a class, got the folder `b`");
  const scratch::directory deeper;
  add(deeper, {"pets/train/a/1.jpg", "pets/annotations/1.jpg"});
  BOOST_TEST(refusal(deeper) ==
             "ROOT/pets: folder: expected images only, being a class, got the folder `train`, as if this were the data set");
  const scratch::directory mixed;
  add(mixed, {"a/1.jpg", "1.jpg"});
  BOOST_TEST(refusal(mixed) == "ROOT: folder: expected either folders or images, got `1.jpg` beside folders");
  const scratch::directory beside;
  add(beside, {"train/a/1.jpg", "annotations/1.jpg"});
  BOOST_TEST(refusal(beside) ==
             "ROOT: folder: expected either class folders or train, val and test with class folders in each, got `train` beside "
             "`annotations`");
  const scratch::directory loose;
  add(loose, {"train/a/1.jpg", "train/1.jpg"});
  BOOST_TEST(refusal(loose) == "ROOT/train/: folder: expected class folders only, got `1.jpg`");
}

BOOST_AUTO_TEST_CASE(images_without_classes_are_read_only_where_that_is_allowed) {
  const scratch::directory here;
  add(here, {"2.jpg", "1.png", "x.txt"});
  BOOST_TEST(refusal(here) == "ROOT: folder: expected a folder per class, got 2 images, 1 .txt and no folder");
  const auto list = read_image_folder(here.file(""), {.classes_required = false});
  BOOST_TEST((list.train == items{{"1.png", -1}, {"2.jpg", -1}}));
  BOOST_TEST(list.classes() == 0);
}

BOOST_AUTO_TEST_CASE(folders_that_are_empty_absent_or_not_sound_are_refused) {
  const scratch::directory here;
  BOOST_TEST(refusal(here) == "ROOT: folder: expected a folder per class, got 0 images and no folder");
  BOOST_CHECK_THROW((void)read_image_folder(here.file(""), {.classes_required = false}), io_error);
  BOOST_TEST(scratch::message_of<io_error>([&] { (void)read_image_folder(here.file("none")); }) ==
             here.file("none") + ": list the folder: expected success, got No such file or directory");
  add(here, {"a/1.jpg", "b\xFF/1.jpg"});
  BOOST_TEST(refusal(here) == "ROOT/b?: folder: expected a name in UTF-8, got other bytes");
}

BOOST_AUTO_TEST_CASE(links_are_followed_and_broken_ones_listed_for_the_decoder_to_refuse) {
  const scratch::directory elsewhere;
  const scratch::directory here;
  add(elsewhere, {"cats/1.jpg"});
  std::filesystem::create_directory_symlink(elsewhere.file("cats"), here.file("cat"));
  BOOST_TEST((read_image_folder(here.file("")).train == items{{"cat/1.jpg", 0}}));
  std::filesystem::create_symlink(here.file("nowhere"), elsewhere.file("cats/2.jpg"));
  BOOST_TEST((read_image_folder(here.file("")).train == items{{"cat/1.jpg", 0}, {"cat/2.jpg", 0}}));
}
