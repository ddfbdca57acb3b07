#pragma once
/// \file
/// The sections of a tokenizer.json beside its model: each must be CLIP's, since CLIP's are used.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::tokenizer::detail {

/// A JSON value in a message, at most 120 bytes.
inline std::string shown(const nlohmann::json& value) {
  const std::string text = value.dump(-1, ' ', true);
  return text.size() > 120 ? text.substr(0, 120) + "..." : text;
}

/// CLIP's normaliser: form C, white space, lower case.
inline nlohmann::ordered_json clip_normaliser() {
  return {{"type", "Sequence"},
          {"normalizers",
           {{{"type", "NFC"}}, {{"type", "Replace"}, {"pattern", {{"Regex", "\\s+"}}}, {"content", " "}}, {{"type", "Lowercase"}}}}};
}

/// OpenAI's expression, as transformers 4 writes it; version 5 puts the special tokens in front.
inline constexpr std::string_view clip_expression = R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)";

/// CLIP's pre-tokeniser: OpenAI's expression, then bytes.
inline nlohmann::ordered_json clip_pre_tokeniser() {
  return {{"type", "Sequence"},
          {"pretokenizers",
           {{{"type", "Split"}, {"pattern", {{"Regex", clip_expression}}}, {"behavior", "Removed"}, {"invert", true}},
            {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}}}}};
}

/// Refuses a section that is there and is not CLIP's.
inline void require_section(const nlohmann::json& document, const char* name, bool is_clips, const std::string& expected,
                            const std::string& where) {
  if (is_clips || !document.contains(name)) return;
  throw io_error(expected_got(where, name, expected + ", as CLIP's, which is used", shown(document[name])));
}

inline bool is_clip_pre_tokeniser(const nlohmann::json& section) {
  if (!section.is_object() || section.value("type", nlohmann::json()) != "Sequence" || !section.contains("pretokenizers")) return false;
  const auto& steps = section["pretokenizers"];
  if (!steps.is_array() || steps.size() != 2 || !steps[0].is_object() || !steps[1].is_object()) return false;
  nlohmann::json split = steps[0];
  const std::string specials = R"(<\|startoftext\|>|<\|endoftext\|>|)";
  for (const std::string& front : {std::string(), specials}) {
    if (split.value("pattern", nlohmann::json()) == nlohmann::json{{"Regex", front + std::string(clip_expression)}}) {
      split["pattern"] = {{"Regex", clip_expression}};
      break;
    }
  }
  return split == nlohmann::json(clip_pre_tokeniser())["pretokenizers"][0] && steps[1].value("type", nlohmann::json()) == "ByteLevel" &&
         steps[1].value("add_prefix_space", nlohmann::json(true)) == false;
}

/// Whether one step adds start and end around a text. \param specials start and end
inline bool adds_start_and_end(const nlohmann::json& step, const std::string& start, const std::string& end) {
  if (!step.is_object()) return false;
  const auto type = step.value("type", nlohmann::json());
  const auto names = [&](const char* key, const std::string& token) {
    return step.contains(key) && step[key].is_array() && step[key].size() == 2 && step[key][0] == token;
  };
  if (type == "RobertaProcessing" || type == "BertProcessing") return names("cls", start) && names("sep", end);
  if (type != "TemplateProcessing" || !step.contains("single") || !step["single"].is_array() || step["single"].size() != 3) return false;
  const auto part = [&](std::size_t at, const char* kind) {
    const auto& item = step["single"][at];
    return item.is_object() && item.contains(kind) && item[kind].is_object() ? item[kind].value("id", nlohmann::json()) : nlohmann::json();
  };
  return part(0, "SpecialToken") == start && part(1, "Sequence") == "A" && part(2, "SpecialToken") == end;
}

inline bool is_clip_post_processor(const nlohmann::json& section, const std::string& start, const std::string& end) {
  if (!section.is_object()) return false;
  if (section.value("type", nlohmann::json()) != "Sequence") return adds_start_and_end(section, start, end);
  if (!section.contains("processors") || !section["processors"].is_array()) return false;
  int adding = 0;
  for (const auto& step : section["processors"]) {
    if (step.is_object() && step.value("type", nlohmann::json()) == "ByteLevel") continue;  // moves offsets only
    if (!adds_start_and_end(step, start, end)) return false;
    ++adding;
  }
  return adding == 1;
}

/// Refuses sections that would change the ids: normaliser, pre-tokeniser, post-processor, cutting and filling on the left, and sections that nobody
/// knows. A section that is not there says nothing; null says that there is no such step.
/// \param start, end the special tokens
/// \throws io_error with the section, what it should be and what it is
inline void check_sections(const nlohmann::json& document, const std::string& start, const std::string& end, const std::string& where) {
  for (const auto& [key, value] : document.items()) {
    static constexpr std::string_view known[] = {"version",       "truncation",     "padding", "added_tokens", "normalizer",
                                                 "pre_tokenizer", "post_processor", "decoder", "model"};
    bool is_known = value.is_null();
    for (const std::string_view each : known) is_known = is_known || key == each;
    if (!is_known) throw io_error(expected_got(where, "section " + key.substr(0, 80), "none of that name", shown(value)));
  }
  if (document.contains("normalizer")) {
    require_section(document, "normalizer", document["normalizer"] == nlohmann::json(clip_normaliser()),
                    R"(NFC, Replace of \s+ by a space, Lowercase)", where);
  }
  if (document.contains("pre_tokenizer")) {
    require_section(document, "pre_tokenizer", is_clip_pre_tokeniser(document["pre_tokenizer"]),
                    "Split by OpenAI's expression, ByteLevel without a space in front", where);
  }
  if (document.contains("post_processor")) {
    require_section(document, "post_processor", is_clip_post_processor(document["post_processor"], start, end),
                    start + " in front and " + end + " behind", where);
  }
  for (const char* const name : {"truncation", "padding"}) {
    if (!document.contains(name) || !document[name].is_object()) continue;
    const auto direction = document[name].value("direction", nlohmann::json("Right"));
    if (direction != "Right") throw io_error(expected_got(where, std::string(name) + ".direction", "\"Right\"", shown(direction)));
  }
}

/// Refuses settings of the model that would change the ids.
inline void check_model(const nlohmann::json& model, const std::string& where) {
  for (const auto& [key, value] : model.items()) {
    static constexpr std::string_view known[] = {"type", "vocab", "merges", "unk_token", "end_of_word_suffix", "continuing_subword_prefix"};
    bool is_known = value.is_null() || value == false;
    for (const std::string_view each : known) is_known = is_known || key == each;
    // A chance of 0 drops nothing.
    if (is_known || (key == "dropout" && value == 0)) continue;
    throw io_error(expected_got(where, "model." + key.substr(0, 80), "null or false, as CLIP's, which is used", shown(value)));
  }
}

}  // namespace fewclip::tokenizer::detail
