#include "fewclip/io/json.hpp"

#include <cstdint>
#include <functional>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "fewclip/checkpoints/weight_files.hpp"
#include "fewclip/io/classifier_file.hpp"
#include "fewclip/io/feature_set.hpp"
#include "fewclip/io/index_file.hpp"
#include "fewclip/io/kilogram.hpp"
#include "fewclip/io/preprocessing_config.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "fewclip/io/sentences.hpp"
#include "fewclip/io/split_file.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"
#include "scratch.hpp"

using fewclip::io::parse_json;

namespace {

std::string refusal(const std::string& text, const fewclip::io::json_limits& limits = {}) {
  return scratch::message_of<fewclip::io_error>([&] { (void)parse_json(text, "f", "content", limits); });
}

std::string nested(std::size_t levels, const std::string& inside = "") {
  return std::string(levels, '[') + inside + std::string(levels, ']');
}

/// A reader and a file for it with one value still to be put in.
struct reader {
  std::string name;
  std::string text;  // "@" is the place of the value
  std::function<void(const std::string& path)> read;
};

void write_features(const std::string& path, const std::string& names) {
  fewclip::io::safetensors_writer writer;
  writer.add("test_features", {2, 1}, std::vector<float>{1, 2});
  writer.add("test_labels", {2}, std::vector<std::int64_t>{0, 1});
  writer.metadata("class_names", names);
  writer.write(path);
}

void read_features(const std::string& path) {
  write_features(path + ".safetensors", scratch::read_text(path));
  (void)fewclip::io::read_feature_set(path + ".safetensors");
}

/// A file whose `key` is damaged; the reader comes to the texts before the tensors.
void read_classifier_with(const std::string& path, const char* key) {
  fewclip::io::safetensors_writer writer;
  writer.add("text", {2, 1}, std::vector<float>{1, 2});
  std::map<std::string, std::string> texts{
      {"fewclip_classifier", "1"},     {"method", "zero_shot"}, {"rows", "features"}, {"dim", "1"},   {"prompt_template", "a {}."},
      {"class_names", R"(["a","b"])"}, {"setting_names", "[]"}, {"origin", "{}"},     {"facts", "{}"}};
  texts[key] = scratch::read_text(path);
  for (const auto& [name, text] : texts) writer.metadata(name, text);
  writer.write(path + ".safetensors");
  (void)fewclip::io::read_classifier(path + ".safetensors");
}

const std::vector<reader> readers{
    {"split.json", R"({"train": [["a.png", 0, @]]})", [](const auto& p) { (void)fewclip::io::read_split_file(p, ""); }},
    {"split2.json", R"({"train": [], "other": @})", [](const auto& p) { (void)fewclip::io::read_split_file(p, ""); }},
    {"index.json", R"({"train": {"data": [{"impath": @, "label": 0, "classname": "a"}]}})",
     [](const auto& p) { (void)fewclip::io::read_index_file(p, "", ""); }},
    {"sentences.json", R"({"cat": [@]})", [](const auto& p) { (void)fewclip::io::read_sentences(p); }},
    {"dense.json", R"({"page1-1": {"snd": 1, "pnd": 1, "psa": @, "annotations": []}})",
     [](const auto& p) { (void)fewclip::io::read_kilogram_annotations(p); }},
    {"contexts.json", R"({"targets": [], "images": [], "texts": [@]})",
     [](const auto& p) { (void)fewclip::io::read_kilogram_contexts(p); }},
    {"preprocessor_config.json", R"({"size": 224, "image_mean": @})", [](const auto& p) { (void)fewclip::io::read_preprocessing(p); }},
    {"preprocessing2.json", R"({"unknown": @})", [](const auto& p) { (void)fewclip::io::read_preprocessing(p); }},
    {"open_clip_config.json", R"({"preprocess_cfg": {"size": @}})", [](const auto& p) { (void)fewclip::io::read_preprocessing(p); }},
    {"merges.json", R"({"model": {"vocab": {"a": 0}, "merges": [@]}})",
     [](const auto& p) { (void)fewclip::tokenizer::read_vocabulary(p); }},
    {"table.json", R"({"model": {"vocab": {"a": @}, "merges": []}})", [](const auto& p) { (void)fewclip::tokenizer::read_vocabulary(p); }},
    {"added.json", R"({"added_tokens": [@], "model": {"vocab": {"a": 0}, "merges": []}})",
     [](const auto& p) { (void)fewclip::tokenizer::read_vocabulary(p); }},
    {"model.safetensors.index.json", R"({"weight_map": {"a": @}})", [](const auto& p) { fewclip::checkpoints::weight_files files(p); }},
    {"names", R"(["a", @])", read_features},
    {"classes", R"(["a", @])", [](const auto& p) { read_classifier_with(p, "class_names"); }},
    {"settings", R"([@])", [](const auto& p) { read_classifier_with(p, "setting_names"); }},
    {"origin", R"({"a": @})", [](const auto& p) { read_classifier_with(p, "origin"); }},
    {"facts", R"({"a": @})", [](const auto& p) { read_classifier_with(p, "facts"); }},
};

/// What the reader says of its file with this value in it.
std::string refusal(const reader& each, const std::string& value) {
  const scratch::directory here;
  std::string text = each.text;
  text.replace(text.find('@'), 1, value);
  scratch::write_text(here.file(each.name), text);
  return scratch::message_of<fewclip::io_error>([&] { each.read(here.file(each.name)); });
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(values_of_every_kind_are_read) {
  const auto value =
      parse_json("\xEF\xBB\xBF {\"a\": [null, true, -3, 18446744073709551615, 0.5, \"\\u00e9\"], \"b\": {}, \"c\": []}", "f");
  BOOST_TEST(value.dump() == R"({"a":[null,true,-3,18446744073709551615,0.5,"é"],"b":{},"c":[]})");
  BOOST_TEST(parse_json("7", "f").get<int>() == 7);
  BOOST_TEST(parse_json(R"([[1, [2]], {"x": {"y": [3]}}, 4])", "f").dump() == R"([[1,[2]],{"x":{"y":[3]}},4])");
}

BOOST_AUTO_TEST_CASE(messages_name_the_byte_and_the_line) {
  BOOST_TEST(refusal("") == "f: content: expected JSON, got malformed JSON at byte 1");
  BOOST_TEST(refusal("{\n\"a\": 1,\n]") == "f: content: expected JSON, got malformed JSON at byte 11, line 3");
  BOOST_TEST(refusal("[1] 2") == "f: content: expected JSON, got malformed JSON at byte 5");
  BOOST_TEST(refusal("[NaN]") == "f: content: expected JSON, got malformed JSON at byte 2");
  BOOST_TEST(refusal("[\"\\ud800\"]") == "f: content: expected JSON, got malformed JSON at byte 9");
}

BOOST_AUTO_TEST_CASE(what_the_parser_would_pass_over_is_refused) {
  BOOST_TEST(refusal("[1e999]") == "f: content: expected numbers below 1.8e308, got `1e999` at byte 6");
  BOOST_TEST(refusal("[\"\xFF\"]") == "f: content: expected UTF-8, got other bytes at byte 3");
  BOOST_TEST(refusal(std::string("[1]\0[2]", 7)) == "f: content: expected JSON, got a zero byte at byte 4");
  BOOST_TEST(refusal(R"({"a": 1, "b": {"a": 2}, "a": 1})") == "f: key \"a\": expected once in its object, got twice");
  BOOST_TEST(refusal("12345", {4, 32}) == "f: size: expected at most 4 bytes, got 5");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded_whatever_is_in_it) {
  BOOST_TEST(parse_json(nested(32), "f").dump() == nested(32));
  BOOST_TEST(refusal(nested(33)) == "f: nesting: expected at most 32 levels, got more");
  BOOST_TEST(refusal(nested(3, "{}"), {100, 3}) == "f: nesting: expected at most 3 levels, got more");
  BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { (void)parse_json(nested(100000), "f", "metadata `m`"); }) ==
             "f: metadata `m`, nesting: expected at most 32 levels, got more");
}

