#pragma once
/// \file
/// The second stage of the methods that read pixels: the head of cross_modal on what a first stage makes of images and prompts.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/concepts/selector.hpp"
#include "fewclip/config.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/labels.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/data/text_samples.hpp"
#include "fewclip/methods/cross_modal.hpp"
#include "fewclip/runtime/clip.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/samplers/cross_modal.hpp"
#include "fewclip/trainers/trained_numbers.hpp"
#include "fewclip/trainers/trainer_state.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip::runtime::detail {

/// The class prompts as token rows.
struct prompt_rows {
  std::vector<std::int32_t> ids;  ///< [classes, columns], 0 behind the end
  index columns = 0;

  template <compute_backend B>
  static prompt_rows of(const class_text<B>& text) {
    if (!text.source()) {
      throw value_error(expected_got("fewclip::runtime", "text", "the tokens of the prompts (prompts::text_source)", "rows only"));
    }
    prompt_rows out;
    const auto& prompts = text.source()->prompts().classes;
    for (const auto& each : prompts) out.columns = std::max(out.columns, static_cast<index>(each.ids.size()));
    for (const auto& each : prompts) {
      out.ids.insert(out.ids.end(), each.ids.begin(), each.ids.end());
      out.ids.resize(out.ids.size() + static_cast<std::size_t>(out.columns) - each.ids.size(), 0);
    }
    return out;
  }
};

/// Rows of pixels as images [n, 3, side, side].
template <compute_backend B>
tensor<B> images_of(const tensor<B>& rows, index side) {
  return rows.reshaped({rows.rows(), 3, side, side});
}

/// Images mirrored left to right.
template <compute_backend B>
tensor<B> mirrored(const tensor<B>& images) {
  tensor<B> out = tensor<B>::uninitialised(images.extents());
  const auto* const in = images.data();
  auto* const to = out.mutable_data();
  const index side = images.extents()[3];
  B::for_each_row(images.size() / side, side, [=] FEWCLIP_HOST_DEVICE(index r) {
    for (index c = 0; c < side; ++c) to[r * side + c] = in[r * side + side - 1 - c];
  });
  return out;
}

/// Raw features of images, some at a time.
template <compute_backend B, class First>
tensor<B> features_in_slices(const First& first, const tensor<B>& images) {
  constexpr index slice = 32;
  tensor<B> out;
  for (index begin = 0; begin < images.rows(); begin += slice) {
    const index count = std::min(slice, images.rows() - begin);
    const tensor<B> part = first.features(images.rows_slice(begin, count));
    if (begin == 0) out = tensor<B>::uninitialised({images.rows(), part.columns()});
    B::memory::copy(out.mutable_data() + begin * part.columns(), part.data(), part.size());
  }
  return out;
}

/// The second stage of tsf_clip on a first one: raw features of each image and its mirror image, then the class texts as samples.
template <compute_backend B, class First>
methods::cross_modal<B> second_stage(const First& first, const typename method<B>::fit_inputs& inputs,
                                     typename methods::cross_modal<B>::params settings, trainer_state<B>* resume) {
  const index side = inputs.clip->model().preprocessing().size;
  const tensor<B> images = images_of(inputs.support.features(), side);
  const tensor<B> plain = features_in_slices(first, images);
  const tensor<B> flipped = features_in_slices(first, mirrored(images));
  tensor<B> rows = tensor<B>::uninitialised({2 * plain.rows(), plain.columns()});
  B::memory::copy(rows.mutable_data(), plain.data(), plain.size());
  B::memory::copy(rows.mutable_data() + plain.size(), flipped.data(), flipped.size());
  std::vector<label> labels;
  for (int copy = 0; copy < 2; ++copy) {
    labels.insert(labels.end(), inputs.support.labels().values().begin(), inputs.support.labels().values().end());
  }
  const index classes = inputs.text.classes();
  support_set<B> all(std::move(rows), class_labels(std::move(labels), classes));
  if (settings.trainer.sampler.text_rows > 0) {
    const prompt_rows prompts = prompt_rows::of(inputs.text);
    std::vector<label> each(static_cast<std::size_t>(classes));
    for (std::size_t c = 0; c < each.size(); ++c) each[c] = static_cast<label>(c);
    all = data::with_text_samples(all, first.text_features({prompts.ids.data(), classes, prompts.columns}),
                                  class_labels(std::move(each), classes));
  }
  validation_set<B> held_out;
  if (!inputs.validation.labels().empty()) {
    held_out = {features_in_slices(first, images_of(inputs.validation.features(), side)), inputs.validation.labels()};
  }
  return methods::cross_modal<B>(inputs.text, all, settings, held_out, inputs.observer, resume);
}

