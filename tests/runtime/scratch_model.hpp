#pragma once
/// A tiny CLIP of tests/golden/clip in a folder of its own, whose files a test may change.

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "../io/scratch.hpp"
#include "fewclip/compiled/clip.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"

/// A tiny model in a folder of its own, with a vocabulary of fitting size.
class scratch_model {
 public:
  explicit scratch_model(const std::string& name) {
    for (const auto& each : std::filesystem::directory_iterator(FEWCLIP_TEST_SOURCE_DIR "/golden/clip/" + name)) {
      std::filesystem::copy(each.path(), here_.file(each.path().filename().string()));
    }
  }
  std::string path() const { return here_.file(""); }
  std::string file(const std::string& name) const { return here_.file(name); }

  /// The first merges of "t h", "th e</w>", then bytes only: fewer tokens than any CLIP needs 100 for, so the size check must refuse it.
  void add_vocabulary(std::vector<fewclip::tokenizer::merge_pair> merges = {{"t", "h"}, {"th", "e</w>"}}) const {
    const fewclip::tokenizer::vocabulary words(fewclip::tokenizer::clip_parts(std::move(merges)), "test");
    fewclip::tokenizer::write_tokenizer_json(file("tokenizer.json"), words);
  }

  /// Merges and table as transformers kept them before tokenizer.json: as many as CLIP has, of two bytes each.
  void add_older_vocabulary(const fewclip::tokenizer::special_names& names) const {
    const auto bytes = fewclip::tokenizer::clip_parts({}).tokens;
    std::vector<fewclip::tokenizer::merge_pair> merges;
    std::string lines = "#version: 0.2\n";
    for (std::size_t i = 0; i < fewclip::tokenizer::vocabulary::clip_merges; ++i) {
      merges.emplace_back(bytes[i / 300], bytes[i % 300]);
      lines += merges.back().first + " " + merges.back().second + "\n";
    }
    scratch::write_text(file("merges.txt"), lines);
    auto tokens = fewclip::tokenizer::clip_parts(std::move(merges)).tokens;
    tokens[tokens.size() - 2] = names.start;
    tokens.back() = names.end;
    nlohmann::json table = nlohmann::json::object();
    for (std::size_t id = 0; id < tokens.size(); ++id) table[tokens[id]] = id;
    scratch::write_text(file("vocab.json"), table.dump());
  }

  /// A table for so many tokens: row i is row i mod 100 of the original.
  void enlarge_table(std::size_t rows = 600) const {
    const bool hf = std::filesystem::exists(file("config.json"));
    const std::string weights = hf ? "model.safetensors" : "open_clip_model.safetensors";
    const std::string tokens = hf ? "text_model.embeddings.token_embedding.weight" : "token_embedding.weight";
    const std::string configuration = hf ? "config.json" : "open_clip_config.json";
    std::filesystem::rename(file(weights), file("small"));
    const fewclip::io::safetensors_file small(file("small"));
    fewclip::io::safetensors_writer out;
    for (const auto& each : small.tensors()) {
      if (each.name != tokens) {
        out.add(each.name, each.type, each.shape, small.bytes(each.name));
        continue;
      }
      const auto table = small.read<float>(each.name);
      std::vector<float> larger;
      while (larger.size() < rows * each.shape[1]) larger.insert(larger.end(), table.begin(), table.end());
      larger.resize(rows * each.shape[1]);
      out.add(each.name, {rows, each.shape[1]}, larger);
    }
    out.write(file(weights));
    replace(configuration, "\"vocab_size\": 100", "\"vocab_size\": " + std::to_string(rows));
  }

  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = scratch::read_text(file(name));
    BOOST_REQUIRE(text.find(from) != std::string::npos);
    scratch::write_text(file(name), text.replace(text.find(from), from.size(), to));
  }

  /// Why it cannot be opened.
  std::string refusal() const {
    return scratch::message_of<fewclip::io_error>([&] { const fewclip::compiled::clip wrong(path()); });
  }

 private:
  scratch::directory here_;
};
