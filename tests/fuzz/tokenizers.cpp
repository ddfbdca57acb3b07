/// Vocabularies, and texts of any bytes.

#include <zlib.h>

#include <array>
#include <sstream>

#include "../io/scratch.hpp"
#include "fewclip/tokenizer/bpe_tokenizer.hpp"
#include "fewclip/tokenizer/cleaning.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace {

namespace tokenizer = fewclip::tokenizer;
using fewclip::bpe_tokenizer;
using fewclip::io_error;
using fewclip::value_error;
using texts = std::vector<std::string>;

const texts small_merges{"t h", "th e</w>", "a n", "e r</w>", "r i", "v er</w>", "ri ver</w>", "i n", "o n", "s t", "an d</w>"};

void read_tokenizer_json(bytes input) {
  const std::string path = written("tokenizer.json", input);
  attempt<io_error>(path, [&] {
    const bpe_tokenizer words(tokenizer::read_vocabulary(path));
    for (const tokenizer::token_id id : words.encode("the river and 7 caf\xC3\xA9s")) {
      require(id >= 0 && id < words.words().size(), "an id outside the vocabulary");
    }
  });
}

texts tokenizer_json_seeds() { return {tokenizer::tokenizer_json(tokenizer::vocabulary::from_merges(small_merges))}; }

void write_gzip(const std::string& path, bytes content) {
  gzFile file = gzopen(path.c_str(), "wb1");
  if (!content.empty()) gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
}

void read_merges(bytes input) {
  const auto [way, content] = choice_of(input, 4);
  if (way == 2) {
    std::istringstream in(text_of(content));
    texts lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    attempt<value_error>("fewclip::tokenizer::vocabulary", [&] {
      const auto words = tokenizer::vocabulary::from_merges(lines);
      require(words.size() == 514 + static_cast<fewclip::index>(lines.size()), "another number of tokens");
    });
    return;
  }
  const std::string path = place(way == 0 ? "merges.txt" : "merges.txt.gz");
  if (way == 1) {
    write_gzip(path, content);
  } else {
    scratch::write_text(path, text_of(content));
  }
  attempt<io_error>(path, [&] { static_cast<void>(tokenizer::read_vocabulary(path)); });
}

texts merge_seeds() {
  const std::string path = place("seed.gz");
  const std::string text = "#version: 0.2\ni n\nt h\na n\n";
  write_gzip(path, scratch::bytes_of(text));
  return {"3" + scratch::read_text(path)};
}

const bpe_tokenizer& tokenizer_for(tokenizer::specials specials, std::size_t cached) {
  using words = tokenizer::vocabulary;
  static const std::array<bpe_tokenizer, 3> all{
      bpe_tokenizer(words::from_merges(small_merges), {.context = 12}),
      bpe_tokenizer(words::from_merges(small_merges), {.context = 12, .cached_words = 0}),
      bpe_tokenizer(words::from_merges(small_merges),
                    {.context = 12, .repairs = tokenizer::cleaning::none, .specials = tokenizer::specials::parse})};
  return all[specials == tokenizer::specials::parse ? 2 : cached == 0 ? 1 : 0];
}

void check_encoding(const std::string& text) {
  for (const auto repairs : {tokenizer::cleaning::none, tokenizer::cleaning::basic}) {
    require(is_utf8(tokenizer::clean(text, repairs).text), "a cleaned text is not UTF-8");
  }
  const auto ids = tokenizer_for(tokenizer::specials::as_text, 1).encode(text);
  require(ids == tokenizer_for(tokenizer::specials::as_text, 0).encode(text), "the cache of words changes ids");
  static_cast<void>(tokenizer_for(tokenizer::specials::parse, 1).encode(text));
  require(is_utf8(tokenizer_for(tokenizer::specials::as_text, 1).decode(ids)), "a decoded text is not UTF-8");
}

void check_rows(const std::string& text) {
  const texts both{text, "the river"};
  attempt<value_error>("text ", [&] {
    static_cast<void>(tokenizer_for(tokenizer::specials::as_text, 1).rows(both, {.length = tokenizer::over_length::error}));
  });
  for (const auto fill : {tokenizer::padding::zero, tokenizer::padding::end}) {
    const auto rows = tokenizer_for(tokenizer::specials::parse, 1).rows(both, {.length = tokenizer::over_length::truncate, .fill = fill});
    require(rows.ids.size() == 24 && rows.ends.size() == 2, "rows of another size");
    for (const fewclip::index end : rows.ends) require(end > 0 && end < 12, "a row without its end");
  }
}

void read_text(bytes input) {
  const auto [way, content] = choice_of(input, 4);
  const std::string text = text_of(content);
  if (way < 2) check_encoding(text);
  if (way == 2) check_rows(text);
  if (way < 3) return;
  std::vector<tokenizer::token_id> ids;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    ids.push_back(static_cast<signed char>(text[i + 1]) * 256 + static_cast<unsigned char>(text[i]));
  }
  attempt<value_error>(
      "fewclip::", [&] { require(is_utf8(tokenizer_for(tokenizer::specials::as_text, 1).decode(ids)), "a decoded text is not UTF-8"); });
}

}  // namespace

std::vector<target> tokenizer_targets() {
  return {{"tokenizer_json",
           read_tokenizer_json,
           tokenizer_json_seeds,
           {"\"added_tokens\"", "\"merges\"", "\"vocab\"", "\"model\"", "\"normalizer\"", "\"pre_tokenizer\"", "\"content\"", "\"id\"",
            "\"BPE\"", "</w>"}},
          {"merges", read_merges, merge_seeds, {"#version", "</w>", "\xC4\xA0", "t h\n", " \n"}},
          {"text",
           read_text,
           no_more_seeds,
           {"<|startoftext|>", "<|endoftext|>", "&amp;", "&#x", "&#1114112;", "'s", "\xEF\xAC\x81", "\xCC\x81", "\xE2\x80\x8D", "\xC2\x85",
            "\xCE\xA3", "\xC4\xB0"}}};
}

}  // namespace fuzz