BOOST_AUTO_TEST_CASE(a_file_is_named_and_is_a_regular_one) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), "[1");
  const auto message = [&](const std::string& path) {
    return scratch::message_of<fewclip::io_error>([&] { (void)fewclip::io::read_json(path); });
  };
  BOOST_TEST(message(here.file("a")) == here.file("a") + ": content: expected JSON, got malformed JSON at byte 3");
  BOOST_TEST(message("/dev/zero") == "/dev/zero: kind: expected a regular file, got a pipe, socket or device");
  scratch::write_text(here.file("a"), "[1]");
  BOOST_TEST(fewclip::io::read_json(here.file("a")).dump() == "[1]");
}

BOOST_AUTO_TEST_CASE(every_reader_of_json_refuses_deep_nesting) {
  for (const reader& each : readers) {
    for (const std::string& value : {nested(100000), std::string(100000, '['), [] {
                                       std::string out;
                                       for (int i = 0; i < 100000; ++i) out += "{\"a\":";
                                       return out;
                                     }()}) {
      const std::string message = refusal(each, value);
      BOOST_TEST(contains(message, "nesting: expected at most 32 levels, got more"), each.name << ": " << message.substr(0, 300));
      BOOST_TEST(contains(message, each.name), message.substr(0, 300));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_reader_of_json_speaks_of_the_file_and_not_of_the_library) {
  for (const reader& each : readers) {
    for (const char* const value : {"1e999", "-1e999", "[", "\"\\ud800\"", "nul", "\"a\n\"", "{\"x\":1,\"x\":1}"}) {
      const std::string message = refusal(each, value);
      BOOST_TEST(contains(message, each.name), each.name << ", " << value << ": " << message);
      BOOST_TEST(contains(message, ": expected "), each.name << ", " << value << ": " << message);
      BOOST_TEST(!contains(message, "json."), message);
      BOOST_TEST(!contains(message, "another type of exception"), message);
    }
  }
}
