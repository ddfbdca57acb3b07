#include "fewclip/io/split_file.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/io/safetensors.hpp"
#include "scratch.hpp"
#include "shared_data.hpp"

namespace data = fewclip::data;
using fewclip::io::read_split_file;
using items = std::vector<data::image_item>;
using texts = std::vector<std::string>;

namespace {

std::string refusal(const std::string& text) {
  const scratch::directory here;
  scratch::write_text(here.file("s.json"), text);
  const std::string message = scratch::message_of<fewclip::io_error>([&] { (void)read_split_file(here.file("s.json"), ""); });
  return message.starts_with(here.file("s.json")) ? message.substr(here.file("s.json").size()) : "<another file> " + message;
}

data::image_list published(const std::string& name) {
  return read_split_file(shared_data::folder() + "/splits/split_zhou_" + name + ".json", "images");
}

std::vector<fewclip::label> stored_labels(const std::string& set, const std::string& tensor) {
  const fewclip::io::safetensors_file file(shared_data::folder() + "/clip_features/vitb32/" + set + ".safetensors");
  const auto wide = file.read<std::int64_t>(tensor);
  return {wide.begin(), wide.end()};
}

void check_sizes(const data::image_list& list, std::size_t train, std::size_t val, std::size_t test, fewclip::index classes) {
  BOOST_TEST(list.train.size() == train);
  BOOST_TEST(list.val.size() == val);
  BOOST_TEST(list.test.size() == test);
  BOOST_TEST(list.classes() == classes);
  BOOST_TEST(data::repeated_paths(list).empty());
}

}  // namespace

BOOST_AUTO_TEST_CASE(lists_keep_the_order_of_the_file_and_names_that_of_the_labels) {
  const scratch::directory here;
  scratch::write_text(here.file("s.json"), R"({"val": [], "test": [["b/2.jpg", 0, "ball"]],
                                               "train": [["c/1.jpg", 1, "car_side"], ["b/1.jpg", 0, "ball"]], "other": 7})");
  const auto list = read_split_file(here.file("s.json"), "/r");
  BOOST_TEST((list.class_ids == texts{"ball", "car_side"}));
  BOOST_TEST((list.class_names == texts{"ball", "car side"}));
  BOOST_TEST((list.train == items{{"c/1.jpg", 1}, {"b/1.jpg", 0}}));
  BOOST_TEST(list.val.empty());
  BOOST_TEST((list.test == items{{"b/2.jpg", 0}}));
  BOOST_TEST(data::file_of(list, list.train[0]) == "/r/c/1.jpg");
}

BOOST_AUTO_TEST_CASE(a_label_may_be_named_in_two_forms_of_unicode_and_two_labels_need_two_texts) {
  const scratch::directory here;
  scratch::write_text(here.file("s.json"), "{\"train\": [[\"1\", 0, \"caf\xC3\xA9\"]], \"test\": [[\"2\", 0, \"cafe\xCC\x81\"]]}");
  BOOST_TEST((read_split_file(here.file("s.json"), "").class_ids == texts{"caf\xC3\xA9"}));
  BOOST_TEST(refusal(R"({"train": [["1", 0, "Cat"]], "test": [["2", 1, "cat"]]})") ==
             ": class names: expected names that differ in more than case, white space and `_`, got `Cat` (class 0, in train) and `cat` "
             "(class 1, in test)");
}

BOOST_AUTO_TEST_CASE(defects_of_the_format_are_named_with_list_and_item) {
  BOOST_TEST(refusal("{") == ": content: expected JSON, got malformed JSON at byte 2");
  BOOST_TEST(refusal("[]") == ": content: expected an object, got an array of 0");
  BOOST_TEST(refusal("{}") == ": lists: expected train, val or test, got none of these");
  BOOST_TEST(refusal(R"({"train": {}})") == ": train: expected an array of items, got an object");
  BOOST_TEST(refusal(R"({"train": [["a", 0, "x"], ["b", 0]]})") ==
             ": train, item 1: expected [path, label, class name], got an array of 2");
  BOOST_TEST(refusal(R"({"val": [[1, 0, "x"]]})") == ": val, item 0, path: expected a text, got 1");
  BOOST_TEST(refusal(R"({"train": [["a", "0", "x"]]})") == ": train, item 0, label: expected a whole number, got the text `0`");
  BOOST_TEST(refusal(R"({"train": [["a", 0.5, "x"]]})") == ": train, item 0, label: expected a whole number, got 0.5");
  BOOST_TEST(refusal(R"({"train": [["a", 0, null]]})") == ": train, item 0, class name: expected a text, got null");
  BOOST_TEST(refusal(R"({"train": [["", 0, "x"]]})") == ": train, item 0, path: expected a path, got an empty text");
  BOOST_TEST(refusal(R"({"train": []})") == ": images: expected at least one, got none");
}