/// A classifier on raw features behind a first stage, which reads pixels.
template <compute_backend B, class First>
class fitted_on_pixels : public fitted_method<B> {
 public:
  using head = methods::cross_modal<B>;

  /// \param first shared, as it may serve several fits
  /// \param second fitted on its features
  /// \param settings of both, as reported
  /// \param trained those of the first stage that its features depend on, by their names there
  /// \param side of an image
  fitted_on_pixels(std::shared_ptr<const First> first, head second, std::vector<setting_value> settings, trained_numbers<B> trained,
                   index side)
      : first_(std::move(first)),
        second_(std::move(second)),
        settings_(std::move(settings)),
        trained_(std::move(trained)),
        side_(side),
        report_(second_.training()) {
    for (const auto& [name, value] : trained_.values) report_.trained_parameters += value.size();
  }

  tensor<B> logits(const tensor<B>& x) const override { return second_.logits(features_in_slices(*first_, images_of(x, side_))); }
  std::vector<setting_value> settings() const override { return settings_; }
  const training_report& training() const override { return report_; }
  const search_record& search() const override { return second_.search(); }
  trained_numbers<B> trained() const override {
    trained_numbers<B> out;
    out.dim = 3 * side_ * side_;
    for (const auto& [name, value] : trained_.values) out.values.emplace("first." + name, value);
    for (const auto& [name, value] : second_.trained().values) out.values.emplace("second." + name, value);
    return out;
  }

 private:
  std::shared_ptr<const First> first_;
  head second_;
  std::vector<setting_value> settings_;
  trained_numbers<B> trained_;
  index side_;
  training_report report_;
};

/// Fits the batches of the second stage to some inputs: all class texts are samples, and a batch takes no more of texts or images than there are.
/// Of `batch_size` and `text_share` those that the settings give stay as they are.
/// \param prefix of the names in inputs.settings
template <class Params, class Inputs>
void fit_batches(Params& second, const Inputs& inputs, const std::string& prefix) {
  const auto given = [&](const char* name) { return inputs.settings.find(prefix + name) != inputs.settings.end(); };
  auto& sampler = second.trainer.sampler;
  if (!given("text_rows")) sampler.text_rows = inputs.text.classes();
  if ((given("batch_size") && given("text_share")) || inputs.support.labels().empty()) return;
  const index images = 2 * inputs.support.labels().size();
  const auto fits = [&] {
    const index texts = samplers::cross_modal{sampler}.texts_per_step();
    return texts <= sampler.text_rows && sampler.batch_size - texts <= images;
  };
  if (given("text_share")) {
    while (!fits()) --sampler.batch_size;  // one row always fits
    return;
  }
  if (fits()) return;
  const index half = samplers::cross_modal{sampler}.texts_per_step();
  index texts = std::min(half, sampler.text_rows);
  if (given("batch_size")) {
    texts = std::min(std::max(texts, sampler.batch_size - images), sampler.text_rows);
  } else {
    sampler.batch_size = texts + std::min(sampler.batch_size - half, images);
  }
  if (sampler.text_rows == 0) return;
  sampler.text_share = (static_cast<double>(texts) + 0.5) / static_cast<double>(sampler.batch_size);
}

/// Refuses batches that the inputs cannot fill.
/// \param sampler the settings in use
/// \param where the method
/// \param prefix of the names of its settings
/// \throws value_error, naming the setting
template <class Inputs>
void require_batches(const samplers::cross_modal::params& sampler, const Inputs& inputs, const std::string& where,
                     const std::string& prefix) {
  const index classes = inputs.text.classes();
  if (sampler.text_rows != 0 && sampler.text_rows != classes) {
    throw value_error(expected_got(where, prefix + "text_rows", "0 or " + std::to_string(classes) + ", the number of classes",
                                   std::to_string(sampler.text_rows)));
  }
  const index texts = samplers::cross_modal{sampler}.texts_per_step();
  const auto require = [&](index taken, index there, const char* what) {
    if (taken <= there) return;
    throw value_error(expected_got(where, prefix + "batch_size", "at most " + std::to_string(there) + what + " in a batch",
                                   std::to_string(taken) + " of " + std::to_string(sampler.batch_size)));
  };
  require(texts, sampler.text_rows, " texts");
  require(sampler.batch_size - texts, 2 * inputs.support.labels().size(), " images and mirror images");
}

}  // namespace fewclip::runtime::detail
