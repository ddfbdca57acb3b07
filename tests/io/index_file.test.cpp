#include "fewclip/io/index_file.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/split_file.hpp"
#include "scratch.hpp"
#include "shared_data.hpp"

namespace data = fewclip::data;
using fewclip::io::read_index_file;
using items = std::vector<data::image_item>;
using rows = std::vector<fewclip::index>;

namespace {

data::image_list pets() {
  return {"pets", "", {"cat", "dog"}, {"cat", "dog"}, {{"c/1.jpg", 0}, {"d/1.jpg", 1}, {"c/2.jpg", 0}}, {{"c/3.jpg", 0}}, {}};
}

template <class Call>
auto with_file(const std::string& text, const Call& call) {
  const scratch::directory here;
  scratch::write_text(here.file("i.json"), text);
  return call(here.file("i.json"));
}

data::few_shot_draw read(const std::string& text) {
  return with_file(text, [](const std::string& path) { return read_index_file(path, pets()); });
}

std::string refusal(const std::string& text) {
  return with_file(text, [](const std::string& path) {
    const std::string message = scratch::message_of<fewclip::io_error>([&] { (void)read_index_file(path, pets()); });
    return message.starts_with(path) ? message.substr(path.size()) : "<another file> " + message;
  });
}

const std::string two_images = R"("data": [{"impath": "./data/p/d/1.jpg", "label": 1, "classname": "dog"},
                                           {"impath": "./data/p/c/2.jpg", "label": 0, "classname": "cat"}])";

}  // namespace

BOOST_AUTO_TEST_CASE(positions_are_taken_as_they_are_with_or_without_the_images) {
  const rows expected{1, 2};
  BOOST_TEST((read(R"({"train": {"indices": [1, 2]}, "val": {"indices": [0]}})").support == expected));
  BOOST_TEST((read(R"({"train": {"indices": [1, 2]}, "val": {"indices": [0]}})").validation == rows{0}));
  const auto drawn = read(R"({"train": {"indices": [1, 2], )" + two_images + "}}");
  BOOST_TEST((drawn.support == expected));
  BOOST_TEST(drawn.validation.empty());
}

BOOST_AUTO_TEST_CASE(classes_may_be_named_in_two_forms_of_unicode) {
  data::image_list split = pets();
  split.class_ids[0] = "caf\xC3\xA9";
  with_file("{\"train\": {\"indices\": [0], \"data\": [{\"impath\": \"c/1.jpg\", \"label\": 0, \"classname\": \"cafe\xCC\x81\"}]}}",
            [&](const std::string& path) {
              BOOST_TEST((read_index_file(path, split).support == rows{0}));
              BOOST_TEST(read_index_file(path, "", "").class_ids[0] == split.class_ids[0]);
            });
}

BOOST_AUTO_TEST_CASE(without_positions_images_are_found_behind_any_folders) {
  BOOST_TEST((read(R"({"train": {)" + two_images + "}}").support == rows{1, 2}));
  BOOST_TEST(refusal(R"({"train": {"data": [{"impath": "x/9.jpg", "label": 1, "classname": "dog"}]}})") ==
             ": train, item 0, impath: expected a path of the split after some folders, got `x/9.jpg`");
}

BOOST_AUTO_TEST_CASE(a_draw_that_does_not_agree_with_the_split_is_refused) {
  BOOST_TEST(refusal(R"({"train": {"indices": [3]}})") == ": train, item 0, index: expected a position in a list of 3 images, got 3");
  BOOST_TEST(refusal(R"({"train": {"indices": [-1]}})") == ": train, item 0, index: expected a position in a list of 3 images, got -1");
  BOOST_TEST(refusal(R"({"train": {"indices": [1, 0], )" + two_images + "}}") ==
             ": train, item 1, impath: expected a path that ends with `c/1.jpg` as in the split at position 0, got `./data/p/c/2.jpg`");
  BOOST_TEST(refusal(R"({"train": {"indices": [0], "data": [{"impath": "xc/1.jpg", "label": 0, "classname": "cat"}]}})") ==
             ": train, item 0, impath: expected a path that ends with `c/1.jpg` as in the split at position 0, got `xc/1.jpg`");
  BOOST_TEST(refusal(R"({"train": {"indices": [0], "data": [{"impath": "c/1.jpg", "label": 1, "classname": "cat"}]}})") ==
             ": train, item 0, label: expected 0 as in the split at position 0, got 1");
  BOOST_TEST(refusal(R"({"train": {"indices": [0], "data": [{"impath": "c/1.jpg", "label": 0, "classname": "dog"}]}})") ==
             ": train, item 0, classname: expected `cat` as in the split at position 0, got `dog`");
  BOOST_TEST(refusal(R"({"train": {"indices": [1], )" + two_images + "}}") == ": train, indices: expected 2 as in data, got 1");
}

