#pragma once
/// \file
/// A CLIP tuned on image-text pairs: a first stage.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "fewclip/concepts/pair_source.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/metrics/pair_accuracy.hpp"
#include "fewclip/trainers/trained_numbers.hpp"
#include "fewclip/trainers/trainer_state.hpp"
#include "fewclip/trainers/training_report.hpp"
#include "fewclip/tuners/transfer.hpp"
#include "fewclip/tuners/tuned_model.hpp"

namespace fewclip::tuners {

/// Fine-tunes a CLIP by image-text matching and makes features with it: the first stage of tsf_clip. Constructing it is training it.
///
/// \tparam B the backend
/// \tparam Clip both towers, encoders::dual_encoder
/// \tparam Trainer of pairs, trainers::contrastive_pairs
/// \tparam Tuner which parameters are trained
/// \tparam Transfer what features() and text_features() use: transfer_visual_only, transfer_both
template <compute_backend B, class Clip, class Trainer, class Tuner, class Transfer = transfer_visual_only>
class contrastive {
 public:
  using backend = B;
  using clip_type = typename Clip::template fitted<B>;
  using trainer_type = Trainer;
  using transfer_type = Transfer;

  /// The settings of trainer and tuner. Groups and starts are no numbers and have no names in settings.
  struct params {
    typename Trainer::params trainer;
    typename Tuner::params tuner;
    std::vector<parameter_group> groups{};                           ///< trained parameters with a learning rate or a decay of their own
    start_values starts = start_values::forgotten;                   ///< kept: needed where the trainer's loss pulls to the start
    metrics::asked_pairs watched_pairs = metrics::asked_pairs::all;  ///< which pairs of a validation batch count
    bool round_to_half = false;
    bool recompute_blocks = false;  ///< whether transformer blocks are run again in the backward, for less memory and the same result

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      Trainer::params::visit_settings(self.trainer, visit);
      Tuner::params::visit_settings(self.tuner, visit);
      visit(setting{.name = "watched_pairs",
                    .meaning = "which pairs of a validation batch count, 0: all, 1: the first, the others are distractors",
                    .origin = "all (ours); TSF-CLIP's code: 1, on contexts",
                    .lowest = 0,
                    .highest = 1},
            self.watched_pairs);
      visit(setting{.name = "round_to_half",
                    .meaning = "whether tuned weights are rounded to half precision before they are used",
                    .origin = "off (ours); TSF-CLIP's code does, by accident of its loader",
                    .lowest = 0,
                    .highest = 1},
            self.round_to_half);
      visit(setting{.name = "recompute_blocks",
                    .meaning = "whether the backward computes the activations of a transformer block again instead of keeping them",
                    .origin = "off; ours",
                    .lowest = 0,
                    .highest = 1},
            self.recompute_blocks);
    }
  };

  /// \param start the CLIP to begin with; its logit scale is trained on from its value
  /// \param pairs a pair_source
  /// \param settings see params
  /// \param validation a pair_source, whose image-to-text accuracy in epoch 0 is watched after every epoch: fixed_pairs,
  ///   data::tangram::context_pairs; without batches nothing is watched. The best epoch is kept, see trainers::early_stop
  /// \param observer hears of progress, and may stop
  /// \param resume where given: gone on from where it has begun, and saved to
  /// \throws what the trainer throws; value_error for a pull without kept starts
  template <class Source, class Validation = fixed_pairs<B>>
  contrastive(clip_type start, const Source& pairs, const params& settings = {}, const Validation& validation = Validation({}),
              const progress_observer& observer = {}, trainer_state<B>* resume = nullptr)
      : original_text_(kept_text(start)),
        tuned_(recomputing(std::move(start), settings), settings.tuner, settings.groups, settings.starts),
        settings_(settings) {
    require_valid_settings(settings, "fewclip::tuners::contrastive");
    watched_value watched;
    if (validation.batches(0) > 0) {
      watched = [&] { return metrics::pairs_found<B>(tuned_, validation, settings_.watched_pairs).image_to_text; };
    }
    report_ = Trainer::template train<B>(tuned_, pairs, settings.trainer, observer, resume, watched);
    transfer();
  }

  /// Makes a tuned CLIP again, without training.
  /// \param trained what trained() of it gave
  /// \param start the CLIP it began with
  /// \param settings it was trained with
  /// \throws value_error, shape_error where the numbers are of another CLIP or tuner
  contrastive(const trained_numbers<B>& trained, clip_type start, const params& settings)
      : original_text_(kept_text(start)),
        tuned_(recomputing(std::move(start), settings), settings.tuner, settings.groups, settings.starts),
        settings_(settings) {
    trainers::set_parameters<B>(tuned_, trained.values);
    tuned_.refresh();
    for (const auto& [name, value] : trained.values) report_.trained_parameters += value.size();
    transfer();
  }

  /// The trained numbers by the names of the tuner; dim is 0: it reads pixels.
  trained_numbers<B> trained() const { return {trainers::copy_parameters<B>(tuned_), 0}; }

  /// \param images pixels after preprocessing [n, 3, side, side]
  /// \returns raw features [n, embed]
  tensor<B> features(const tensor<B>& images) const { return used_->image().embed(images); }

  /// \param ids token ids
  /// \returns raw features [n, embed]
  tensor<B> text_features(const matrix_view<std::int32_t>& ids) const { return used_->text().encode(ids); }

  /// Both towers as they were tuned.
  const clip_type& tuned() const { return tuned_.model(); }

  /// Both towers as features() and text_features() use them.
  const clip_type& transferred() const { return *used_; }

  /// How the training went; `watched` is the image-to-text accuracy of the validation batches.
  const training_report& training() const { return report_; }
  const params& settings() const { return settings_; }

 private:
  /// What features() and text_features() use from now on.
  void transfer() {
    used_ = tuned_.model();
    if (settings_.round_to_half) tuners::round_to_half<B>(*used_);
    if constexpr (!Transfer::text) used_->text() = std::move(*original_text_);
    original_text_.reset();
    used_->prepare();
  }

  using text_type = typename clip_type::text_type;

  /// What the next stage needs of the original: training changes all other weights, so nothing else of it stays in memory.
  static std::optional<text_type> kept_text(const clip_type& start) {
    if constexpr (Transfer::text) {
      return std::nullopt;
    } else {
      return start.text();
    }
  }

  static clip_type recomputing(clip_type start, const params& settings) {
    if constexpr (requires { start.recompute_blocks(true); }) start.recompute_blocks(settings.recompute_blocks);
    return start;
  }

  std::optional<text_type> original_text_;
  tuned_model<B, Tuner, clip_type> tuned_;
  params settings_;
  training_report report_;
  std::optional<clip_type> used_;
};

}  // namespace fewclip::tuners
