/// Lists of images and classes, sentences, KiloGram's files, folders.

#include <filesystem>

#include "../io/scratch.hpp"
#include "fewclip/io/class_names.hpp"
#include "fewclip/io/image_folder.hpp"
#include "fewclip/io/image_table.hpp"
#include "fewclip/io/index_file.hpp"
#include "fewclip/io/kilogram.hpp"
#include "fewclip/io/sentences.hpp"
#include "fewclip/io/split_file.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace {

namespace fs = std::filesystem;
namespace io = fewclip::io;
using fewclip::io_error;
using texts = std::vector<std::string>;

void check_list(const fewclip::data::image_list& list) {
  for (const auto& [name, items] : lists_of(list)) {
    for (const auto& item : *items) {
      require(item.label >= -1 && item.label < list.classes(), "a label outside the classes was read");
      require(!item.path.empty() && item.path.find('\0') == std::string::npos, "a path that no file can have was read");
    }
  }
}

void read_split(bytes input) {
  const std::string path = written("split.json", input);
  attempt<io_error>(path, [&] { check_list(io::read_split_file(path, "images")); });
}

void read_index(bytes input) {
  const auto [way, content] = choice_of(input, 2);
  const std::string path = written("index.json", content);
  if (way == 0) {
    attempt<io_error>(path, [&] { check_list(io::read_index_file(path, "images", "./data/p/")); });
    return;
  }
  const fewclip::data::image_list split{
      "pets", "", {"cat", "dog"}, {"cat", "dog"}, {{"c/1.jpg", 0}, {"d/1.jpg", 1}, {"c/2.jpg", 0}}, {{"c/3.jpg", 0}}, {}};
  attempt<io_error>(path, [&] {
    const auto drawn = io::read_index_file(path, split);
    for (const fewclip::index row : drawn.support) require(row >= 0 && row < 3, "a row outside the list was read");
    for (const fewclip::index row : drawn.validation) require(row >= 0 && row < 1, "a row outside the list was read");
  });
}

void read_table(bytes input) {
  const std::string path = written("table.csv", input);
  attempt<io_error>(path, [&] { check_list(io::read_image_table(path, "images")); });
}

void read_class_names(bytes input) {
  const std::string path = written("classnames.txt", input);
  attempt<io_error>(path, [&] {
    for (const auto& each : io::read_class_names_file(path)) require(!each.id.empty() && !each.name.empty(), "an empty name was read");
  });
}

void read_sentences(bytes input) {
  attempt<io_error>("fuzz.json", [&] {
    const auto all = io::sentences::parse(text_of(input), "fuzz.json");
    const auto found = all.match({"sea lion", "moon"});
    require(found.of_class.size() == 2, "another number of classes was matched");
  });
}

void read_kilogram(bytes input) {
  const auto [way, content] = choice_of(input, 2);
  const std::string text = text_of(content);
  attempt<io_error>("fuzz.json", [&, way = way] {
    if (way == 0) {
      static_cast<void>(io::parse_kilogram_annotations(text, "fuzz.json"));
    } else {
      const auto read = io::parse_kilogram_contexts(text, "fuzz.json");
      require(read.images.size() == read.texts.size(), "images and texts differ in number");
    }
  });
}

void read_svg(bytes input) {
  attempt<io_error>("fuzz.svg", [&] {
    const auto read = io::parse_kilogram_svg(text_of(input), "fuzz.svg");
    for (int id = 1; id <= 7; ++id) require(read.picture.with_id(id).outline.size() >= 3, "a piece without three corners was read");
  });
}

/// Whether a line of the input may become a file below the folder.
bool is_safe(const std::string& line) {
  if (line.empty() || line.size() > 200 || line.front() == '/' || line.find('\0') != std::string::npos) return false;
  for (const fs::path& part : fs::path(line)) {
    if (part == "..") return false;
  }
  return true;
}

/// Each line is a file of the folder; behind a bar, its content.
void read_folder(bytes input) {
  const std::string root = place("folder");
  std::error_code ignored;
  fs::remove_all(root, ignored);
  fs::create_directory(root);
  std::string text = text_of(input.first(std::min<std::size_t>(input.size(), 2000)));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const std::string name = line.substr(0, line.find('|'));
    at = end + 1;
    if (!is_safe(name)) continue;
    const fs::path path = fs::path(root) / name;
    fs::create_directories(path.parent_path(), ignored);
    if (!fs::exists(path, ignored)) scratch::write_text(path.string(), name.size() < line.size() ? line.substr(name.size() + 1) : "");
  }
  for (const bool required : {true, false})
    attempt<io_error>(root, [&] { check_list(io::read_image_folder(root, {.classes_required = required})); });
}

texts folder_seeds() {
  return {"train/cat/1.jpg\ntrain/cat/10.JPG\ntrain/Dog/a.png\nval/cat/v.webp\ntest/Dog/t.bmp\n",
          "cat/1.png\ndog/2.gif\nclassnames.txt|cat a cat\n", "1.png\n2.jpeg\n", "cat/1.png\ncat/deeper/2.png\nother.txt\n"};
}

}  // namespace

std::vector<target> list_targets() {
  return {
      {"split", read_split, no_more_seeds, {"\"train\"", "\"val\"", "\"test\"", "\"c/1.jpg\""}},
      {"index", read_index, no_more_seeds, {"\"data\"", "\"indices\"", "\"impath\"", "\"label\"", "\"classname\"", "\"train\""}},
      {"table", read_table, no_more_seeds, {"filepath", "label", "class_name", "title", "\"\"", "\t", "1,"}},
      {"class_names", read_class_names, no_more_seeds, {}},
      {"sentences", read_sentences, no_more_seeds, {"\"moon\"", "[\"A.\"]", "_"}},
      {"kilogram",
       read_kilogram,
       no_more_seeds,
       {"\"annotations\"", "\"whole\"", "\"wholeAnnotation\"", "\"part\"", "\"7\"", "\"images\""}},
      {"svg", read_svg, no_more_seeds, {"<polygon", "/>", "points=\"", "transform=\"matrix(", "<!--", "-->", "<?xml", "viewBox", "</svg>"}},
      {"folder", read_folder, folder_seeds, {"train/", "test/", "val/", ".png", ".jpg", "|"}}};
}

}  // namespace fuzz
