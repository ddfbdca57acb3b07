// The same images from each kind of source give the same list.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "fewclip/io/image_folder.hpp"
#include "fewclip/io/image_table.hpp"
#include "fewclip/io/index_file.hpp"
#include "fewclip/io/split_file.hpp"
#include "image_files.hpp"

namespace data = fewclip::data;
namespace io = fewclip::io;

namespace {

/// The list as each of the formats, written by hand of this test and not by the library.
void write_table(const data::image_list& list, const std::string& path, char separator) {
  std::string text = std::string("split") + separator + "filepath" + separator + "class_name\n";
  for (const auto& [name, items] : data::lists_of(list)) {
    for (const data::image_item& item : *items) {
      text += std::string(name) + separator + item.path + separator + list.class_ids[static_cast<std::size_t>(item.label)] + "\n";
    }
  }
  scratch::write_text(path, text);
}

void write_split(const data::image_list& list, const std::string& path) {
  nlohmann::json out;
  for (const auto& [name, items] : data::lists_of(list)) {
    for (const data::image_item& item : *items) {
      out[std::string(name)].push_back({item.path, item.label, list.class_ids[static_cast<std::size_t>(item.label)]});
    }
  }
  scratch::write_text(path, out.dump());
}

void write_index(const data::image_list& list, const std::string& path) {
  nlohmann::json out;
  for (const auto& [name, items] : {std::pair("train", &list.train), std::pair("val", &list.val)}) {
    int row = 0;
    for (const data::image_item& item : *items) {
      out[name]["indices"].push_back(row++);
      out[name]["data"].push_back({{"impath", "./data/pets/" + item.path},
                                   {"label", item.label},
                                   {"classname", list.class_ids[static_cast<std::size_t>(item.label)]}});
    }
  }
  scratch::write_text(path, out.dump());
}

void check_equal(const data::image_list& a, const data::image_list& b) {
  BOOST_TEST((a.train == b.train));
  BOOST_TEST((a.val == b.val));
  BOOST_TEST((a.test == b.test));
  BOOST_TEST(a.class_ids == b.class_ids, boost::test_tools::per_element());
  BOOST_TEST(a.class_names == b.class_names, boost::test_tools::per_element());
  BOOST_TEST(a.root == b.root);
}

}  // namespace

BOOST_AUTO_TEST_CASE(folder_tables_split_file_and_index_file_give_one_list) {
  const scratch::directory here;
  const scratch::directory files;
  image_files::add_pets(here);
  const std::string root = here.file("").substr(0, here.file("").size() - 1);
  const data::image_list folder = io::read_image_folder(root);
  BOOST_TEST(folder.size() == 7U);

  write_table(folder, files.file("t.csv"), ',');
  write_table(folder, files.file("t.tsv"), '\t');
  write_split(folder, files.file("s.json"));
  write_index(folder, files.file("i.json"));
  check_equal(io::read_image_table(files.file("t.csv"), root), folder);
  check_equal(io::read_image_table(files.file("t.tsv"), root), folder);
  check_equal(io::read_split_file(files.file("s.json"), root), folder);

  data::image_list drawn = io::read_index_file(files.file("i.json"), root, "./data/pets/");
  BOOST_TEST(drawn.test.empty());
  drawn.test = folder.test;  // the format has no test images
  check_equal(drawn, folder);
  const data::few_shot_draw rows = io::read_index_file(files.file("i.json"), folder);
  BOOST_TEST((data::items_at(folder.train, rows.support) == folder.train));
  BOOST_TEST((data::items_at(folder.val, rows.validation) == folder.val));
  for (const data::image_item& item : drawn.train) BOOST_TEST(std::filesystem::is_regular_file(data::file_of(drawn, item)));
}
