#pragma once
/// \file
/// The tokenizer of a CLIP from the files beside its vocabulary: what they say beside the vocabulary is read, refused by name or reported.

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/checkpoints/checkpoint.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/runtime/detail/clip_files.hpp"
#include "fewclip/tokenizer/bpe_tokenizer.hpp"
#include "fewclip/tokenizer/vocabulary_files.hpp"

namespace fewclip::runtime::detail {

/// A tokenizer, the file of its vocabulary, and what deserves attention.
struct found_tokenizer {
  std::optional<bpe_tokenizer> tokenizer{};
  std::string path{};
  std::vector<std::string> warnings{};
};

/// The text of a token, which may be an object with its content; nothing for another value.
inline std::optional<std::string> content_of(const nlohmann::json& token) {
  if (token.is_string()) return token.get<std::string>();
  if (token.is_object() && token.contains("content") && token["content"].is_string()) return token["content"].get<std::string>();
  return std::nullopt;
}

/// Ordinary tokens of a vocabulary that the files beside it make added ones, as transformers does with each that they list.
class listed_tokens {
 public:
  explicit listed_tokens(const tokenizer::vocabulary& words) {
    for (const tokenizer::added_token& each : words.parts().added) known_.insert(each.content);
    known_.insert({words.token(words.start()), words.token(words.end())});
  }

  /// Takes a token, unless it is an added one already.
  void add(const tokenizer::added_token& token) {
    if (!known_.insert(token.content).second) return;
    tokens_.push_back(token);
    new_.push_back(checkpoints::detail::readable(token.content));
  }

  /// One warning about those that were added since the last.
  void report(const std::string& path, std::vector<std::string>& warnings) {
    if (new_.empty()) return;
    warnings.push_back(
        expected_got(path, "listed tokens", "some that stand in no text",
                     "ordinary ones of the vocabulary, which are found in texts before these are split, as by transformers: " +
                         checkpoints::detail::joined(new_, ", ", 10)));
    new_.clear();
  }

  const std::vector<tokenizer::added_token>& tokens() const { return tokens_; }

  /// That a file asks for added tokens to be split like other texts.
  void split_by(const std::string& path) { splitting_ = path; }

  /// \throws io_error where a file asks for that and there are added tokens
  void require_unsplit(const tokenizer::vocabulary& words) const {
    if (splitting_.empty() || (words.parts().added.empty() && tokens_.empty())) return;
    throw io_error(expected_got(splitting_, "split_special_tokens", "false", "true beside added tokens"));
  }

 private:
  std::set<std::string, std::less<>> known_;
  std::vector<tokenizer::added_token> tokens_;
  std::vector<std::string> new_;
  std::string splitting_;
};

/// One file of settings of transformers' tokenizer, compared with a vocabulary.
class tokenizer_settings {
 public:
  /// \param path tokenizer_config.json or special_tokens_map.json
  /// \param context ids of a row
  /// \param listed where check() puts tokens
  tokenizer_settings(std::string path, const tokenizer::vocabulary& words, index context, listed_tokens& listed)
      : path_(std::move(path)), root_(checkpoints::detail::read_json_object(path_)), words_(words), context_(context), listed_(listed) {}

  /// \throws io_error for a setting that would change the ids in a way that is not known here
  void check(std::vector<std::string>& warnings) const {
    std::vector<std::string> unknown;
    for (const auto& [key, value] : root_.items()) {
      if (value.is_null() || is_inert(key) || check_setting(key, value, warnings)) continue;
      if (value != false && value != "" && !(value.is_structured() && value.empty())) unknown.push_back(checkpoints::detail::readable(key));
    }
    listed_.report(path_, warnings);
    if (unknown.empty()) return;
    warnings.push_back(expected_got(path_, "settings", "those of CLIP's tokenizer",
                                    "others too, which are not used: " + checkpoints::detail::joined(unknown, ", ", 10)));
  }