BOOST_AUTO_TEST_CASE(a_path_that_leads_out_of_the_folder_is_refused_with_list_and_item) {
  const scratch::directory here;
  for (const char* const path : {"../outside/secret.png", "/etc/passwd", "a/../../b", ".", "x.png\\u0000.evil"}) {
    scratch::write_text(here.file("s.json"), std::string(R"({"train": [["a", 0, "x"]], "test": [[")") + path + R"(", 0, "x"]]})");
    const std::string message = scratch::message_of<fewclip::io_error>([&] { (void)read_split_file(here.file("s.json"), "images"); });
    BOOST_TEST(message.starts_with(here.file("s.json") + ": test, item 0, path: expected a path below the image folder, got `"), message);
  }
}

BOOST_AUTO_TEST_CASE(an_absolute_path_that_leads_below_the_folder_is_one_below_it) {
  const scratch::directory here;
  scratch::write_text(here.file("s.json"), R"({"train": [["/images/a/1.jpg", 0, "x"]], "test": [["/images/2.jpg", 0, "x"]]})");
  const auto list = read_split_file(here.file("s.json"), "/images");
  BOOST_TEST((list.train == items{{"a/1.jpg", 0}}));
  BOOST_TEST((list.test == items{{"2.jpg", 0}}));
  BOOST_TEST((read_split_file(here.file("s.json"), "").test == items{{"/images/2.jpg", 0}}));
}

BOOST_AUTO_TEST_CASE(defects_of_the_labels_are_named_with_list_and_item) {
  BOOST_TEST(refusal(R"({"train": [["a", -1, "x"]]})") == ": train, item 0, label: expected a number >= 0 of 31 bits, got -1");
  BOOST_TEST(refusal(R"({"train": [["a", 4294967296, "x"]]})") ==
             ": train, item 0, label: expected a number >= 0 of 31 bits, got 4294967296");
  BOOST_TEST(refusal(R"({"train": [["a", 0, "x"]], "test": [["b", 2, "y"]]})") ==
             ": labels: expected 0..classes-1 without gaps, got label 2 (test, item 0) but no label 1");
  BOOST_TEST(refusal(R"({"train": [["a", 0, "x"]], "test": [["b", 0, "y"]]})") ==
             ": test, item 0, class name of label 0: expected `x` as in train, item 0, got `y`");
  BOOST_TEST(refusal(R"({"train": [["a", 0, "x_y"], ["b", 1, "x y"]]})") ==
             ": class names: expected names that differ in more than case, white space and `_`, got `x_y` (class 0, in train) and `x y` "
             "(class 1, in train)");
}

BOOST_AUTO_TEST_CASE(an_image_in_train_and_test_is_read_and_reported) {
  const scratch::directory here;
  scratch::write_text(here.file("s.json"), R"({"train": [["a", 0, "x"], ["b", 0, "x"]], "val": [["c", 0, "x"]], "test": [["b", 0, "x"]]})");
  const auto list = read_split_file(here.file("s.json"), "");
  BOOST_TEST(scratch::message_of<fewclip::value_error>([&] { data::check_leaks(list); }) ==
             here.file("s.json") +
                 ": images: expected each in one of train, val and test, got 1 in several: `b` at train, item 1 and test, item 0");
}

BOOST_AUTO_TEST_CASE(published_splits_have_their_sizes_and_no_leak, *boost::unit_test::precondition(shared_data::is_there)) {
  check_sizes(published("Caltech101"), 4128, 1649, 2465, 100);
  check_sizes(published("DescribableTextures"), 2820, 1128, 1692, 47);
  check_sizes(published("EuroSAT"), 13500, 5400, 8100, 10);
  BOOST_TEST(published("Caltech101").class_names[0] == "face");
  BOOST_TEST(published("EuroSAT").class_names[0] == "Annual Crop Land");
}

BOOST_AUTO_TEST_CASE(labels_are_those_of_the_published_features, *boost::unit_test::precondition(shared_data::is_there)) {
  for (const auto& [set, split] : {std::pair("caltech101", "Caltech101"), std::pair("dtd", "DescribableTextures")}) {
    const auto list = published(split);
    BOOST_TEST((data::labels_of(list.test) == stored_labels(set, "test_labels")), set);
    BOOST_TEST((data::labels_of(list.val) == stored_labels(set, "val_labels")), set);
  }
}
