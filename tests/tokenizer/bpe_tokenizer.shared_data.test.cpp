/// The vocabulary of CLIP from all its files, and the ids of published tokenizers.

#include "fewclip/tokenizer/bpe_tokenizer.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "../io/shared_data.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"

namespace tt = boost::test_tools;
namespace tokenizer = fewclip::tokenizer;
using fewclip::bpe_tokenizer;
using nlohmann::json;
using ids = std::vector<tokenizer::token_id>;
using texts = std::vector<std::string>;

namespace {

std::string data(const std::string& name) { return shared_data::folder() + "/" + name; }

const tokenizer::vocabulary& words() {
  static const auto out = tokenizer::read_vocabulary(data("tokenizer/bpe_simple_vocab_16e6.txt.gz"));
  return out;
}

/// As OpenAI's tokenizer, with ftfy replaced by the identity.
const bpe_tokenizer& published() {
  static const bpe_tokenizer out(words(), {.repairs = tokenizer::cleaning::none, .specials = tokenizer::specials::parse});
  return out;
}

ids with_specials(ids inner) {
  inner.insert(inner.begin(), 49406);
  inner.push_back(49407);
  return inner;
}

json vectors() { return json::parse(std::ifstream(data("test_vectors.json"))); }

std::string cats(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += " cat";
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::is_there))

BOOST_AUTO_TEST_CASE(known_tokens_have_their_published_ids) {
  BOOST_TEST(words().size() == 49408);
  BOOST_TEST(words().start() == 49406);
  BOOST_TEST(words().end() == 49407);
  const auto numbers = vectors().at("vocab");
  BOOST_TEST(numbers.at("byte_ids").size() > 5U);
  for (const auto& [token, id] : numbers.at("byte_ids").items()) BOOST_TEST(words().id_of(token).value() == id.get<int>());
  BOOST_TEST(words().id_of("in").value() == 512);
  BOOST_TEST(words().id_of("jekyll</w>").value() == 49405);
}

BOOST_AUTO_TEST_CASE(all_sources_give_the_same_table) {
  BOOST_TEST((tokenizer::read_vocabulary(data("tokenizer/merges.txt")) == words()));
  BOOST_TEST((tokenizer::read_vocabulary(data("tokenizer/vocab.json")) == words()));
  BOOST_TEST((tokenizer::read_vocabulary(data("tokenizer")) == words()));
  const scratch::directory here;
  tokenizer::write_tokenizer_json(here.file("tokenizer.json"), words());
  BOOST_TEST((tokenizer::read_vocabulary(here.file("")) == words()));
  std::filesystem::copy(data("tokenizer/merges.txt"), here.file("alone.txt"));
  BOOST_TEST((tokenizer::read_vocabulary(here.file("alone.txt")) == words()));
}

BOOST_AUTO_TEST_CASE(a_merges_file_whose_last_line_is_cut_is_refused) {
  const scratch::directory here;
  const std::string text = scratch::read_text(data("tokenizer/merges.txt"));
  const auto refusal = [&](std::size_t cut) {
    scratch::write_text(here.file("merges.txt"), text.substr(0, text.size() - cut));
    return scratch::message_of<fewclip::io_error>([&] { tokenizer::read_vocabulary(here.file("merges.txt")); });
  };
  BOOST_TEST(refusal(1) == "<no exception>");  // the line feed may be missing
  BOOST_TEST(refusal(2).ends_with("last merge: expected `jeky ll</w>`, got `jeky ll</w`"));
  BOOST_TEST(refusal(6).ends_with("last merge: expected `jeky ll</w>`, got `jeky l`"));
  BOOST_TEST(refusal(13).ends_with("merges: expected 48894 (other vocabularies need a tokenizer.json), got 48893"));
}

BOOST_AUTO_TEST_CASE(the_32_strings_have_their_ids) {
  const auto cases = vectors().at("tokenizer");
  BOOST_TEST(cases.size() == 32U);
  for (const auto& [text, expected] : cases.items()) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(published().encode(text) == expected.get<ids>(), tt::per_element()); }
  }
}

