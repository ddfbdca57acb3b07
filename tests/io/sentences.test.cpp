#include "fewclip/io/sentences.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "scratch.hpp"
#include "shared_data.hpp"

namespace tt = boost::test_tools;
using fewclip::io_error;
using fewclip::io::sentences;
using scratch::message_of;
using texts = std::vector<std::string>;

namespace {

sentences parsed(const std::string& text) { return sentences::parse(text, "s.json"); }

std::string refusal(const std::string& text) {
  return message_of<io_error>([&] { parsed(text); });
}

/// The class names of a split file, in label order.
texts names_of_split(const std::string& path) {
  const auto split = nlohmann::json::parse(std::ifstream(path));
  texts out;
  for (const auto& item : split.at("train")) {
    const auto label = item.at(1).get<std::size_t>();
    if (out.size() <= label) out.resize(label + 1);
    out[label] = item.at(2).get<std::string>();
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(keys_are_found_whatever_their_case_and_spaces) {
  const auto found =
      parsed(R"({"Car  side": ["One.", "Two."], "sea_lion": ["Three."], "moon": ["Four."]})").match({"Sea Lion", "car_side"});
  BOOST_REQUIRE(found.of_class.size() == 2U);
  BOOST_TEST(found.of_class[0] == texts{"Three."}, tt::per_element());
  BOOST_TEST(found.of_class[1] == (texts{"One.", "Two."}), tt::per_element());
  BOOST_TEST(found.unused == texts{"moon"}, tt::per_element());
  BOOST_TEST(fewclip::io::comparable_name("_A\tB__c ") == "a b c");
}

BOOST_AUTO_TEST_CASE(keys_are_found_whatever_their_form_of_unicode) {
  const auto found =
      parsed("{\"Cafe\xCC\x81\": [\"One.\"], \"\xC3\x89T\xC3\x89\": [\"Two.\"]}").match({"\xC3\xA9t\xC3\xA9", "caf\xC3\xA9"});
  BOOST_TEST(found.of_class[0] == texts{"Two."}, tt::per_element());
  BOOST_TEST(found.of_class[1] == texts{"One."}, tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_class_without_a_key_is_named_with_the_nearest_keys) {
  const auto file = parsed(R"({"car side": ["One."], "moon": ["Two."]})");
  BOOST_TEST(message_of<io_error>([&] {
               file.match({"moon", "cars_side"});
             }) == "s.json: class 1: expected a key for `cars_side`, got none; nearest are `car side`, `moon`");
}

BOOST_AUTO_TEST_CASE(files_of_another_form_are_refused) {
  BOOST_TEST(refusal("{").starts_with("s.json: content: expected JSON, got "));
  BOOST_TEST(refusal("[]") == "s.json: content: expected an object of class names, got array");
  BOOST_TEST(refusal(R"({"a": "x"})") == "s.json: class `a`: expected a list of at least one sentence, got string");
  BOOST_TEST(refusal(R"({"a": []})") == "s.json: class `a`: expected a list of at least one sentence, got an empty list");
  BOOST_TEST(refusal(R"({"a": ["x", 3]})") == "s.json: class `a`: expected sentences, got number");
  BOOST_TEST(refusal(R"({"a": [""]})") == "s.json: class `a`: expected sentences, got an empty text");
  BOOST_TEST(refusal(R"({"a b": ["x"], "A_b": ["y"]})") == "s.json: class `a b`: expected a name of its own, got the same name as `A_b`");
}

BOOST_AUTO_TEST_CASE(a_file_is_read_and_named_in_messages) {
  const scratch::directory here;
  scratch::write_text(here.file("s.json"), R"({"a": ["x"]})");
  BOOST_TEST(fewclip::io::read_sentences(here.file("s.json")).size() == 1U);
  scratch::write_text(here.file("s.json"), "");
  BOOST_TEST(message_of<io_error>([&] {
               fewclip::io::read_sentences(here.file("s.json"));
             }).starts_with(here.file("s.json") + ": content: expected JSON"));
}

BOOST_AUTO_TEST_CASE(published_sentences_match_the_split_files, *boost::unit_test::precondition(shared_data::is_there)) {
  const std::string folder = shared_data::folder();
  const auto caltech = names_of_split(folder + "/splits/split_zhou_Caltech101.json");
  const auto found = fewclip::io::read_sentences(folder + "/prompts/cupl_ape/CuPL_prompts_caltech101.json").match(caltech);
  std::size_t total = 0, least = 1000, most = 0;
  for (const auto& each : found.of_class) {
    total += each.size();
    least = std::min(least, each.size());
    most = std::max(most, each.size());
  }
  BOOST_TEST(found.of_class.size() == 100U);
  BOOST_TEST(found.unused.empty());
  BOOST_TEST(total == 3408U);
  BOOST_TEST(least == 21U);
  BOOST_TEST(most == 38U);
  const auto textures = names_of_split(folder + "/splits/split_zhou_DescribableTextures.json");
  for (const auto& each : fewclip::io::read_sentences(folder + "/prompts/cupl_ape/CuPL_prompts_dtd.json").match(textures).of_class) {
    BOOST_TEST(each.size() == 60U);
  }
}

BOOST_AUTO_TEST_CASE(eight_caltech_names_have_no_key_in_the_original_file, *boost::unit_test::precondition(shared_data::is_there)) {
  const std::string folder = shared_data::folder();
  const auto file = fewclip::io::read_sentences(folder + "/prompts/cupl_base/cal_prompts_base.json");
  std::size_t missing = 0;
  for (const std::string& name : names_of_split(folder + "/splits/split_zhou_Caltech101.json")) {
    missing += message_of<io_error>([&] { file.match({name}); }) != "<no exception>";
  }
  BOOST_TEST(file.size() == 102U);
  BOOST_TEST(missing == 8U);
}
