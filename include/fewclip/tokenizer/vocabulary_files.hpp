#pragma once
/// \file
/// Vocabularies from and to files.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "fewclip/io/atomic_file.hpp"
#include "fewclip/tokenizer/detail/tokenizer_json.hpp"
#include "fewclip/tokenizer/detail/vocabulary_text.hpp"
#include "fewclip/tokenizer/vocabulary.hpp"

namespace fewclip::tokenizer {

/// The file in which a vocabulary is looked for.
/// \param path a file, which is returned as it is, or a folder
/// \returns of a folder: tokenizer.json, else merges.txt where a vocab.json is beside it, else the one file *.txt.gz, else merges.txt alone
/// \throws io_error for a folder without any of them or with several *.txt.gz
inline std::string vocabulary_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path folder(path);
  if (!fs::is_directory(folder, ignored)) return path;
  const auto has = [&](const char* name) { return fs::is_regular_file(folder / name, ignored); };
  if (has("tokenizer.json")) return (folder / "tokenizer.json").string();
  if (has("merges.txt") && has("vocab.json")) return (folder / "merges.txt").string();
  std::vector<std::string> packed;
  for (const fs::directory_entry& each : fs::directory_iterator(folder, ignored)) {
    if (each.path().filename().string().ends_with(".txt.gz")) packed.push_back(each.path().string());
  }
  if (packed.size() > 1) throw io_error(expected_got(path, "files *.txt.gz", "one", std::to_string(packed.size()) + "; name the file"));
  if (packed.size() == 1) return packed[0];
  if (has("merges.txt")) return (folder / "merges.txt").string();
  throw io_error(expected_got(path, "folder", "tokenizer.json, or merges.txt and vocab.json, or a vocabulary *.txt.gz", "none of them"));
}

/// Reads a vocabulary.
///
/// | file | what is read and checked |
/// |---|---|
/// | `*.gz` | OpenAI's bpe_simple_vocab_16e6.txt.gz: 48,894 merges below the header; the rest is ignored |
/// | `merges.txt` (any `*.txt`) | header and exactly 48,894 merges; a vocab.json beside it must have the ids that follow from them, and names start and end |
/// | `vocab.json` | the merges.txt beside it, with this file as its vocab.json |
/// | any other `*.json` | tokenizer.json with merges in either notation; may have any size, but must be consistent in itself |
///
/// All give equal vocabularies for CLIP. A list of merges without a table must begin and end as CLIP's does.
/// \param path one of these files, or a folder, see vocabulary_file()
/// \throws io_error for a file that cannot be read, a wrong number of merges, a line that is no merge, line ends of Windows, a pair or token that
///         occurs twice, ids that contradict the merges, another kind of tokenizer
inline vocabulary read_vocabulary(const std::string& path) {
  namespace fs = std::filesystem;
  const std::string file = vocabulary_file(path);
  try {
    if (file.ends_with(".gz")) {
      auto merges = detail::merges_of_lines(detail::text_of_gzip(file), file, true);
      detail::check_ends_of_clip(merges, file);
      return vocabulary(clip_parts(std::move(merges)), file);
    }
    const bool is_table = fs::path(file).filename() == "vocab.json";
    if (file.ends_with(".json") && !is_table) return vocabulary(detail::parts_of_tokenizer_json(io::read_json(file), file), file);
    const std::string merges_file = is_table ? (fs::path(file).parent_path() / "merges.txt").string() : file;
    const std::string table_file = (fs::path(file).parent_path() / "vocab.json").string();
    auto merges = detail::merges_of_lines(detail::text_of_file(merges_file), merges_file, false);
    std::error_code ignored;
    const bool compare = fs::is_regular_file(table_file, ignored);
    if (!compare) detail::check_ends_of_clip(merges, merges_file);
    vocabulary out(clip_parts(std::move(merges)), merges_file);
    if (!compare) return out;
    vocabulary_parts parts = out.parts();
    detail::check_numbering(parts, table_file);
    return parts.tokens == out.parts().tokens ? out : vocabulary(std::move(parts), merges_file);
  } catch (const value_error& failure) {
    throw io_error(failure.what());
  }
}

/// The text of a tokenizer.json that read_vocabulary() and the Python package tokenizers read; that package then makes CLIP's ids.
inline std::string tokenizer_json(const vocabulary& words) {
  using json = nlohmann::ordered_json;
  const vocabulary_parts& parts = words.parts();
  json table = json::object();
  auto& entries = table.get_ref<json::object_t&>();
  for (std::size_t id = 0; id < parts.tokens.size(); ++id) entries.push_back({parts.tokens[id], id});
  json merges = json::array();
  for (const merge_pair& each : parts.merges) merges.push_back({each.first, each.second});
  const auto described = [&](const added_token& each) {
    return json{{"id", *words.id_of(each.content)},
                {"content", each.content},
                {"single_word", each.single_word},
                {"lstrip", false},
                {"rstrip", false},
                {"normalized", each.normalised},
                {"special", each.special}};
  };
  json added = json::array();
  for (const std::string& each : {parts.specials.start, parts.specials.end}) added.push_back(described({each, false, false, true}));
  for (const added_token& each : parts.added) added.push_back(described(each));
  const std::string unknown = parts.unknown.empty() ? parts.specials.end : parts.unknown;
  json out{{"version", "1.0"},
           {"added_tokens", std::move(added)},
           {"normalizer", detail::clip_normaliser()},
           {"pre_tokenizer", detail::clip_pre_tokeniser()},
           {"post_processor",
            {{"type", "RobertaProcessing"},
             {"sep", json::array({parts.specials.end, words.end()})},
             {"cls", json::array({parts.specials.start, words.start()})},
             {"trim_offsets", false},
             {"add_prefix_space", false}}},
           {"model",
            {{"type", "BPE"},
             {"dropout", nullptr},
             {"unk_token", unknown},
             {"continuing_subword_prefix", ""},
             {"end_of_word_suffix", "</w>"},
             {"fuse_unk", false}}}};
  out["model"]["vocab"] = std::move(table);
  out["model"]["merges"] = std::move(merges);
  return out.dump();
}

/// Writes a tokenizer.json, whole or not at all.
/// \throws io_error where the file cannot be written
inline void write_tokenizer_json(const std::string& path, const vocabulary& words) { io::write_file(path, tokenizer_json(words)); }

}  // namespace fewclip::tokenizer