BOOST_AUTO_TEST_CASE(five_thousand_captions_have_their_ids) {
  const bpe_tokenizer by_default(words());
  std::ifstream file(data("golden/tokenizer/coco_captions_ids.jsonl"));
  int captions = 0, wrong = 0, wrong_by_default = 0;
  for (std::string line; std::getline(file, line); ++captions) {
    const auto each = json::parse(line);
    const auto text = each.at("text").get<std::string>();
    wrong += with_specials(published().encode(text)) != each.at("ids").get<ids>();
    wrong_by_default += with_specials(by_default.encode(text)) != each.at("ids").get<ids>();
  }
  BOOST_TEST(captions == 5000);
  BOOST_TEST(wrong == 0);
  BOOST_TEST(wrong_by_default == 0);
}

BOOST_AUTO_TEST_CASE(the_edge_cases_of_another_library_have_their_ids) {
  int cases = 0;
  for (const auto& each : json::parse(std::ifstream(data("golden/tokenizer/transformersjs_clip.json")))) {
    if (!each.at("matches_openai_simple_tokenizer_without_ftfy").get<bool>()) continue;
    ++cases;
    BOOST_TEST_CONTEXT(each.at("name")) {
      BOOST_TEST(with_specials(published().encode(each.at("text").get<std::string>())) == each.at("ids").get<ids>(), tt::per_element());
    }
  }
  BOOST_TEST(cases == 25);
}

BOOST_AUTO_TEST_CASE(lengths_around_the_limit_are_cut_or_refused) {
  using tokenizer::over_length;
  const texts fits{cats(75)};
  BOOST_TEST(published().rows(fits).ends[0] == 76);
  BOOST_TEST(published().rows(fits, {.length = over_length::truncate}).truncated == 0);
  for (const std::size_t count : {std::size_t{76}, std::size_t{77}, std::size_t{80}}) {
    const auto row = published().rows(texts{cats(count)}, {.length = over_length::truncate});
    BOOST_TEST(row.ids == vectors().at("truncation").at("truncated_to_77").get<ids>(), tt::per_element());
    BOOST_TEST(row.truncated == 1);
    BOOST_TEST(row.ends[0] == 76);
    const auto text = scratch::message_of<fewclip::value_error>([&] { published().rows(texts{cats(count)}); });
    BOOST_TEST(text.ends_with("expected at most 75 tokens, got " + std::to_string(count)));
  }
  BOOST_TEST(published().encode(cats(80)).size() + 2 ==
             vectors().at("truncation").at("untruncated_length_with_specials").get<std::size_t>());
}

BOOST_AUTO_TEST_CASE(a_vocabulary_of_23_tokens_works_from_its_file) {
  const auto toy = vectors().at("bpe_toy");
  json table = json::object();
  for (const auto& token : toy.at("vocab")) table[token.get<std::string>()] = table.size();
  const json document{
      {"model", {{"type", "BPE"}, {"end_of_word_suffix", "</w>"}, {"unk_token", "<unk>"}, {"vocab", table}, {"merges", toy.at("merges")}}}};
  const scratch::directory here;
  scratch::write_text(here.file("tokenizer.json"), document.dump());
  const bpe_tokenizer small(tokenizer::read_vocabulary(here.file("")));
  BOOST_TEST(small.encode(toy.at("text").get<std::string>()) == toy.at("ids").get<ids>(), tt::per_element());
  BOOST_TEST(small.encode("x") == ids{20}, tt::per_element());
}

BOOST_AUTO_TEST_CASE(ascii_texts_come_back_up_to_spaces) {
  std::string text = "A photo of (two) cats; 50% off - it's \"quoted\" @home #1 ~x_y^z\\ {a|b} [c] <d> e=mc2? yes!";
  std::string got = published().decode(published().encode(text)), expected = tokenizer::clean(text).text;
  std::erase(got, ' ');
  std::erase(expected, ' ');
  BOOST_TEST(got == expected);
}

BOOST_AUTO_TEST_SUITE_END()