BOOST_AUTO_TEST_CASE(defects_of_the_format_are_named_with_list_and_item) {
  BOOST_TEST(refusal("[1]") == ": content: expected an object with train, got an array of 1");
  BOOST_TEST(refusal(R"({"val": {}})") == ": content: expected an object with train, got an object");
  BOOST_TEST(refusal(R"({"train": 1})") == ": train: expected an object, got 1");
  BOOST_TEST(refusal(R"({"train": {}})") == ": train: expected indices or data, got neither");
  BOOST_TEST(refusal(R"({"train": {"indices": 1}})") == ": train, indices: expected an array, got 1");
  BOOST_TEST(refusal(R"({"train": {"indices": [0, "1"]}})") == ": train, item 1, index: expected a whole number, got the text `1`");
  BOOST_TEST(refusal(R"({"train": {"data": 1}})") == ": train, data: expected an array, got 1");
  BOOST_TEST(refusal(R"({"train": {"data": [1]}})") == ": train, item 0, entry: expected an object, got 1");
  BOOST_TEST(refusal(R"({"train": {"data": [{}]}})") == ": train, item 0, impath: expected a text, got null");
  BOOST_TEST(refusal(R"({"train": {"data": [{"impath": "a"}]}})") == ": train, item 0, label: expected a whole number, got null");
  BOOST_TEST(refusal(R"({"train": {"data": [{"impath": "a", "label": 0}]}})") == ": train, item 0, classname: expected a text, got null");
}

BOOST_AUTO_TEST_CASE(without_its_split_a_draw_is_a_list_of_images) {
  const std::string text = R"({"train": {)" + two_images + "}}";
  with_file(text, [](const std::string& path) {
    const auto list = read_index_file(path, "/r", "./data/p/");
    BOOST_TEST((list.train == items{{"d/1.jpg", 1}, {"c/2.jpg", 0}}));
    BOOST_TEST((list.class_ids == std::vector<std::string>{"cat", "dog"}));
    BOOST_TEST(data::file_of(list, list.train[0]) == "/r/d/1.jpg");
    BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { (void)read_index_file(path, "", "./other/"); }) ==
               path + ": train, item 0, impath: expected a beginning `./other/`, got `./data/p/d/1.jpg`");
    return 0;
  });
}

BOOST_AUTO_TEST_CASE(a_path_that_leads_out_of_the_folder_is_refused_with_list_and_item) {
  with_file(R"({"train": {"data": [{"impath": "./data/../../x.png", "label": 0, "classname": "cat"}]}})", [](const std::string& path) {
    BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { (void)read_index_file(path, "images", "./data/"); }) ==
               path + ": train, item 0, path: expected a path below the image folder, got `../../x.png`, which leads out of it");
    return 0;
  });
}

BOOST_AUTO_TEST_CASE(the_ten_published_files_are_reproduced_by_the_draw, *boost::unit_test::precondition(shared_data::is_there)) {
  const std::string splits = shared_data::folder() + "/splits/";
  int compared = 0;
  for (const auto& [set, name] : {std::pair("caltech101", "Caltech101"), std::pair("dtd", "DescribableTextures")}) {
    const auto split = fewclip::io::read_split_file(splits + "split_zhou_" + name + ".json", "");
    const auto train = data::labels_of(split.train);
    const auto val = data::labels_of(split.val);
    for (const int shots : {1, 2, 4, 8, 16}) {
      const auto file = read_index_file(splits + "indices/" + set + "/shot_" + std::to_string(shots) + "-seed_1.json", split);
      const auto drawn = data::draw_shots_and_validation(train, val, split.classes(), shots, 1);
      BOOST_TEST(drawn.support == file.support, boost::test_tools::per_element());
      BOOST_TEST(drawn.validation == file.validation, boost::test_tools::per_element());
      BOOST_TEST(file.support.size() == static_cast<std::size_t>(split.classes() * shots));
      BOOST_TEST(file.validation.size() == static_cast<std::size_t>(split.classes() * std::min(shots, 4)));
      ++compared;
    }
  }
  BOOST_TEST(compared == 10);
}

BOOST_AUTO_TEST_CASE(support_labels_are_those_of_the_published_features, *boost::unit_test::precondition(shared_data::is_there)) {
  const auto compare = [](const std::string& set, const std::string& name, int shots) {
    const std::string root = shared_data::folder();
    const auto split = fewclip::io::read_split_file(root + "/splits/split_zhou_" + name + ".json", "");
    const auto drawn = read_index_file(root + "/splits/indices/" + set + "/shot_" + std::to_string(shots) + "-seed_1.json", split);
    const fewclip::io::safetensors_file file(root + "/clip_features/vitb32/" + set + ".safetensors");
    const auto stored = file.read<std::int64_t>("train" + std::to_string(shots) + "_labels");
    const auto labels = data::labels_of(data::items_at(split.train, drawn.support));
    BOOST_TEST(std::vector<std::int64_t>(labels.begin(), labels.end()) == stored, boost::test_tools::per_element());
  };
  for (const int shots : {1, 2, 4, 8, 16}) compare("caltech101", "Caltech101", shots);
  compare("dtd", "DescribableTextures", 1);
}
