#pragma once
/// \file
/// The texts that describe each class.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/prompts/templates.hpp"

namespace fewclip::prompts {

/// Whether two classes may have the same name in a prompt, and so the same row.
enum class equal_names {
  refused,  ///< an error, because no text tells such classes apart
  allowed   ///< for published lists of names that contain some
};

/// For each class its prompts: the filled templates, then its sentences.
///
/// A text classifier's row is the unit mean of the unit embeddings of all prompts of its class (class_rows()), so sentences of a language
/// model outweigh the templates by their number: the flat mean of APE (Zhu et al. 2023) and of "combined" in SuS-X (Udandarao et al. 2023).
class class_prompts {
 public:
  /// \param class_names one name per class, in label order; "_" stands for a space
  /// \param templates what every class is put into
  /// \param sentences for each class further prompts, in label order, or nothing; io::sentences finds them by name
  /// \param same whether two classes may have equal names
  /// \throws value_error for no class, an empty name, or two classes whose names are equal in a prompt (unless allowed)
  /// \throws shape_error for sentences that are not one list per class
  class_prompts(const std::vector<std::string>& class_names, const template_list& templates,
                const std::vector<std::vector<std::string>>& sentences = {}, equal_names same = equal_names::refused) {
    if (class_names.empty()) throw value_error(expected_got("fewclip::prompts::class_prompts", "classes", "at least one", "none"));
    if (!sentences.empty() && sentences.size() != class_names.size()) {
      throw shape_error(expected_got("fewclip::prompts::class_prompts", "sentences",
                                     std::to_string(class_names.size()) + " lists, one per class", std::to_string(sentences.size())));
    }
    check_names(class_names, same);
    for (std::size_t c = 0; c < class_names.size(); ++c) {
      of_class_.push_back(templates.fill(class_names[c]));
      if (!sentences.empty()) of_class_.back().insert(of_class_.back().end(), sentences[c].begin(), sentences[c].end());
    }
  }

  /// The number of classes.
  index classes() const { return static_cast<index>(of_class_.size()); }

  /// The prompts of each class, in label order.
  const std::vector<std::vector<std::string>>& of_class() const { return of_class_; }

  /// All prompts, class after class: what a text encoder is given.
  std::vector<std::string> flat() const {
    std::vector<std::string> out;
    for (const auto& prompts : of_class_) out.insert(out.end(), prompts.begin(), prompts.end());
    return out;
  }

  /// The number of prompts of each class, [classes].
  std::vector<index> counts() const {
    std::vector<index> out;
    for (const auto& prompts : of_class_) out.push_back(static_cast<index>(prompts.size()));
    return out;
  }

  /// All prompts joined by line feeds, class by class: the text whose hash names a prompt set in feature files.
  std::string joined() const {
    std::string out;
    for (const auto& prompts : of_class_) {
      for (const std::string& each : prompts) out += (out.empty() ? "" : "\n") + each;
    }
    return out;
  }

  /// A short name of this prompt set, such as "fnv1a64:00c3..." : equal for equal prompts in equal order with equal counts, on every machine.
  /// Tells prompt sets apart; guards against no forgery.
  std::string identity() const {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto mix = [&](const std::string& text) {
      for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    };
    for (const auto& prompts : of_class_) {
      mix(std::to_string(prompts.size()) + ":");
      for (const std::string& each : prompts) mix(each + "\n");
    }
    std::string out = "fnv1a64:";
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(hash >> shift) & 15U];
    return out;
  }

 private:
  static void check_names(const std::vector<std::string>& class_names, equal_names same) {
    std::map<std::string, std::size_t> class_of;
    for (std::size_t c = 0; c < class_names.size(); ++c) {
      const std::string name = prompt_name(class_names[c]);
      const std::string which = "class " + std::to_string(c);
      if (name.find_first_not_of(' ') == std::string::npos) {
        throw value_error(expected_got("fewclip::prompts::class_prompts", which, "a name", readable_name(class_names[c])));
      }
      const auto [first, is_new] = class_of.emplace(name, c);
      if (!is_new && same == equal_names::refused) {
        throw value_error(expected_got("fewclip::prompts::class_prompts", which, "a prompt name of its own",
                                       readable_name(name) + ", as class " + std::to_string(first->second)));
      }
    }
  }

  std::vector<std::vector<std::string>> of_class_;
};

}  // namespace fewclip::prompts
