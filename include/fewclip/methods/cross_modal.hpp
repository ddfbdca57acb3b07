#pragma once
/// \file
/// cross_modal: a linear head trained on images and class texts alike.

#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/data/text_samples.hpp"
#include "fewclip/heads/linear_from_text.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/cross_modal.hpp"
#include "fewclip/schedules/linear_warmup_cosine.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "fewclip/with_defaults.hpp"

namespace fewclip::methods {

/// The training of cross_modal as the second stage of tsf_clip has it.
struct cross_modal_training {
  static constexpr setting_default values[] = {
      {"learning_rate", 2e-5, "TSF-CLIP's code: 2e-5 or 3e-5; cross-modal adaptation: 1e-3 or 1e-4"},
      {"weight_decay", 0.01, "both codes: 0, 0.01 or 1e-4"},
      {"batch_size", 8, "both codes: 8 or 32"},
      {"epochs", 12800, "both codes; an epoch is one step"}};
};

/// Cross-modal adaptation, linear (Lin et al. 2023, arXiv 2301.06267) with zero-shot start: the second stage of tsf_clip.
///
/// logits = scale norm(x) W^T, W from the class texts; each step half images, half texts as samples of their class, one cross-entropy.
///
/// | axis | part | source |
/// |---|---|---|
/// | rows | raw features of centre crop and its mirror image, then texts: data::with_text_samples | code |
/// | adapter | linear_from_text; weight_mix 0.5 at prediction is WiSE-FT | code |
/// | trainer | minibatch<cross_entropy, adamw, linear_warmup_cosine, samplers::cross_modal> | code |
/// | selector | fixed; published: the grid of learning rate, decay, batch on min(K, 4) validation images per class | code |
///
/// `text_rows` has to be set to the number of texts; 0 trains on images alone. The best of the checks on validation rows is kept with
/// `check_every_steps` 100, through trainers::minibatch's watched value. Deviations: checks after steps 100, 200, ... (code: 1, 101, ...); random
/// initial weights are not offered; the grid of a stand-alone run is recipes::cross_modal::original_linear. The original's partial mode, which
/// tunes the pooling layer as well, and its adapter mode are not offered. Trained: classes * dim numbers. Number to reproduce:
/// none here. Cost of a step: 2 * batch * dim * classes.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using cross_modal = classifier<
    B, heads::linear_from_text,
    with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::linear_warmup_cosine, samplers::cross_modal>,
                  cross_modal_training>,
    Selector>;

}  // namespace fewclip::methods