 private:
  /// Settings that say where the files came from, how ids become text, how rows are filled, or what texts are cut to by the caller. do_lower_case
  /// and add_prefix_space play no part in transformers' CLIPTokenizer.
  static bool is_inert(std::string_view key) {
    static constexpr std::string_view known[] = {"_name_or_path",
                                                 "add_prefix_space",
                                                 "auto_map",
                                                 "backend",
                                                 "chat_template",
                                                 "clean_up_tokenization_spaces",
                                                 "do_lower_case",
                                                 "errors",
                                                 "is_local",
                                                 "legacy",
                                                 "local_files_only",
                                                 "max_length",
                                                 "model_input_names",
                                                 "name_or_path",
                                                 "pad_to_multiple_of",
                                                 "pad_token_type_id",
                                                 "processor_class",
                                                 "return_tensors",
                                                 "special_tokens_map_file",
                                                 "stride",
                                                 "tokenizer_file",
                                                 "trust_remote_code",
                                                 "truncation",
                                                 "padding",
                                                 "truncation_strategy",
                                                 "use_fast",
                                                 "verbose",
                                                 "revision",
                                                 "transformers_version"};
    return std::find(std::begin(known), std::end(known), key) != std::end(known);
  }

  io_error refusal(const std::string& key, const std::string& expected, const nlohmann::json& got) const {
    return io_error(
        expected_got(path_, checkpoints::detail::readable(key), expected, checkpoints::detail::readable(got.dump(-1, ' ', true))));
  }

  void require_token(const std::string& key, const nlohmann::json& value, tokenizer::token_id id) const {
    const auto content = content_of(value);
    if (!content || *content != words_.token(id)) throw refusal(key, "\"" + words_.token(id) + "\", as in the vocabulary", value);
  }

  bool flag_of(const std::string& key, const nlohmann::json& value, const char* name, bool otherwise) const {
    if (!value.is_object() || !value.contains(name)) return otherwise;
    if (!value[name].is_boolean()) throw refusal(key, std::string("true or false for ") + name, value);
    return value[name].get<bool>();
  }

  /// Each must be found in texts as the vocabulary says, or be a token of it: transformers then finds that in texts, too.
  /// \param special whether it is a special token where the value does not say
  void require_added(const std::string& key, const nlohmann::json& value, bool special) const {
    const auto content = content_of(value);
    if (!content) throw refusal(key, "texts of tokens", value);
    if (*content == words_.token(words_.start()) || *content == words_.token(words_.end())) return;
    const auto& added = words_.parts().added;
    const auto found = std::find_if(added.begin(), added.end(), [&](const auto& each) { return each.content == *content; });
    if (found == added.end()) {
      if (!words_.id_of(*content)) throw refusal(key, "tokens among the added_tokens of a tokenizer.json", value);
      const bool is_special = flag_of(key, value, "special", special);
      listed_.add({*content, flag_of(key, value, "single_word", false), flag_of(key, value, "normalized", !is_special), is_special});
      return;
    }
    if (!value.is_object()) return;
    const auto differs = [&](const char* flag, bool stored) { return value.contains(flag) && value[flag] != stored; };
    if (differs("single_word", found->single_word) || differs("normalized", found->normalised)) {
      throw refusal(key, "the flags of the added token `" + checkpoints::detail::readable(*content) + "` in the tokenizer.json", value);
    }
  }

  /// As a list of added tokens by their ids.
  void require_numbered(const std::string& key, const nlohmann::json& value) const {
    for (const auto& [id, token] : value.items()) {
      require_added(key, token, false);
      const auto known = std::to_string(*words_.id_of(*content_of(token)));
      if (id == known) continue;
      throw refusal(key, known + " for the id of `" + checkpoints::detail::readable(*content_of(token)) + "`, as in the vocabulary", id);
    }
  }

  /// What pads, stands for unknown bytes or ends a sentence fills no row here, and every byte of CLIP has a token; but transformers finds
  /// such a token in texts where it is one of the vocabulary.
  void read_role(const std::string& key, const nlohmann::json& value) const {
    const auto content = content_of(value);
    if (content && words_.id_of(*content)) require_added(key, value, true);
  }

