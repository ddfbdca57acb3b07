#pragma once
/// \file
/// The methods that read pixels, in a registry: cross_modal, and tsf_clip, which tunes both towers first.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/data/tangram/pair_batches.hpp"
#include "fewclip/methods/tsf_clip.hpp"
#include "fewclip/recipes/cross_modal.hpp"
#include "fewclip/runtime/clip_methods.hpp"
#include "fewclip/runtime/registry.hpp"

namespace fewclip::runtime {
namespace detail {

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

/// The first stage of cross_modal: CLIP as it is.
template <compute_backend B>
struct untuned_clip {
  std::shared_ptr<const clip<B>> model;

  tensor<B> features(const tensor<B>& images) const { return model->embed_images(images); }
  tensor<B> text_features(const matrix_view<std::int32_t>& ids) const { return model->embed_tokens(ids); }
};

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

/// Fits the batches of the second stage to some inputs, unless the settings say otherwise: all class texts are samples, and a batch takes no more of
/// texts or images than there are.
/// \param prefix of the names in inputs.settings
template <class Params, class Inputs>
void fit_batches(Params& second, const Inputs& inputs, const std::string& prefix) {
  const auto given = [&](const char* name) { return inputs.settings.find(prefix + name) != inputs.settings.end(); };
  auto& sampler = second.trainer.sampler;
  if (!given("text_rows")) sampler.text_rows = inputs.text.classes();
  if (given("batch_size") || given("text_share") || inputs.support.labels().empty()) return;
  const index half = sampler.text_rows == 0 ? 0 : static_cast<index>(sampler.text_share * static_cast<double>(sampler.batch_size));
  const index texts = std::min(half, sampler.text_rows);
  const index images = std::min(sampler.batch_size - half, 2 * inputs.support.labels().size());
  if (texts + images == sampler.batch_size) return;
  sampler.batch_size = texts + images;
  sampler.text_share = (static_cast<double>(texts) + 0.5) / static_cast<double>(sampler.batch_size);
}

/// cross_modal from pixels.
template <compute_backend B>
method<B> cross_modal_from_pixels() {
  using head = methods::cross_modal<B>;
  using params = typename head::params;
  using first = untuned_clip<B>;
  using fit_inputs = typename method<B>::fit_inputs;
  using result = std::unique_ptr<fitted_method<B>>;
  method_description about{"cross_modal",
                           "Lin et al. 2023, arXiv 2301.06267",
                           {{"rows", "raw features of each image and its mirror image; class texts as samples"},
                            {"head", "linear_from_text"},
                            {"trainer", "minibatch<cross_entropy, adamw, linear_warmup_cosine, samplers::cross_modal>"}},
                           head::adapter_type::needs,
                           true,
                           list_settings(params{}),
                           {}};
  const auto settings_of = [](const fit_inputs& inputs) {
    params out = changed<params>(inputs.settings, "cross_modal");
    fit_batches(out, inputs, "");
    return out;
  };
  const auto fit = [settings_of](const fit_inputs& inputs) -> result {
    const auto& clip = clip_of<B>(inputs, "cross_modal");
    const auto below = std::make_shared<const first>(first{clip.shared_model()});
    head above = second_stage<B>(*below, inputs, settings_of(inputs), inputs.resume == nullptr ? nullptr : inputs.resume->at(0));
    auto listed = list_settings(above.settings());
    return std::make_unique<fitted_on_pixels<B, first>>(below, std::move(above), std::move(listed), trained_numbers<B>{},
                                                        clip.model().preprocessing().size);
  };
  const auto restore = [settings_of](const fit_inputs& inputs, const trained_numbers<B>& trained) -> result {
    const auto& clip = clip_of<B>(inputs, "cross_modal");
    const auto below = std::make_shared<const first>(first{clip.shared_model()});
    head above(stage_of<B>(trained, "second.", inputs.text.rows().columns()), inputs.text, {}, settings_of(inputs));
    auto listed = list_settings(above.settings());
    return std::make_unique<fitted_on_pixels<B, first>>(below, std::move(above), std::move(listed), trained_numbers<B>{},
                                                        clip.model().preprocessing().size);
  };
  return method<B>(std::move(about), fit, restore, [](const named_settings& settings) { changed<params>(settings, "cross_modal"); });
}

/// Which tangrams the first stage of tsf_clip sees, as settings.
struct pair_params {
  data::tangram::tangram_pair_options pairs{.tangrams = 346, .validation_share = 0.2};

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(setting{.name = "tangrams",
                  .meaning = "generated tangrams, those for validation included",
                  .origin = "ours; TSF-CLIP has 692 and 240 of KiloGram",
                  .lowest = 20,
                  .highest = 1e6},
          self.pairs.tangrams);
    visit(setting{.name = "seed", .meaning = "of tangrams, texts and order", .origin = "ours", .lowest = 0, .highest = 9e15},
          self.pairs.seed);
    visit(setting{.name = "validation_share",
                  .meaning = "of the tangrams, on which the first stage is watched",
                  .origin = "ours; TSF-CLIP 0.26",
                  .lowest = 0,
                  .highest = 0.9},
          self.pairs.validation_share);
    visit(setting{.name = "texts_per_tangram",
                  .meaning = "captions of a tangram, with some of its parts",
                  .origin = "ours",
                  .lowest = 1,
                  .highest = 128},
          self.pairs.texts_per_tangram);
    visit(setting{.name = "pictures",
                  .meaning = "0: black, 1: coloured by part, 2: coloured where the text names the part",
                  .origin = "TSF-CLIP's instructions; its code's default is 2",
                  .lowest = 0,
                  .highest = 2},
          self.pairs.pictures);
    visit(setting{.name = "largest_turn", .meaning = "degrees by which a tangram is turned", .origin = "ours", .lowest = 0, .highest = 180},
          self.pairs.largest_turn);
    visit(setting{.name = "batch_size", .meaning = "pairs of a batch", .origin = "TSF-CLIP's code", .lowest = 2, .highest = 100},
          self.pairs.batch_size);
  }
};

/// tsf_clip with one kind of CLIP. The first stage does not depend on the few shots: the last one is kept and serves further fits with the same
/// settings on the same CLIP.
template <compute_backend B, class Clip>
class tsf_clip_on {
 public:
  using composed = methods::tsf_clip<B, tuners::transfer_visual_only, selectors::fixed, Clip>;
  using first = typename composed::first_type;
  using head = typename composed::second_type;
  using fit_inputs = typename method<B>::fit_inputs;
  using result = std::unique_ptr<fitted_method<B>>;

