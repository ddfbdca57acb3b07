#pragma once
/// \file
/// The tokenizer.json of the Python package tokenizers.

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/tokenizer/detail/tokenizer_json_rules.hpp"
#include "fewclip/tokenizer/detail/vocabulary_text.hpp"

namespace fewclip::tokenizer::detail {

/// A member that may be absent or null, as a text.
inline std::string text_member(const nlohmann::json& object, const char* name, const std::string& otherwise, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return otherwise;
  if (!found->is_string()) throw io_error(expected_got(where, name, "a text", found->type_name()));
  return found->get<std::string>();
}

/// "a b" in older files, ["a", "b"] in newer ones.
inline merge_pair merge_of_json(const nlohmann::json& merge, std::size_t at, const std::string& where) {
  if (merge.is_string()) {
    if (auto pair = vocabulary::split_merge(merge.get_ref<const std::string&>())) return *pair;
  } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  }
  throw io_error(
      expected_got(where, "merge " + std::to_string(at + 1), "\"left right\" or [\"left\", \"right\"]", readable_text(merge.dump(), 80)));
}

/// A flag of an added token; false where it is absent.
inline bool flag_of(const nlohmann::json& token, const char* name, const std::string& where) {
  const auto found = token.find(name);
  if (found == token.end() || found->is_null()) return false;
  if (!found->is_boolean()) {
    throw io_error(expected_got(where, std::string(name) + " of an added token", "true or false", found->dump().substr(0, 40)));
  }
  return found->get<bool>();
}

/// Adds the added tokens to the table; those that are in it already must have the same id.
/// \returns all of them
inline std::vector<added_token> take_added_tokens(const nlohmann::json& document, nlohmann::json& table, const std::string& where) {
  std::vector<added_token> out;
  const auto added = document.find("added_tokens");
  if (added == document.end() || added->is_null()) return out;
  for (const nlohmann::json& each : *added) {
    if (!each.is_object() || !each.contains("id") || !each.contains("content") || !each["content"].is_string()) {
      throw io_error(expected_got(where, "added_tokens", "objects with id and content", readable_text(each.dump(), 80)));
    }
    const auto& content = each["content"].get_ref<const std::string&>();
    const auto known = table.find(content);
    if (known == table.end()) {
      table[content] = each["id"];
    } else if (*known != each["id"]) {
      throw io_error(expected_got(where, "id of the added token " + readable_name(content), readable_text(known->dump(), 40),
                                  readable_text(each["id"].dump(), 40)));
    }
    // The package tokenizers looks for special tokens in the text as given unless told otherwise, for others in the normalised text.
    const bool special = flag_of(each, "special", where);
    const bool normalised = each.contains("normalized") ? flag_of(each, "normalized", where) : !special;
    out.push_back({content, flag_of(each, "single_word", where), normalised, special});
  }
  return out;
}

inline std::string special_of(const nlohmann::json& table, const char* usual, const char* other, const std::string& where) {
  if (table.contains(usual)) return usual;
  if (table.contains(other)) return other;
  throw io_error(expected_got(where, "special tokens", std::string(usual) + " or " + other, "neither"));
}

inline vocabulary_parts parts_of_tokenizer_json(const nlohmann::json& document, const std::string& where) {
  const auto model = document.find("model");
  if (model == document.end() || !model->is_object() || !model->contains("vocab") || !model->contains("merges") ||
      !(*model)["merges"].is_array()) {
    throw io_error(expected_got(where, "model", "an object with vocab and merges", "none"));
  }
  const auto require = [&](const char* name, const std::string& expected, const std::string& otherwise) {
    const std::string got = text_member(*model, name, otherwise, where);
    if (got != expected)
      throw io_error(expected_got(where, std::string("model.") + name, "\"" + expected + "\"", "\"" + readable_text(got, 80) + "\""));
  };
  require("type", "BPE", "BPE");
  require("end_of_word_suffix", "</w>", "");
  require("continuing_subword_prefix", "", "");
  nlohmann::json table = (*model)["vocab"];
  if (!table.is_object()) throw io_error(expected_got(where, "model.vocab", "an object", table.type_name()));
  vocabulary_parts out;
  out.added = take_added_tokens(document, table, where);
  out.tokens = tokens_of_table(table, where);
  for (const nlohmann::json& each : (*model)["merges"]) out.merges.push_back(merge_of_json(each, out.merges.size(), where));
  out.specials.start = special_of(table, "<|startoftext|>", "<start_of_text>", where);
  out.specials.end = special_of(table, "<|endoftext|>", "<end_of_text>", where);
  out.unknown = text_member(*model, "unk_token", "", where);
  std::erase_if(out.added, [&](const added_token& each) { return each.content == out.specials.start || each.content == out.specials.end; });
  check_model(*model, where);
  check_sections(document, out.specials.start, out.specials.end, where);
  return out;
}

}  // namespace fewclip::tokenizer::detail
