#pragma once
/// \file
/// Files of sentences about classes, as language models write them (CuPL).

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/comparable_name.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/json.hpp"
#include "fewclip/io/mapped_file.hpp"

namespace fewclip::io {

/// Sentences in the label order of a list of class names.
struct matched_sentences {
  std::vector<std::vector<std::string>> of_class;  ///< [classes]: what prompts::class_prompts takes
  std::vector<std::string> unused;                 ///< keys of the file that no class has, in byte-wise order; worth a note to the user
};

/// The sentences of a file {"class name": ["sentence", ...], ...} (Pratt et al. 2023, "What does a platypus look like?", arXiv 2209.03320; APE
/// names its copies CuPL_prompts_<data set>.json).
class sentences {
 public:
  /// \param text the JSON
  /// \param where begins messages, usually the path
  /// \throws io_error for other JSON, a class without a sentence, an empty sentence, or two keys that are equal under comparable_name()
  static sentences parse(std::string_view text, const std::string& where) {
    sentences out;
    out.where_ = where;
    const nlohmann::json document = parse_json(text, where, "content", longest_json_list);
    if (!document.is_object()) throw io_error(expected_got(where, "content", "an object of class names", document.type_name()));
    for (const auto& [key, value] : document.items()) out.add(key, value);
    return out;
  }

  /// The number of keys.
  std::size_t size() const { return keys_.size(); }

  /// Finds the sentences of each class by its name, comparing as comparable_name() says.
  /// \param class_names in label order
  /// \throws io_error naming the first class without a key, and the keys nearest to it
  matched_sentences match(const std::vector<std::string>& class_names) const {
    matched_sentences out;
    std::vector<bool> used(keys_.size(), false);
    for (std::size_t c = 0; c < class_names.size(); ++c) {
      const std::string name = comparable_name(class_names[c]);
      const auto found = key_of_.find(name);
      if (found == key_of_.end()) {
        std::vector<std::string_view> known;
        for (const auto& [comparable, at] : key_of_) known.push_back(comparable);
        throw io_error(expected_got(where_, "class " + std::to_string(c), "a key for " + detail::readable_name(class_names[c]),
                                    "none; nearest are " + detail::nearest_names(name, known)));
      }
      used[found->second] = true;
      out.of_class.push_back(sentences_[found->second]);
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (!used[i]) out.unused.push_back(keys_[i]);
    }
    return out;
  }

 private:
  void add(const std::string& key, const nlohmann::json& value) {
    const std::string what = "class " + detail::readable_name(key);
    if (!value.is_array() || value.empty()) {
      throw io_error(expected_got(where_, what, "a list of at least one sentence", value.is_array() ? "an empty list" : value.type_name()));
    }
    std::vector<std::string> texts;
    for (const auto& each : value) {
      if (!each.is_string() || each.get_ref<const std::string&>().empty()) {
        throw io_error(expected_got(where_, what, "sentences", each.is_string() ? "an empty text" : each.type_name()));
      }
      texts.push_back(each.get<std::string>());
    }
    const auto [first, is_new] = key_of_.emplace(comparable_name(key), keys_.size());
    if (!is_new) {
      throw io_error(expected_got(where_, what, "a name of its own", "the same name as " + detail::readable_name(keys_[first->second])));
    }
    keys_.push_back(key);
    sentences_.push_back(std::move(texts));
  }

  std::string where_;
  std::vector<std::string> keys_;
  std::vector<std::vector<std::string>> sentences_;
  std::map<std::string, std::size_t> key_of_;
};

/// Reads a file of sentences.
/// \throws io_error where it cannot be read, and what sentences::parse throws
inline sentences read_sentences(const std::string& path) {
  const mapped_file file(path);
  return sentences::parse({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()}, path);
}

}  // namespace fewclip::io
