#include "fewclip/io/classifier_file.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "scratch.hpp"

using fewclip::io_error;
using fewclip::io::classifier_file;
using fewclip::io::read_classifier;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_writer;
using fewclip::io::write_classifier;
using scratch::message_of;

namespace {

/// Two classes, rows of three numbers, every part there.
classifier_file every_part() {
  classifier_file out;
  out.method = "tip_adapter";
  out.class_names = {"a \"cat\"", "caf\xC3\xA9"};
  out.prompt_template = "a photo of a {}.";
  out.settings = {{"alpha", 0.1}, {"beta", 5e-324}, {"gamma", -0.0}, {"scale", 1.0 / 3.0}};
  out.dim = 3;
  out.text = {{2, 3}, {1, 0, -0.0F, 0, 1, 0}};
  out.anchors = {{1, 3}, {0, 0, 1}};
  out.support = {{3, 3}, {1, 0, 0, 0, 0.1F, 0, 0, 0, 1e-45F}};
  out.support_labels = {1, 0, 1};
  out.trained = {{"cache/keys", {{1, 2}, {0.3F, -0.7F}}}, {"scale", {{}, {4}}}, {"none", {{0}, {}}}};
  out.origin.backbone = "ViT-B/32";
  out.origin.weights_sha256 = "00ff";
  out.origin.other = {{"note", "ours"}};
  out.facts = {{"shots", "16"}, {"seed", "1"}};
  return out;
}

/// The file of every_part with changes.
struct altered {
  const safetensors_file file;
  safetensors_writer writer = safetensors_writer::copy_of(file);
  explicit altered(const std::string& path) : file(path) {}
};

/// What reading says when one text of the header is replaced.
std::string with_text(const scratch::directory& here, const std::string& key, const std::string& text) {
  write_classifier(every_part(), here.file("good"));
  altered copy(here.file("good"));
  copy.writer.metadata(key, text);
  copy.writer.add_checksum();  // of what is written now, so that the reader comes to it
  copy.writer.write(here.file("bad"));
  const std::string said = message_of<io_error>([&] { read_classifier(here.file("bad")); });
  const std::string start = here.file("bad");
  return said.starts_with(start) ? said.substr(start.size()) : said;
}

/// What writing says.
template <class Change>
std::string refused(const Change& change) {
  const scratch::directory here;
  classifier_file one = every_part();
  change(one);
  const std::string said = message_of<io_error>([&] { write_classifier(one, here.file("c")); });
  BOOST_TEST(here.entries() == 0U);
  return said.starts_with(here.file("c")) ? said.substr(here.file("c").size()) : said;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_written_is_read_back_bit_for_bit) {
  const scratch::directory here;
  const classifier_file one = every_part();
  write_classifier(one, here.file("a"));
  const classifier_file back = read_classifier(here.file("a"));
  BOOST_TEST((back == one));
  for (const auto& [name, value] : one.settings) {
    BOOST_TEST(std::bit_cast<std::uint64_t>(back.settings.at(name)) == std::bit_cast<std::uint64_t>(value));
  }
  BOOST_TEST(std::bit_cast<std::uint32_t>(back.text.values[2]) == 0x80000000U);
  write_classifier(back, here.file("b"));
  BOOST_TEST(scratch::read_text(here.file("a")) == scratch::read_text(here.file("b")));
  BOOST_TEST(here.entries() == 2U);
}

BOOST_AUTO_TEST_CASE(parts_that_are_not_there_stay_away) {
  const scratch::directory here;
  classifier_file one;
  one.method = "linear_probe";
  one.rows = "tokens";
  one.class_names = {"cat"};
  one.dim = 8;
  write_classifier(one, here.file("a"));
  BOOST_TEST((read_classifier(here.file("a")) == one));
  BOOST_TEST(safetensors_file(here.file("a")).tensors().empty());
  one.text = {{1, 2}, {0, 1}};  // texts of another width than the rows: fine for all but features
  write_classifier(one, here.file("a"));
  BOOST_TEST((read_classifier(here.file("a")) == one));
}

BOOST_AUTO_TEST_CASE(a_file_of_another_kind_or_version_is_refused) {
  const scratch::directory here;
  safetensors_writer().write(here.file("a"));
  BOOST_TEST(message_of<io_error>([&] { read_classifier(here.file("a")); }) ==
             here.file("a") + ": metadata `fewclip_classifier`: expected version 1 of this kind of file, got a file of another kind");
  BOOST_TEST(with_text(here, "fewclip_classifier", "2") == ": metadata `fewclip_classifier`: expected version 1, got `2`");
  safetensors_writer bare;
  bare.metadata("fewclip_classifier", "1");
  bare.write(here.file("a"));
  BOOST_TEST(message_of<io_error>([&] { read_classifier(here.file("a")); }) ==
             here.file("a") + ": metadata `method`: expected an entry, got none");
  scratch::write_text(here.file("a"), "no tensors");
  BOOST_CHECK_THROW(read_classifier(here.file("a")), fewclip::io::safetensors_error);
  BOOST_CHECK_THROW(read_classifier(here.file("absent")), io_error);
}

BOOST_AUTO_TEST_CASE(texts_of_the_wrong_type_are_refused) {
  const scratch::directory here;
  BOOST_TEST(with_text(here, "class_names", "{}") == ": metadata `class_names`: expected a JSON array of texts, got an object");
  BOOST_TEST(with_text(here, "class_names", "[\"a\", 3]") == ": metadata `class_names`, entry `1`: expected a text, got 3");
  BOOST_TEST(with_text(here, "class_names", "[") == ": metadata `class_names`: expected JSON, got malformed JSON at byte 2");
  BOOST_TEST(with_text(here, "class_names", "[]") == ": metadata `class_names`: expected at least one name, got none");
  BOOST_TEST(with_text(here, "facts", "[]") == ": metadata `facts`: expected a JSON object of texts, got an array of 0");
  BOOST_TEST(with_text(here, "facts", "{\"shots\":16}") == ": metadata `facts`, entry `shots`: expected a text, got 16");
  BOOST_TEST(with_text(here, "origin", "null") == ": metadata `origin`: expected a JSON object of texts, got null");
  BOOST_TEST(with_text(here, "dim", "3.0") == ": metadata `dim`: expected a whole number of at least 1, got `3.0`");
  BOOST_TEST(with_text(here, "rows", "pages") == ": metadata `rows`: expected features, spatial, tokens or pixels, got `pages`");
  BOOST_TEST(with_text(here, "setting_names", "[\"a\",\"a\",\"b\",\"c\"]") ==
             ": metadata `setting_names`: expected different names, got `a` twice");
  BOOST_TEST(with_text(here, "setting_names", "[\"a\"]") ==
             ": tensor `settings`: expected [1], one number per name in metadata `setting_names`, got [4]");
}

BOOST_AUTO_TEST_CASE(tensors_that_are_missing_unknown_or_of_another_type_are_refused) {
  const scratch::directory here;
  const auto message = [&](const char* name, auto values, std::vector<std::size_t> shape) {
    write_classifier(
        [] {
          auto out = every_part();
          out.support = {};
          out.support_labels = {};
          out.settings = {};
          return out;
        }(),
        here.file("good"));
    altered copy(here.file("good"));
    copy.writer.add(name, std::move(shape), values);
    copy.writer.add_checksum();
    copy.writer.write(here.file("bad"));
    return message_of<io_error>([&] { read_classifier(here.file("bad")); }).substr(here.file("bad").size());
  };
  BOOST_TEST(message("extra", std::vector<float>{1}, {1}) ==
             ": tensor `extra`: expected settings, text, anchors, support, support_labels or trained/NAME, got another name");
  BOOST_TEST(message("support", std::vector<double>{1, 2, 3}, {1, 3}) == ": tensor `support`: expected element type F32, got F64");
  BOOST_TEST(message("support_labels", std::vector<std::int32_t>{1}, {1}) ==
             ": tensor `support_labels`: expected element type I64, got I32");
  BOOST_TEST(message("support", std::vector<float>{1, 2, 3}, {1, 3}).starts_with(": tensor `support_labels`: expected one of that name"));
  BOOST_TEST(with_text(here, "setting_names", "[]") ==
             ": tensor `settings`: expected [0], one number per name in metadata `setting_names`, got [4]");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_read_is_not_written) {
  const float infinity = std::numeric_limits<float>::infinity();
  BOOST_TEST(refused([](auto& c) { c.method = ""; }) == ": metadata `method`: expected the name of a method, got an empty text");
  BOOST_TEST(refused([](auto& c) { c.dim = 0; }) == ": metadata `dim`: expected a whole number of at least 1, got `0`");
  BOOST_TEST(refused([](auto& c) { c.dim = 4; }) == ": tensor `text`: expected extents [2, 4], got [2, 3]");
  BOOST_TEST(refused([](auto& c) { c.class_names.pop_back(); }) == ": tensor `text`: expected extents [1, 3], got [2, 3]");
  BOOST_TEST(refused([](auto& c) { c.anchors = {{3}, {1, 0, 0}}; }) == ": tensor `anchors`: expected extents [at least 1, 3], got [3]");
  BOOST_TEST(refused([](auto& c) { c.anchors = {{0, 3}, {}}; }) == ": tensor `anchors`: expected extents [at least 1, 3], got [0, 3]");
  BOOST_TEST(refused([](auto& c) { c.support.extents = {9, 1}; }) == ": tensor `support`: expected extents [at least 1, 3], got [9, 1]");
  BOOST_TEST(refused([](auto& c) { c.support_labels.pop_back(); }) ==
             ": tensor `support_labels`: expected [3], one label per row of support, got [2]");
  BOOST_TEST(refused([](auto& c) { c.support = {}; }) == ": tensor `support_labels`: expected [0], one label per row of support, got [3]");
  BOOST_TEST(refused([](auto& c) { c.support_labels[2] = 2; }) == ": tensor `support_labels`, row 2: expected a class in 0..1, got 2");
  BOOST_TEST(refused([](auto& c) { c.support_labels[0] = -1; }) == ": tensor `support_labels`, row 0: expected a class in 0..1, got -1");
  BOOST_TEST(refused([&](auto& c) { c.text.values[4] = infinity; }) == ": tensor `text`: expected finite numbers, got inf at element 4");
  BOOST_TEST(refused([&](auto& c) { c.settings["alpha"] = std::nan(""); }) ==
             ": tensor `settings`: expected finite numbers, got nan at element 0");
  BOOST_TEST(refused([](auto& c) { c.class_names[0] = "\xFF"; }) == ": metadata `class_names`: expected UTF-8, got other bytes");
  BOOST_TEST(refused([](auto& c) { c.trained["odd"] = {{2}, {1}}; }) != "<no exception>");
  BOOST_TEST(refused([](auto& c) {
               c.trained[""] = {{1}, {1}};
             }) == ": tensor `trained/`: expected settings, text, anchors, support, support_labels or trained/NAME, got another name");
}