  /// Settings of the pairs and of both stages.
  struct params {
    pair_params pairs;
    typename composed::params stages;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      fewclip::detail::visit_prefixed<pair_params>(self.pairs, "pairs.", visit);
      fewclip::detail::visit_prefixed<typename first::params>(self.stages.first, "first.", visit);
      fewclip::detail::visit_prefixed<typename head::params>(self.stages.second, "second.", visit);
    }
  };

  static method<B> make() {
    method_description about{"tsf_clip",
                             "preprint doi 10.21203/rs.3.rs-5083690/v1",
                             {{"pairs", "tangrams with part captions, drawn by seed, in controlled batches"},
                              {"first stage", "contrastive_pairs<contrastive, adam, constant> on everything, transfer_visual_only"},
                              {"second stage", "cross_modal"}},
                             head::adapter_type::needs,
                             true,
                             list_settings(params{}),
                             {}};
    const auto kept = std::make_shared<kept_stage>();
    return method<B>(
        std::move(about), [kept](const fit_inputs& inputs) { return fit(inputs, *kept); },
        [](const fit_inputs& inputs, const trained_numbers<B>& trained) { return restore(inputs, trained); },
        [](const named_settings& settings) { changed<params>(settings, "tsf_clip"); });
  }

 private:
  /// The last first stage, and what it was made from.
  struct kept_stage {
    std::mutex mutex;
    std::string key;
    std::shared_ptr<const first> stage;
  };

  static params settings_of(const fit_inputs& inputs) {
    params out = changed<params>(inputs.settings, "tsf_clip");
    fit_batches(out.stages.second, inputs, "second.");
    return out;
  }

  static std::string key_of(const clip_parts<B>& clip, const params& settings) {
    std::string out = clip.model().weights().path() + std::to_string(reinterpret_cast<std::uintptr_t>(&clip.model()));
    for (const setting_value& each : list_settings(settings)) {
      char number[32];
      std::snprintf(number, sizeof number, ",%.17g", each.value);
      if (!each.about.name.starts_with("second.")) out += number;
    }
    return out;
  }

