#include "model.hpp"

#include <cstdio>
#include <fewclip/compiled/clip.hpp>
#include <fewclip/core/parallel.hpp>
#include <utility>

#include "backend.hpp"
#include "cleaning_rule.hpp"
#include "task.hpp"

namespace program {
namespace {

/// A CLIP on the backend of the program.
class clip_model_here : public clip_model_with_parts<backend> {
 public:
  clip_model_here(const std::string& path, const fewclip::runtime::clip_options& options)
      : shared_(std::make_shared<fewclip::runtime::clip<backend>>(path, options)), clip_(*shared_) {
    if (clip_.has_image()) parts_.emplace(shared_);
  }

  const fewclip::runtime::clip_parts<backend>& parts() const override {
    if (parts_) return *parts_;
    throw fewclip::io_error(fewclip::expected_got(clip_.weights().path(), "model", "an image tower", "none"));
  }
  fewclip::class_text<backend> text_with_source(const fewclip::matrix_view<float>& rows, const class_texts& text) const override {
    return parts().text_with_source(fewclip::to_backend<backend>(rows), text.class_names, text.prompt, text.anchor_names);
  }
  index width(fewclip::runtime::row_kind kind) const override { return parts().width(kind); }
  std::vector<float> rows(fewclip::runtime::row_kind kind, const std::vector<float>& pixels, index rows) const override {
    const index side = clip_.preprocessing().size;
    return parts().rows(fewclip::tensor<backend>::borrow(pixels.data(), {rows, 3, side, side}), kind).to_host();
  }

  bool has_image() const override { return clip_.has_image(); }
  bool has_tokenizer() const override { return clip_.has_tokenizer(); }
  index embed() const override { return clip_.embed(); }
  fewclip::runtime::clip_info info() const override { return clip_.info(); }
  const fewclip::images::preprocessing& preprocessing() const override { return clip_.preprocessing(); }
  const std::string& weights_sha256() const override { return clip_.weights_sha256(); }

  std::optional<self_test_report> self_test() const override {
    auto found = clip_.self_test();
    if (!found) return std::nullopt;
    return self_test_report{std::move(found->path), found->image, found->text};
  }

  std::vector<float> images(const std::vector<float>& pixels, index rows) const override {
    const index side = clip_.preprocessing().size;
    return clip_.embed_images(fewclip::tensor<backend>::borrow(pixels.data(), {rows, 3, side, side})).to_host();
  }

  std::vector<float> texts(std::span<const std::string> texts, bool truncate) const override {
    note_cleaning(texts);
    return clip_.embed_texts(texts, rows(truncate)).to_host();
  }

  std::vector<float> class_text(const fewclip::prompts::class_prompts& prompts, bool truncate) const override {
    note_cleaning(prompts.flat());
    return clip_.class_text(prompts, rows(truncate)).to_host();
  }

  index text_length(const std::string& text) const override { return static_cast<index>(clip_.tokenizer().encode(text).size()) + 2; }

 private:
  void note_cleaning(std::span<const std::string> texts) const {
    const auto differing = noted_ ? std::nullopt : clip_.text_of_two_readings(texts);
    if (!differing) return;
    noted_ = true;
    std::fprintf(
        stderr,
        "fewclip: warning: `%s` is cleaned as OpenAI's tokenizer does, and transformers' would make other ids of it; --cleaning openai or "
        "--cleaning transformers chooses (docs/tokenizer.md)\n",
        fewclip::checkpoints::detail::readable(*differing).c_str());
  }

  static fewclip::tokenizer::row_options rows(bool truncate) {
    using fewclip::tokenizer::over_length;
    return {truncate ? over_length::truncate : over_length::error, fewclip::tokenizer::padding::zero};
  }

  std::shared_ptr<fewclip::runtime::clip<backend>> shared_;
  fewclip::runtime::clip<backend>& clip_;
  std::optional<fewclip::runtime::clip_parts<backend>> parts_;
  mutable bool noted_ = false;
};

}  // namespace

std::unique_ptr<clip_model> open_model(const model_options& options, const wanted_towers& wanted) {
  choose_products(chosen_products(options.products));
  if (options.threads > 0) fewclip::set_threads(options.threads);
  fewclip::runtime::clip_options what;
  what.image = wanted.image;
  what.text = wanted.text;
  what.vocabulary = options.vocabulary;
  what.transparency = options.pictures.rule();
  what.upright = options.pictures.upright;
  what.cleaning = given_cleaning(options.cleaning);
  return std::make_unique<clip_model_here>(options.model, what);
}

}  // namespace program
