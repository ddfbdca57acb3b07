#include "fewclip/tokenizer/vocabulary_files.hpp"

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

using fewclip::io_error;
using fewclip::tokenizer::clip_parts;
using fewclip::tokenizer::merge_pair;
using fewclip::tokenizer::read_vocabulary;
using fewclip::tokenizer::vocabulary;
using nlohmann::json;
using scratch::message_of;

namespace {

/// As many merges as CLIP has, all of two bytes; they are consistent but not CLIP's.
const std::vector<merge_pair>& invented_merges() {
  static const std::vector<merge_pair> out = [] {
    std::vector<merge_pair> pairs;
    const auto tokens = clip_parts({}).tokens;
    for (std::size_t left = 0; left < 188; ++left) {
      for (std::size_t right = 0; right < 300 && pairs.size() < vocabulary::clip_merges; ++right)
        pairs.emplace_back(tokens[left], tokens[right]);
    }
    return pairs;
  }();
  return out;
}

std::string lines(std::size_t count, const std::string& line_end = "\n") {
  std::string out = "#version: 0.2" + line_end;
  for (std::size_t i = 0; i < count; ++i) out += invented_merges()[i].first + " " + invented_merges()[i].second + line_end;
  return out;
}

json table() {
  json out = json::object();
  const auto tokens = clip_parts(invented_merges()).tokens;
  for (std::size_t id = 0; id < tokens.size(); ++id) out[tokens[id]] = id;
  return out;
}

json small_document() { return json::parse(fewclip::tokenizer::tokenizer_json(vocabulary::from_merges({"t h", "th e</w>"}))); }

std::string refusal(const scratch::directory& here, const std::string& name) {
  const std::string text = message_of<io_error>([&] { read_vocabulary(here.file(name)); });
  const std::string prefix = here.file("");
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::string refusal(const json& document) {
  const scratch::directory here;
  scratch::write_text(here.file("t.json"), document.dump());
  return refusal(here, "t.json");
}

void write_gzip(const std::string& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "wb1");
  BOOST_REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0);
  gzclose(file);
}

}  // namespace

BOOST_AUTO_TEST_CASE(merges_with_their_table_and_a_tokenizer_file_of_both_notations_are_equal) {
  const scratch::directory here;
  scratch::write_text(here.file("merges.txt"), lines(vocabulary::clip_merges));
  scratch::write_text(here.file("vocab.json"), table().dump());
  const vocabulary words = read_vocabulary(here.file("merges.txt"));
  BOOST_TEST(words.size() == 49408);
  BOOST_TEST((words == vocabulary(clip_parts(invented_merges()))));
  BOOST_TEST((read_vocabulary(here.file("vocab.json")) == words));
  BOOST_TEST((read_vocabulary(here.file("")) == words));
  fewclip::tokenizer::write_tokenizer_json(here.file("tokenizer.json"), words);
  BOOST_TEST(fewclip::tokenizer::vocabulary_file(here.file("")).ends_with("tokenizer.json"));
  BOOST_TEST((read_vocabulary(here.file("")) == words));
  json document = json::parse(scratch::read_text(here.file("tokenizer.json")));
  for (json& merge : document["model"]["merges"]) merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
  scratch::write_text(here.file("older.json"), document.dump());
  BOOST_TEST((read_vocabulary(here.file("older.json")) == words));
}

