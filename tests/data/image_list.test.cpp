#include "fewclip/data/image_list.hpp"

#include <boost/test/unit_test.hpp>

#include "../io/scratch.hpp"

namespace data = fewclip::data;
using fewclip::value_error;
using scratch::message_of;

namespace {

/// Two classes in three lists.
data::image_list pets() {
  return {"pets", "/p", {"big_cat", "dog"}, {"big cat", "dog"}, {{"a.jpg", 0}, {"b.jpg", 1}}, {{"c.jpg", 0}}, {{"d.jpg", 1}}};
}

template <class Change>
std::string refusal(const Change& change) {
  data::image_list list = pets();
  change(list);
  return message_of<value_error>([&] { data::check_images(list); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_sound_list_passes_and_counts_its_images_and_classes) {
  const data::image_list list = pets();
  data::check_images(list);
  data::check_leaks(list);
  BOOST_TEST(list.size() == 4U);
  BOOST_TEST(list.classes() == 2);
  BOOST_TEST(data::repeated_paths(list).empty());
}

BOOST_AUTO_TEST_CASE(a_list_without_classes_passes_with_unknown_labels_only) {
  data::image_list list{"f", "", {}, {}, {{"a.jpg"}, {"b.jpg"}}, {}, {}};
  data::check_images(list);
  list.train[1].label = 0;
  BOOST_TEST(message_of<value_error>([&] { data::check_images(list); }) ==
             "f: train, item 1, label: expected -1, since no class is known, got 0");
}

BOOST_AUTO_TEST_CASE(each_defect_is_named_with_its_place) {
  BOOST_TEST(refusal([](auto& list) { list.val[0].label = 2; }) == "pets: val, item 0, label: expected a class in 0..1, got 2");
  BOOST_TEST(refusal([](auto& list) { list.val[0].label = -1; }) == "pets: val, item 0, label: expected a class in 0..1, got -1");
  BOOST_TEST(refusal([](auto& list) { list.test[0].path.clear(); }) == "pets: test, item 0, path: expected a path, got an empty text");
  BOOST_TEST(refusal([](auto& list) { list.train[1].label = list.test[0].label = 0; }) ==
             "pets: images of class 1 (`dog`): expected at least one, labels being without gaps, got none");
  BOOST_TEST(refusal([](auto& list) { list.class_names.pop_back(); }) == "pets: class names: expected 2, one per class, got 1");
  BOOST_TEST(refusal([](auto& list) { list.class_names[1] = " "; }) == "pets: name of class 1: expected a text, got an empty one");
  BOOST_TEST(refusal([](auto& list) { list.train = list.val = list.test = {}; }) == "pets: images: expected at least one, got none");
}

BOOST_AUTO_TEST_CASE(a_path_that_leads_out_of_the_folder_is_refused) {
  const auto with = [](const std::string& path) { return refusal([&](auto& list) { list.test[0].path = path; }); };
  const std::string start = "pets: test, item 0, path: expected a path below the image folder, got ";
  BOOST_TEST(with("../outside/secret.png") == start + "`../outside/secret.png`, which leads out of it");
  BOOST_TEST(with("a/../../b.png") == start + "`a/../../b.png`, which leads out of it");
  BOOST_TEST(with("a/..") == start + "`a/..`, which leads out of it");
  BOOST_TEST(with("/etc/passwd") == start + "`/etc/passwd`, an absolute path");
  BOOST_TEST(with(std::string("x.png\0.evil", 11)) == start + "`x.png?.evil`, with a zero byte in it");
  for (const std::string path : {".", "./", "././."}) BOOST_TEST(with(path) == start + "`" + path + "`, which is the folder itself");
  for (const std::string path : {"a", "./a.png", "a/./b.png", "a//b.png", "..a/b..png", "...", ".a"})
    BOOST_TEST(with(path) == "<no exception>");
}

BOOST_AUTO_TEST_CASE(paths_that_stand_alone_may_lead_anywhere) {
  const auto with = [](const std::string& path) {
    return refusal([&](auto& list) {
      list.root.clear();
      list.test[0].path = path;
    });
  };
  BOOST_TEST(with("../a.png") == "<no exception>");
  BOOST_TEST(with("/data/a.png") == "<no exception>");
  BOOST_TEST(with(std::string("a\0b", 3)) == "pets: test, item 0, path: expected a path, got `a?b`, with a zero byte in it");
}

BOOST_AUTO_TEST_CASE(two_classes_with_one_prompt_name_are_refused) {
  BOOST_TEST(refusal([](auto& list) {
               list.class_ids = {"sea_lion", "sea lion"};
               list.class_names = {"sea lion", "sea lion"};
             }) ==
             "pets: class names: expected a prompt name of its own for each class, got `sea lion` for class 0 (`sea_lion`) and class 1 "
             "(`sea lion`)");
}

BOOST_AUTO_TEST_CASE(an_image_in_two_lists_is_reported_as_a_leak) {
  data::image_list list = pets();
  list.test.push_back({"./a.jpg", 0});
  const auto found = data::repeated_paths(list);
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].path == "a.jpg");
  BOOST_TEST((found[0].first == data::image_place{"train", 0}));
  BOOST_TEST((found[0].second == data::image_place{"test", 1}));
  BOOST_TEST(found[0].leaks());
  BOOST_TEST(message_of<value_error>([&] { data::check_leaks(list); }) ==
             "pets: images: expected each in one of train, val and test, got 1 in several: `a.jpg` at train, item 0 and test, item 1");
}

BOOST_AUTO_TEST_CASE(an_image_twice_in_one_list_is_reported_but_no_leak) {
  data::image_list list = pets();
  list.train.push_back({"b.jpg", 1});
  const auto found = data::repeated_paths(list);
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(!found[0].leaks());
  data::check_leaks(list);
}

BOOST_AUTO_TEST_CASE(files_lie_below_the_root) {
  data::image_list list = pets();
  BOOST_TEST(data::file_of(list, list.train[0]) == "/p/a.jpg");
  list.root = "/p/";
  BOOST_TEST(data::file_of(list, list.train[0]) == "/p/a.jpg");
  BOOST_TEST(data::file_of(list, {"/elsewhere/a.jpg", 0}) == "/elsewhere/a.jpg");
  list.root.clear();
  BOOST_TEST(data::file_of(list, list.train[0]) == "a.jpg");
}

BOOST_AUTO_TEST_CASE(labels_and_chosen_items_keep_the_order_they_are_asked_in) {
  const data::image_list list = pets();
  BOOST_TEST((data::labels_of(list.train) == std::vector<fewclip::label>{0, 1}));
  const auto chosen = data::items_at(list.train, {1, 0, 1});
  BOOST_TEST((chosen == std::vector<data::image_item>{{"b.jpg", 1}, {"a.jpg", 0}, {"b.jpg", 1}}));
  BOOST_TEST(message_of<value_error>([&] { (void)data::items_at(list.train, {2}); }) ==
             "fewclip::data::items_at: row: expected a position in a list of 2 images, got 2");
  BOOST_CHECK_THROW((void)data::items_at(list.train, {-1}), value_error);
}

BOOST_AUTO_TEST_CASE(files_are_counted_by_ending) {
  BOOST_TEST(data::ending_of("a.b.TIF") == ".tif");
  BOOST_TEST(data::ending_of("a").empty());
  BOOST_TEST(data::ending_of("a.") == ".");
  BOOST_TEST(data::counted_by_ending({{".heic", 5}, {".tif", 2}}) == "5 .heic, 2 .tif");
  BOOST_TEST(data::counted_by_ending({{"", 1}, {".tif", 2}}) == "2 .tif and 1 without an ending");
  BOOST_TEST(data::counted_by_ending({{"", 3}}) == "3 without an ending");
}

BOOST_AUTO_TEST_CASE(classes_that_a_list_lacks_are_found) {
  data::image_list list = pets();
  BOOST_TEST(data::classes_without(list, list.train).empty());
  BOOST_TEST((data::classes_without(list, list.val) == std::vector<fewclip::label>{1}));
  BOOST_TEST((data::classes_without(list, list.test) == std::vector<fewclip::label>{0}));
  list.class_ids.clear();
  BOOST_TEST(data::classes_without(list, {{"a.jpg", data::unknown_label}}).empty());
}

BOOST_AUTO_TEST_CASE(prompt_names_have_spaces_for_underscores) {
  BOOST_TEST(data::prompt_name("car_side") == "car side");
  BOOST_TEST(data::prompt_name("_a__b") == " a  b");
}