  /// \returns whether the setting is known
  bool check_setting(const std::string& key, const nlohmann::json& value, std::vector<std::string>& warnings) const {
    if (key == "bos_token" || key == "eos_token") {
      require_token(key, value, key == "bos_token" ? words_.start() : words_.end());
    } else if (key == "pad_token" || key == "unk_token" || key == "cls_token" || key == "sep_token" || key == "mask_token") {
      read_role(key, value);
    } else if (key == "added_tokens_decoder" && value.is_object()) {
      require_numbered(key, value);
    } else if (key == "additional_special_tokens" || key == "extra_special_tokens" || key == "added_tokens_decoder") {
      if (!value.is_structured()) throw refusal(key, "a list of tokens", value);
      for (const auto& each : value) require_added(key, each, true);
    } else if (key == "tokenizer_class") {
      static constexpr const char* known[] = {"CLIPTokenizer", "CLIPTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend"};
      if (std::find(std::begin(known), std::end(known), value) == std::end(known)) throw refusal(key, "\"CLIPTokenizer\"", value);
    } else if (key == "add_bos_token" || key == "add_eos_token") {
      if (value != true) throw refusal(key, "true", value);
    } else if (key == "split_special_tokens") {
      if (value != false) listed_.split_by(path_);
    } else if (key == "padding_side" || key == "truncation_side") {
      if (value != "right") throw refusal(key, "\"right\"", value);
    } else if (key == "model_max_length") {
      if (value.is_number() && value.get<double>() < static_cast<double>(context_)) {
        warnings.push_back(expected_got(
            path_, key, "at least " + std::to_string(context_) + ", the context of the text tower, which is used", value.dump()));
      }
    } else {
      return false;
    }
    return true;
  }

  std::string path_;
  nlohmann::json root_;
  const tokenizer::vocabulary& words_;
  index context_;
  listed_tokens& listed_;
};

/// Compares added_tokens.json, where transformers kept added tokens before tokenizer.json did.
inline void check_added_tokens_file(const std::string& path, const tokenizer::vocabulary& words, listed_tokens& listed) {
  const nlohmann::json root = checkpoints::detail::read_json_object(path);
  for (const auto& [token, id] : root.items()) {
    const auto known = words.id_of(token);
    if (known && id.is_number_integer() && id == *known) {
      listed.add({token, false, true, false});
      continue;
    }
    throw io_error(expected_got(path, "`" + checkpoints::detail::readable(token) + "`",
                                known ? std::to_string(*known) + ", its id in the vocabulary" : "a token of a tokenizer.json", id.dump()));
  }
}

/// How texts are cleaned: as the caller says, as open_clip's configuration says, else as OpenAI does.
inline tokenizer::cleaning cleaning_of(const checkpoints::checkpoint& weights, std::optional<tokenizer::cleaning> wanted) {
  if (wanted) return *wanted;
  if (weights.text_cleaning() == "whitespace") return tokenizer::cleaning::whitespace;
  if (weights.text_cleaning() == "canonicalize") return tokenizer::cleaning::canonicalize;
  return tokenizer::cleaning::basic;
}

/// The tokenizer of a text tower; none where there is no vocabulary.
/// \param given a vocabulary file or its folder, instead of the one beside the weights
/// \throws io_error for a vocabulary that cannot be read or is larger than the tower's, and for settings that would change the ids
inline found_tokenizer tokenizer_of(const checkpoints::checkpoint& weights, const std::string& given,
                                    std::optional<tokenizer::cleaning> cleaning) {
  found_tokenizer out;
  out.path = given.empty() ? vocabulary_beside(folder_of(weights)) : tokenizer::vocabulary_file(given);
  if (out.path.empty()) return out;
  tokenizer::vocabulary words = tokenizer::read_vocabulary(out.path);
  if (words.size() > weights.text()->vocabulary) {
    throw io_error(expected_got(out.path, "tokens", "at most " + std::to_string(weights.text()->vocabulary) + ", as the text tower",
                                std::to_string(words.size())));
  }
  listed_tokens listed(words);
  const std::filesystem::path folder = std::filesystem::path(out.path).parent_path();
  const std::string added = (folder / "added_tokens.json").string();
  // The first that lists a token says how it is found, in transformers' order: tokenizer_config.json wins over the older files.
  for (const char* const name : {"tokenizer_config.json", "special_tokens_map.json"}) {
    const std::string path = (folder / name).string();
    if (checkpoints::detail::is_file(path)) tokenizer_settings(path, words, weights.text()->context, listed).check(out.warnings);
  }
  if (checkpoints::detail::is_file(added)) check_added_tokens_file(added, words, listed);
  listed.report(added, out.warnings);
  listed.require_unsplit(words);
  if (!listed.tokens().empty()) {
    tokenizer::vocabulary_parts parts = words.parts();
    parts.added.insert(parts.added.end(), listed.tokens().begin(), listed.tokens().end());
    words = tokenizer::vocabulary(std::move(parts), out.path);
  }
  bpe_tokenizer::params settings;
  settings.context = weights.text()->context;
  settings.repairs = cleaning_of(weights, cleaning);
  out.tokenizer.emplace(std::move(words), settings);
  return out;
}

}  // namespace fewclip::runtime::detail
