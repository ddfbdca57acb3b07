#pragma once
/// \file
/// ape_t: one residual per class, shared by text and cache.

#include "fewclip/adapters/class_residual.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/methods/ape.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"
#include "fewclip/trainers/minibatch.hpp"

namespace fewclip::methods {

/// The training of ape_t.
struct ape_t_training {
  static constexpr setting_default values[] = {{"learning_rate", 1e-3, "APE authors' configuration (1e-4 on four data sets)"},
                                               {"epsilon", 1e-3, "APE authors' configuration"},
                                               {"weight_decay", 0.1, "APE authors' code, here without the row weights"},
                                               {"batch_size", 256, "APE authors' code"},
                                               {"epochs", 30, "APE authors' configuration (20 to 200, per data set)"}};
};

/// APE-T (Zhu et al. 2023, arXiv 2304.01195): trains one residual per class, added to its text row and to its keys on the chosen channels, and
/// one weight per support row.
///
/// logits[b, c] = 100 x_b . (T_c + R_c) + alpha sum over rows i of class c of v_i exp(-beta (1 - x_b . (F_i + R_c))), R zero off the channels.
///
/// | axis | part | source |
/// |---|---|---|
/// | adapter | class_residual<prior_channels<text>, blend<text head, key_value<.., learnable_weights>>> | section 3.4 |
/// | trainer | minibatch<cross_entropy, adamw, cosine_per_step> | code |
/// | selector | fixed: alpha 1, beta 5.5; published: grid after training, epoch chosen on the test set until 2023-09 | code |
///
/// Deviations: residuals go to keys by label (theirs: by position); row weights are not decayed unless `decay_weights` is 1 (theirs are, which
/// rounds to nothing in half precision);
/// trains on the support rows given; last epoch. At the start it equals tip_adapter. Trained: classes * channels + rows numbers. Number to
/// reproduce: RN50, ImageNet, 16 shots, 66.07 %. Cost of a step: batch * (rows * dim + classes * channels), keys are never rebuilt.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using ape_t = classifier<
    B,
    adapters::class_residual<
        refiners::prior_channels<refiners::prior::text>,
        adapters::blend<heads::text, caches::key_value<kernels::exponential_affinity, caches::frozen_keys, caches::learnable_weights>>>,
    with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::cosine_per_step, samplers::shuffled>,
                  ape_t_training>,
    Selector>;

}  // namespace fewclip::methods