BOOST_AUTO_TEST_CASE(files_of_merges_that_are_not_whole_are_refused) {
  const scratch::directory here;
  const std::string good = lines(vocabulary::clip_merges);
  const std::string count = "48894 (other vocabularies need a tokenizer.json)";
  scratch::write_text(here.file("short.txt"), lines(vocabulary::clip_merges - 1));
  BOOST_TEST(refusal(here, "short.txt") == "short.txt: merges: expected " + count + ", got 48893");
  scratch::write_text(here.file("long.txt"), good + "a b\n");
  BOOST_TEST(refusal(here, "long.txt") == "long.txt: merges: expected " + count + ", got more");
  scratch::write_text(here.file("cut.txt"), good.substr(0, good.rfind(' ')));
  BOOST_TEST(refusal(here, "cut.txt").starts_with("cut.txt: line 48895: expected two tokens with one space between them, got `"));
  scratch::write_text(here.file("windows.txt"), lines(vocabulary::clip_merges, "\r\n"));
  BOOST_TEST(refusal(here, "windows.txt") == "windows.txt: line 2: expected a line feed at the end, got carriage return and line feed");
  scratch::write_text(here.file("bare.txt"), good.substr(good.find('\n') + 1));
  BOOST_TEST(refusal(here, "bare.txt") == "bare.txt: line 1: expected a header with #version, got none");
  scratch::write_text(here.file("empty.txt"), "");
  BOOST_TEST(refusal(here, "empty.txt") == "empty.txt: line 1: expected a header with #version, got none");
  scratch::write_text(here.file("other.txt"), good);
  BOOST_TEST(refusal(here, "other.txt") == "other.txt: first merge: expected `i n`, got `! !`");
  BOOST_TEST(refusal(here, "absent.txt") == "absent.txt: open: expected success, got No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_pair_that_occurs_twice_is_refused) {
  const scratch::directory here;
  scratch::write_text(here.file("merges.txt"), lines(vocabulary::clip_merges - 1) + lines(1).substr(lines(0).size()));
  scratch::write_text(here.file("vocab.json"), table().dump());
  BOOST_TEST(refusal(here, "merges.txt") == "merges.txt: token `!!`: expected one id, got 512 and 49405");
}

BOOST_AUTO_TEST_CASE(a_table_that_contradicts_the_merges_is_refused) {
  const scratch::directory here;
  scratch::write_text(here.file("merges.txt"), lines(vocabulary::clip_merges));
  json wrong = table();
  std::swap(wrong["!"], wrong["#"]);
  scratch::write_text(here.file("vocab.json"), wrong.dump());
  BOOST_TEST(refusal(here, "merges.txt") == "vocab.json: id 0: expected `!`, as the merges give, got `#`");
  wrong = table();
  wrong.erase("<|endoftext|>");
  scratch::write_text(here.file("vocab.json"), wrong.dump());
  BOOST_TEST(refusal(here, "merges.txt") == "vocab.json: tokens: expected 49408, as the merges give, got 49407");
  scratch::write_text(here.file("vocab.json"), "{");
  BOOST_TEST(refusal(here, "merges.txt").starts_with("vocab.json: content: expected JSON, got "));
  json renamed = table();
  renamed["<start_of_text>"] = 49406;
  renamed["<end_of_text>"] = 49407;
  renamed.erase("<|startoftext|>");
  renamed.erase("<|endoftext|>");
  scratch::write_text(here.file("vocab.json"), renamed.dump());
  const vocabulary words = read_vocabulary(here.file("merges.txt"));
  BOOST_TEST(words.end() == 49407);
  BOOST_TEST(words.token(words.start()) == "<start_of_text>");
  BOOST_TEST(words.token(words.end()) == "<end_of_text>");
}

BOOST_AUTO_TEST_CASE(gzip_files_are_unpacked_and_checked) {
  const scratch::directory here;
  write_gzip(here.file("other.txt.gz"), lines(vocabulary::clip_merges));
  BOOST_TEST(refusal(here, "other.txt.gz") == "other.txt.gz: first merge: expected `i n`, got `! !`");
  BOOST_TEST(fewclip::tokenizer::vocabulary_file(here.file("")).ends_with("other.txt.gz"));
  const std::string packed = scratch::read_text(here.file("other.txt.gz"));
  scratch::write_text(here.file("cut.gz"), packed.substr(0, packed.size() - 9));
  BOOST_TEST(refusal(here, "cut.gz") == "cut.gz: content: expected gzip data, got it is cut off");
  std::string broken = packed;
  broken[broken.size() - 6] = static_cast<char>(~broken[broken.size() - 6]);
  scratch::write_text(here.file("broken.gz"), broken);
  BOOST_TEST(refusal(here, "broken.gz") == "broken.gz: content: expected gzip data, got incorrect data check");
  scratch::write_text(here.file("plain.gz"), lines(10));
  BOOST_TEST(refusal(here, "plain.gz") == "plain.gz: content: expected gzip data, got incorrect header check");
  write_gzip(here.file("bomb.gz"), std::string(std::size_t{70} << 20, ' '));
  BOOST_TEST(refusal(here, "bomb.gz") == "bomb.gz: unpacked size: expected at most 64 MiB, got more");
  scratch::write_text(here.file("second.txt.gz"), packed);
  BOOST_TEST(refusal(here, "") == ": files *.txt.gz: expected one, got 2; name the file");
}

BOOST_AUTO_TEST_CASE(a_folder_without_a_vocabulary_says_what_it_should_hold) {
  const scratch::directory here;
  BOOST_TEST(refusal(here, "") ==
             ": folder: expected tokenizer.json, or merges.txt and vocab.json, or a vocabulary *.txt.gz, got none of them");
}

BOOST_AUTO_TEST_CASE(a_tokenizer_file_of_any_size_is_read) {
  const scratch::directory here;
  scratch::write_text(here.file("t.json"), small_document().dump());
  BOOST_TEST((read_vocabulary(here.file("t.json")) == vocabulary::from_merges({"t h", "th e</w>"})));
}

BOOST_AUTO_TEST_CASE(special_tokens_may_stand_among_the_added_tokens_only) {
  const scratch::directory here;
  json document = small_document();
  document["model"]["vocab"].erase("<|startoftext|>");
  document["model"]["vocab"].erase("<|endoftext|>");
  scratch::write_text(here.file("t.json"), document.dump());
  BOOST_TEST((read_vocabulary(here.file("t.json")) == vocabulary::from_merges({"t h", "th e</w>"})));
  document["added_tokens"][0]["id"] = 3;
  scratch::write_text(here.file("t.json"), document.dump());
  BOOST_TEST(refusal(here, "t.json").starts_with("t.json: id 3: expected one token, got `"));
}

BOOST_AUTO_TEST_CASE(tokenizer_files_that_are_not_consistent_are_refused) {
  const auto changed = [](const auto& change) {
    json document = small_document();
    change(document);
    return refusal(document);
  };
  BOOST_TEST(changed([](json& d) { d["model"]["type"] = "Unigram"; }) == "t.json: model.type: expected \"BPE\", got \"Unigram\"");
  BOOST_TEST(changed([](json& d) { d["model"].erase("end_of_word_suffix"); }) ==
             "t.json: model.end_of_word_suffix: expected \"</w>\", got \"\"");
  BOOST_TEST(changed([](json& d) { d["model"]["merges"][0] = 7; }) ==
             "t.json: merge 1: expected \"left right\" or [\"left\", \"right\"], got 7");
  BOOST_TEST(changed([](json& d) { d["model"]["vocab"]["th"] = 516; }) ==
             "t.json: id of `th`: expected 0 to 515, the number of tokens less one, got 516");
  BOOST_TEST(changed([](json& d) { d["model"]["vocab"]["th"] = -1; }) ==
             "t.json: id of `th`: expected 0 to 515, the number of tokens less one, got -1");
  BOOST_TEST(changed([](json& d) { d["model"]["vocab"]["th"] = 513; }) == "t.json: id 513: expected one token, got `th` and `the</w>`");
  BOOST_TEST(changed([](json& d) {
               d["model"]["merges"].push_back({"q", "q"});
             }) == "t.json: merge 3 `q q`: expected tokens with an id, got `qq` without one");
  BOOST_TEST(changed([](json& d) {
               d["model"]["merges"].push_back({"t", "h"});
             }) == "t.json: merge 3: expected a pair that has not occurred before, got `t h`");
  BOOST_TEST(changed([](json& d) { d["added_tokens"][0]["id"] = 3; }) ==
             "t.json: id of the added token `<|startoftext|>`: expected 514, got 3");
  BOOST_TEST(changed([](json& d) { d.erase("model"); }) == "t.json: model: expected an object with vocab and merges, got none");
  BOOST_TEST(refusal(json(3)) == "t.json: model: expected an object with vocab and merges, got none");
}

BOOST_AUTO_TEST_CASE(added_tokens_keep_their_flags_through_a_file) {
  json document = small_document();
  document["added_tokens"].push_back({{"id", 516}, {"content", "<sks>"}, {"special", false}});
  document["added_tokens"].push_back({{"id", 517}, {"content", "<y>"}, {"special", true}, {"single_word", true}, {"lstrip", true}});
  const scratch::directory here;
  scratch::write_text(here.file("t.json"), document.dump());
  const vocabulary words = read_vocabulary(here.file("t.json"));
  const std::vector<fewclip::tokenizer::added_token> expected{{"<sks>", false, true, false}, {"<y>", true, false, true}};
  BOOST_TEST((words.parts().added == expected));
  BOOST_TEST(words.size() == 518);
  fewclip::tokenizer::write_tokenizer_json(here.file("again.json"), words);
  BOOST_TEST((read_vocabulary(here.file("again.json")) == words));
  document["added_tokens"][2]["normalized"] = 1;
  BOOST_TEST(refusal(document) == "t.json: normalized of an added token: expected true or false, got 1");
}

BOOST_AUTO_TEST_CASE(sections_that_would_change_the_ids_are_refused_by_name) {
  const auto changed = [](const auto& change) {
    json document = small_document();
    change(document);
    return refusal(document);
  };
  const auto begins = [](const std::string& text, const std::string& start) { return text.starts_with("t.json: " + start); };
  BOOST_TEST(begins(changed([](json& d) { d["normalizer"]["normalizers"].erase(2); }), "normalizer: expected NFC, Replace of"));
  BOOST_TEST(begins(changed([](json& d) { d["normalizer"] = nullptr; }), "normalizer: expected NFC, Replace of"));
  BOOST_TEST(
      begins(changed([](json& d) { d["pre_tokenizer"]["pretokenizers"][1]["add_prefix_space"] = true; }), "pre_tokenizer: expected"));
  BOOST_TEST(begins(changed([](json& d) { d["pre_tokenizer"] = {{"type", 3}}; }), "pre_tokenizer: expected"));
  BOOST_TEST(begins(changed([](json& d) { d["post_processor"]["cls"][0] = "<s>"; }), "post_processor: expected <|startoftext|> in front"));
  BOOST_TEST(begins(changed([](json& d) { d["truncation"] = {{"direction", "Left"}}; }), "truncation.direction: expected \"Right\""));
  BOOST_TEST(begins(changed([](json& d) { d["novel"] = 1; }), "section novel: expected none of that name, got 1"));
  BOOST_TEST(begins(changed([](json& d) { d["model"]["dropout"] = 0.1; }), "model.dropout: expected null or false"));
  BOOST_TEST(begins(changed([](json& d) { d["model"]["ignore_merges"] = true; }), "model.ignore_merges: expected null or false"));
}

BOOST_AUTO_TEST_CASE(the_ways_in_which_published_files_say_the_same_are_accepted) {
  const scratch::directory here;
  const auto accepted = [&](const auto& change) {
    json document = small_document();
    change(document);
    scratch::write_text(here.file("t.json"), document.dump());
    BOOST_CHECK_NO_THROW(read_vocabulary(here.file("t.json")));
  };
  accepted([](json& d) {
    for (const char* const section : {"normalizer", "pre_tokenizer", "post_processor"}) d.erase(section);
  });
  accepted([](json& d) {  // transformers 5
    std::string& expression = d["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"].get_ref<std::string&>();
    expression.insert(0, R"(<\|startoftext\|>|<\|endoftext\|>|)");
    d["pre_tokenizer"]["pretokenizers"][1]["use_regex"] = true;
    d["decoder"] = {{"type", "ByteLevel"}};
    d["padding"] = nullptr;
    d["model"]["dropout"] = 0.0;
  });
  accepted([](json& d) {
    const auto special = [](const char* token) { return json{{"SpecialToken", {{"id", token}, {"type_id", 0}}}}; };
    d["post_processor"] = {{"type", "Sequence"}};
    d["post_processor"]["processors"] = json::array(
        {{{"type", "ByteLevel"}},
         {{"type", "TemplateProcessing"},
          {"single", json::array({special("<|startoftext|>"), {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}, special("<|endoftext|>")})}}});
  });
}

BOOST_AUTO_TEST_CASE(a_table_without_all_bytes_needs_a_token_for_unknown_ones) {
  json document = small_document();
  json& words = document["model"]["vocab"];
  words.erase("!");
  words["<unk>"] = 0;
  document["model"]["unk_token"] = nullptr;
  BOOST_TEST(refusal(document) == "t.json: byte token `!`: expected an id, or a token for unknown bytes, got neither");
  document["model"]["unk_token"] = "<unk>";
  const scratch::directory here;
  scratch::write_text(here.file("t.json"), document.dump());
  BOOST_TEST(read_vocabulary(here.file("t.json")).id_of_byte('!', false) == 0);
}
