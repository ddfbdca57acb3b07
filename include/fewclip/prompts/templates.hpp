#pragma once
/// \file
/// Prompt templates: sentences with a gap for a class name, and the lists of the literature.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::prompts {

/// A class name as it stands in a prompt: "_" becomes a space. "car_side" gives "car side".
inline std::string prompt_name(std::string_view class_name) {
  std::string out(class_name);
  for (char& c : out) c = c == '_' ? ' ' : c;
  return out;
}

/// A list of templates, each with exactly one `{}`.
class template_list {
 public:
  /// \param texts such as "a photo of a {}."; at least one
  /// \throws value_error for an empty list, or a template without `{}` or with several
  explicit template_list(std::vector<std::string> texts) : texts_(std::move(texts)) {
    if (texts_.empty()) throw value_error(expected_got("fewclip::prompts::template_list", "templates", "at least one", "none"));
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      std::size_t gaps = 0;
      for (std::size_t at = texts_[i].find(gap); at != std::string::npos; at = texts_[i].find(gap, at + gap.size())) ++gaps;
      if (gaps == 1) continue;
      throw value_error(expected_got("fewclip::prompts::template_list", "template " + std::to_string(i) + " `" + texts_[i] + "`", "one {}",
                                     std::to_string(gaps)));
    }
  }

  /// The number of templates, at least 1.
  index size() const { return static_cast<index>(texts_.size()); }

  /// The templates, with their gaps.
  const std::vector<std::string>& texts() const { return texts_; }

  /// The prompts of one class, in the order of the templates.
  /// \param class_name with "_" for spaces or without
  std::vector<std::string> fill(std::string_view class_name) const {
    std::vector<std::string> out = texts_;
    for (std::string& each : out) each.replace(each.find(gap), gap.size(), prompt_name(class_name));
    return out;
  }

  /// Same templates in the same order.
  friend bool operator==(const template_list&, const template_list&) = default;

 private:
  static constexpr std::string_view gap = "{}";
  std::vector<std::string> texts_;
};

/// "a photo of a {}.", CoOp's template for ImageNet and for every data set without one of its own (Zhou et al. 2022, arXiv 2109.01134).
inline template_list single_photo() { return template_list({"a photo of a {}."}); }

/// The seven templates that Tip-Adapter (Zhang et al. 2022, arXiv 2207.09519), APE (Zhu et al. 2023, arXiv 2304.01195) and SuS-X (Udandarao
/// et al. 2023, arXiv 2211.16198) use for ImageNet, in their order; chosen by the authors of CLIP (Radford et al. 2021).
inline template_list imagenet_ensemble() {
  return template_list({"itap of a {}.", "a bad photo of the {}.", "a origami {}.", "a photo of the large {}.", "a {} in a video game.",
                        "art of the {}.", "a photo of the small {}."});
}

/// The one template of a data set on which CoOp, CLIP-Adapter, Tip-Adapter and APE agree (authors' code).
struct data_set_template {
  std::string_view data_set;  ///< the name that their configuration files use
  std::string_view text;      ///< with one {}
};

/// All of them. ImageNet's is CoOp's; Tip-Adapter and APE use imagenet_ensemble() there.
inline const std::vector<data_set_template>& data_set_templates() {
  static const std::vector<data_set_template> all{{"imagenet", "a photo of a {}."},
                                                  {"caltech101", "a photo of a {}."},
                                                  {"oxford_pets", "a photo of a {}, a type of pet."},
                                                  {"stanford_cars", "a photo of a {}."},
                                                  {"oxford_flowers", "a photo of a {}, a type of flower."},
                                                  {"food101", "a photo of {}, a type of food."},
                                                  {"fgvc_aircraft", "a photo of a {}, a type of aircraft."},
                                                  {"sun397", "a photo of a {}."},
                                                  {"dtd", "{} texture."},
                                                  {"eurosat", "a centered satellite photo of {}."},
                                                  {"ucf101", "a photo of a person doing {}."}};
  return all;
}

/// The template of a data set, see data_set_templates().
/// \param data_set one of its names
/// \throws value_error for another name, listing those there are
inline template_list templates_of(std::string_view data_set) {
  std::string names;
  for (const data_set_template& each : data_set_templates()) {
    if (each.data_set == data_set) return template_list({std::string(each.text)});
    names += (names.empty() ? "" : ", ") + std::string(each.data_set);
  }
  throw value_error(expected_got("fewclip::prompts::templates_of", "data set", "one of " + names, readable_name(data_set)));
}

/// CoOp's "prompt ensembling" baseline: the seven templates, then the data set's own unless that is ImageNet.
/// \throws value_error for an unknown data set
inline template_list ensemble_of(std::string_view data_set) {
  std::vector<std::string> texts = imagenet_ensemble().texts();
  const template_list own = templates_of(data_set);
  if (data_set != "imagenet") texts.push_back(own.texts().front());
  return template_list(std::move(texts));
}

}  // namespace fewclip::prompts