  /// The first stage; nothing where the observer ended it and its state is kept.
  static std::shared_ptr<const first> tuned(const fit_inputs& inputs, const clip_parts<B>& clip, const params& settings, kept_stage& kept) {
    const std::string key = key_of(clip, settings);
    {
      const std::scoped_lock lock(kept.mutex);
      if (inputs.resume == nullptr && kept.stage && kept.key == key) return kept.stage;
    }
    const auto& model = clip.model();
    const data::tangram::tangram_pairs<B> pairs(
        settings.pairs.pairs,
        {.side = model.preprocessing().size,
         .pixels = [&model](const image& picture, std::span<float> out) { model.preprocessing().apply(picture, out); },
         .ids =
             [&model](const std::string& text) {
               return model.tokenizer().rows(std::vector<std::string>{text}, {tokenizer::over_length::truncate}).ids;
             }});
    stage_observer watched(inputs.observer);
    auto out = std::make_shared<const first>(clip.template both<Clip>(), pairs, settings.stages.first, pairs.validation(),
                                             watched.observer(), inputs.resume == nullptr ? nullptr : inputs.resume->at(0));
    if (inputs.resume != nullptr && watched.ended()) return nullptr;
    if (!watched.ended()) {
      const std::scoped_lock lock(kept.mutex);
      kept.key = key;
      kept.stage = out;
    }
    return out;
  }

  /// The tuned numbers that features depend on: those of the image tower.
  static trained_numbers<B> of_image_tower(const first& stage) {
    trained_numbers<B> out;
    for (auto& [name, value] : stage.trained().values) {
      if (name.starts_with("visual.")) out.values.emplace(name, value);
    }
    return out;
  }

  static result together(std::shared_ptr<const first> below, head above, params settings, const fit_inputs& inputs) {
    settings.stages.second = above.settings();
    trained_numbers<B> numbers = of_image_tower(*below);
    return std::make_unique<fitted_on_pixels<B, first>>(std::move(below), std::move(above), list_settings(settings), std::move(numbers),
                                                        inputs.clip->model().preprocessing().size);
  }

  static result fit(const fit_inputs& inputs, kept_stage& kept) {
    const auto& clip = clip_of<B>(inputs, "tsf_clip");
    const params settings = settings_of(inputs);
    auto below = tuned(inputs, clip, settings, kept);
    if (!below) return nullptr;
    head above = second_stage<B>(*below, inputs, settings.stages.second, inputs.resume == nullptr ? nullptr : inputs.resume->at(1));
    return together(std::move(below), std::move(above), settings, inputs);
  }

  static result restore(const fit_inputs& inputs, const trained_numbers<B>& trained) {
    const auto& clip = clip_of<B>(inputs, "tsf_clip");
    const params settings = settings_of(inputs);
    auto start = clip.template both<Clip>();
    trained_numbers<B> numbers{trainers::copy_parameters<B>(start), 0};
    for (const auto& [name, value] : stage_of<B>(trained, "first.", 0).values) numbers.values.insert_or_assign(name, value);
    auto below = std::make_shared<const first>(numbers, std::move(start), settings.stages.first);
    head above(stage_of<B>(trained, "second.", inputs.text.rows().columns()), inputs.text, {}, settings.stages.second);
    return together(std::move(below), std::move(above), settings, inputs);
  }
};

}  // namespace detail

/// Adds cross_modal and tsf_clip, which read row_kind::pixels and need a text with its source.
/// \param to where to add them
template <compute_backend B>
void add_tower_methods(registry<B>& to) {
  method<B> cross_modal = detail::cross_modal_from_pixels<B>();
  cross_modal.reads(row_kind::pixels);
  to.add(std::move(cross_modal));
  method<B> tsf_clip = detail::by_tower(detail::tsf_clip_on<B, typename clip_parts<B>::resnet_clip>::make(),
                                        detail::tsf_clip_on<B, typename clip_parts<B>::vit_clip>::make());
  tsf_clip.reads(row_kind::pixels);
  to.add(std::move(tsf_clip));
}

}  // namespace fewclip::runtime
