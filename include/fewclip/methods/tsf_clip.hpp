#pragma once
/// \file
/// tsf_clip: a CLIP tuned on tangrams, then a cross-modal linear head.

#include "fewclip/encoders/dual_encoder.hpp"
#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/encoders/text_transformer.hpp"
#include "fewclip/encoders/vision_transformer.hpp"
#include "fewclip/methods/cross_modal.hpp"
#include "fewclip/optimizers/adam.hpp"
#include "fewclip/poolers/class_token.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/stages.hpp"
#include "fewclip/trainers/contrastive_pairs.hpp"
#include "fewclip/tuners/by_name.hpp"
#include "fewclip/tuners/contrastive.hpp"

namespace fewclip::methods {

/// The training of the first stage of tsf_clip.
struct tsf_clip_pairs {
  static constexpr setting_default values[] = {{"learning_rate", 5e-8, "KiloGram's code, which TSF-CLIP's first stage is"},
                                               {"weight_decay", 1e-6, "KiloGram's code"},
                                               {"epochs", 200, "KiloGram's code"},
                                               {"patience", 50, "KiloGram's code"}};
};

/// CLIP with a vision transformer.
using vit_clip =
    encoders::dual_encoder<encoders::image_encoder<encoders::vision_transformer, poolers::class_token>, encoders::text_transformer>;

/// TSF-CLIP (preprint doi 10.21203/rs.3.rs-5083690/v1, code Patrickeroo/TSF-CLIP): all of a CLIP tuned on image-text matching, then cross_modal.
///
/// S = exp(g) norm(I) norm(X)^T, loss (CE(S) + CE(S^T)) / 2 over batches of 10, g new, from ln(1 / 0.07); then logits = scale norm(x) W^T.
///
/// | axis | part | source |
/// |---|---|---|
/// | first stage, tuner | everything | code |
/// | first stage, trainer | contrastive_pairs<contrastive, adam, constant>, best image-to-text accuracy on validation batches | code; which pairs: ours |
/// | pairs | tangrams with part captions in batches of one part count, made by the caller | code |
/// | transfer | transfer_visual_only; transfer_both | code; paper |
/// | second stage | cross_modal | code |
///
/// Deviations: no rounding to half between the stages (`first.round_to_half` does). All pairs of a validation batch count; in the code the first of
/// a context of ten does (`first.watched_pairs` = 1 on data::tangram::context_pairs). Steps of 5e-8 are below half a unit in the last place of single
/// precision for weights above 1: backend::cpu<double> is exact, `first.compensated` close (ours). Fit the first stage, then the
/// second on its features and text_features(), and put them together: tsf_clip(first, second). Trained: 151,277,313 numbers for ViT-B/32, then classes * dim. Numbers to reproduce: none
/// (abstract only). Cost of a step: forward and backward of both towers for 10 pairs.
template <compute_backend B = backend::cpu<>, class Transfer = tuners::transfer_visual_only, class Selector = selectors::fixed,
          class Clip = vit_clip, class Tuner = tuners::everything>
using tsf_clip = stages<
    tuners::contrastive<
        B, Clip, with_defaults<trainers::contrastive_pairs<losses::contrastive, optimizers::adam, schedules::constant>, tsf_clip_pairs>,
        Tuner, Transfer>,
    cross_modal<B, Selector>>;

}  // namespace fewclip::methods
