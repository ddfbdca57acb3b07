#pragma once

// A CLIP behind an interface without templates.

#include <cmath>
#include <fewclip/concepts/compute_backend.hpp>
#include <fewclip/core/sets.hpp>
#include <fewclip/images/preprocessing.hpp>
#include <fewclip/prompts/class_prompts.hpp>
#include <fewclip/runtime/clip_info.hpp>
#include <fewclip/runtime/row_kind.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "picture_options.hpp"

namespace fewclip::runtime {
template <compute_backend B>
class clip_parts;
}

namespace program {

using fewclip::index;
struct class_texts;

/// What the command line says about the model.
struct model_options {
  std::string model;       // directory or file
  std::string vocabulary;  // instead of the directory's
  std::string cleaning;    // of texts, a name of tokenizer::cleaning; empty: the model's own
  std::string products;    // eigen, onednn, onednn-bf16; empty: the fastest in F32 that is built in
  int threads = 0;         // 0: all cores
  picture_options pictures;
};

/// Features expected and features got.
struct self_test_report {
  std::string path;
  fewclip::runtime::feature_difference image;
  fewclip::runtime::feature_difference text;
};

/// Both towers.
class clip_model {
 public:
  virtual ~clip_model() = default;
  virtual bool has_image() const = 0;
  virtual bool has_tokenizer() const = 0;
  virtual index embed() const = 0;
  virtual fewclip::runtime::clip_info info() const = 0;
  virtual const fewclip::images::preprocessing& preprocessing() const = 0;
  virtual const std::string& weights_sha256() const = 0;
  virtual std::optional<self_test_report> self_test() const = 0;

  /// Numbers of a row of some kind.
  virtual index width(fewclip::runtime::row_kind kind) const = 0;

  /// Rows [rows, width(kind)] of the first `rows` images in pixels [.., 3, side, side].
  virtual std::vector<float> rows(fewclip::runtime::row_kind kind, const std::vector<float>& pixels, index rows) const = 0;

  /// Raw features [rows, embed] of the first `rows` images in pixels [.., 3, side, side].
  virtual std::vector<float> images(const std::vector<float>& pixels, index rows) const = 0;

  /// Tokens of a text, start and end included, before any cut. The model must have a vocabulary.
  virtual index text_length(const std::string& text) const = 0;

  /// Raw features [texts, embed]. The first time that transformers would clean a text otherwise and nobody chose, a line on stderr says so.
  virtual std::vector<float> texts(std::span<const std::string> texts, bool truncate) const = 0;

  /// Unit rows [classes, embed].
  virtual std::vector<float> class_text(const fewclip::prompts::class_prompts& prompts, bool truncate) const = 0;
};

/// The same with its parts, for the methods on backend B.
template <class B>
class clip_model_with_parts : public clip_model {
 public:
  virtual const fewclip::runtime::clip_parts<B>& parts() const = 0;

  /// Text rows with the tower and the tokens they come from.
  virtual fewclip::class_text<B> text_with_source(const fewclip::matrix_view<float>& rows, const class_texts& text) const = 0;
};

/// The factor of the cosines; nothing where the checkpoint has none.
inline std::optional<double> scale_of(const fewclip::runtime::clip_info& about) {
  return about.logit_scale ? std::optional(std::exp(*about.logit_scale)) : std::nullopt;
}

/// Which towers a command needs.
struct wanted_towers {
  bool image = true;
  bool text = true;
};

/// Loads the model; throws usage_error for an unknown provider, fewclip::error where the files do not fit.
std::unique_ptr<clip_model> open_model(const model_options& options, const wanted_towers& wanted);

/// The provider that `products` stands for.
std::string chosen_products(const std::string& products);

}  // namespace program
