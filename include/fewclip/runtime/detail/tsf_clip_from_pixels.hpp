#pragma once
/// \file
/// tsf_clip behind its name: both towers are tuned on tangrams, then cross_modal is fitted on their features.

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/made_once.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/data/tangram/pair_batches.hpp"
#include "fewclip/images/image.hpp"
#include "fewclip/methods/tsf_clip.hpp"
#include "fewclip/runtime/clip.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/detail/by_tower.hpp"
#include "fewclip/runtime/detail/second_stage_on_pixels.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/selectors/fixed.hpp"
#include "fewclip/stages.hpp"
#include "fewclip/tokenizer/bpe_tokenizer.hpp"
#include "fewclip/trainers/trained_numbers.hpp"
#include "fewclip/tuners/by_name.hpp"

namespace fewclip::runtime::detail {

/// Which tangrams the first stage of tsf_clip sees, as settings.
struct pair_params {
  data::tangram::tangram_pair_options pairs{.tangrams = 346, .validation_share = 0.2};

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(setting{.name = "tangrams",
                  .meaning = "generated tangrams, those for validation included",
                  .origin = "ours; KiloGram trains on 692 tangrams",
                  .lowest = 20,
                  .highest = 1e6},
          self.pairs.tangrams);
    visit(setting{.name = "seed", .meaning = "of tangrams, texts and order", .origin = "ours", .lowest = 0, .highest = 9e15},
          self.pairs.seed);
    visit(setting{.name = "validation_share",
                  .meaning = "of the tangrams, on which the first stage is watched; 0: it is not, and makes all its epochs",
                  .origin = "ours: whole tangrams; KiloGram holds out one annotation of each of 240 of its 692",
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

/// tsf_clip with one kind of CLIP. The first stage does not depend on the few shots: the last one is kept and serves further fits on the
/// same CLIP whose settings are the same, those of the second stage aside.
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
  /// What a first stage is made from: the CLIP, which may be gone by now, all settings but those of the second stage, and the products.
  struct stage_key {
    std::weak_ptr<const clip<B>> model;
    std::vector<double> numbers;
    std::string backend = B::name();

    bool serves(const clip_parts<B>& parts, const std::vector<double>& wanted) const {
      return model.lock() == parts.shared_model() && numbers == wanted && backend == B::name();
    }
  };

  /// The last first stage, and its key.
  using kept_stage = last_made<stage_key, first>;

  static params settings_of(const fit_inputs& inputs) {
    params out = changed<params>(inputs.settings, "tsf_clip");
    fit_batches(out.stages.second, inputs, "second.");
    return out;
  }

  static std::vector<double> numbers_of_first(const params& settings) {
    std::vector<double> out;
    for (const setting_value& each : list_settings(settings)) {
      if (!each.about.name.starts_with("second.")) out.push_back(each.value);
    }
    return out;
  }

  /// The first stage; nothing where the observer ended it and its state is kept.
  static std::shared_ptr<const first> tuned(const fit_inputs& inputs, const clip_parts<B>& clip, const params& settings, kept_stage& kept) {
    std::vector<double> numbers = numbers_of_first(settings);
    if (inputs.resume == nullptr) {
      if (auto known = kept.find([&](const stage_key& key) { return key.serves(clip, numbers); })) return known;
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
    const auto held_out = settings.pairs.pairs.validation_share == 0 ? fixed_pairs<B>({}) : pairs.validation();
    auto out = std::make_shared<const first>(clip.template both<Clip>(), pairs, settings.stages.first, held_out, watched.observer(),
                                             inputs.resume == nullptr ? nullptr : inputs.resume->at(0));
    if (inputs.resume != nullptr && watched.ended()) return nullptr;
    if (!watched.ended()) kept.keep({clip.shared_model(), std::move(numbers)}, out);
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
    require_batches(settings.stages.second.trainer.sampler, inputs, "tsf_clip", "second.");
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

}  // namespace fewclip::runtime::detail
