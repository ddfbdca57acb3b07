#pragma once
/// \file
/// rtos_feature_anchors: rtos with anchors learned as features.

#include "fewclip/methods/rtos.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/relations/feature_anchors.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"

namespace fewclip::methods {

/// The training of rtos_feature_anchors.
struct rtos_feature_anchors_training {
  static constexpr setting_default values[] = {{"learning_rate", 1e-3, "ours"}, {"batch_size", 256, "ours"}, {"epochs", 20, "ours"}};
};

/// A variant of RTOS (Yan et al. 2024, arXiv 2406.11252) of ours: anchors are learned as rows among the text features, not as tokens.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text, frozen | abstract |
/// | relation | open_semantics<feature_anchors>, temperatures 1.5 / scale | ours |
/// | blend | s f T^T + gamma Z, gamma 5 | ours |
/// | trainer | minibatch<cross_entropy, adamw, cosine_per_step> | ours |
/// | selector | fixed; ours: recipes::rtos::clean_grid | ours |
///
/// Needs no text tower. Trained: dim * M numbers, from class_text::anchors() or, where there are none, from the class rows. No figure to
/// reproduce; gamma 5, 10 and 20 give 96.0, 94.9 and 94.7 % at one shot of caltech101_67, 96.7, 96.1 and 96.2 % at 16 (CLIP ViT-B/32, temperatures
/// 0.015, for 20 0.02). Cost of a step: four products of batch * M * dim and as many of classes * M * dim.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using rtos_feature_anchors =
    classifier<B, with_defaults<rtos_adapter<relations::feature_anchors>, rtos_learned>,
               with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::cosine_per_step, samplers::shuffled>,
                             rtos_feature_anchors_training>,
               Selector>;

}  // namespace fewclip::methods
