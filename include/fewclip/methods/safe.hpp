#pragma once
/// \file
/// safe: the attention pooler fine-tuned, blended with the original.

#include "fewclip/adapters/mapped.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/poolers/attention.hpp"
#include "fewclip/poolers/tuned.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "fewclip/with_defaults.hpp"

namespace fewclip::methods {

/// The training of safe; no value of the paper is known.
struct safe_training {
  static constexpr setting_default values[] = {{"learning_rate", 1e-5, "ours; cross-modal adaptation's rate for the same layer"},
                                               {"weight_decay", 1e-4, "ours"},
                                               {"batch_size", 32, "ours"},
                                               {"epochs", 50, "ours (ImageNet 20)"}};
};

/// SAFE (Zhu et al. 2023, arXiv 2311.04464), re-implemented from the abstract-level description: no code is public.
///
/// f = pooler(tokens); training: logits = scale norm(f) T^T, cross-entropy, only the pooler's parameters; prediction: norm(alpha norm(f) +
/// (1 - alpha) norm(f0)) in place of norm(f), with f0 of the original pooler. alpha = 0 is zero_shot. Nothing in the loss holds the length of f, which
/// training shrinks to 0.67..0.87 of f0's: a blend of the raw features would give f less than its share alpha, by an accident of the training.
///
/// | axis | part | source |
/// |---|---|---|
/// | rows | tokens of the frozen trunk [n, places * width], computed once per view by the caller | ours |
/// | adapter | mapped<tuned<attention pooler>, text head> | abstract: only the attention pooling is trained; residual blending |
/// | place of the blend | blend_unit_features | ours; not stated |
/// | trainer | minibatch<cross_entropy, adamw, cosine per step>, all constants | ours; not stated |
/// | selector | fixed, alpha = 0.5; a grid over alpha needs no training | ours; not stated |
///
/// Needs `params.adapter.map.original`, the encoder's pooler: shared_part<poolers::attention>::copy_of<B>(encoder.pooler()). On a vision
/// transformer, Pooler = poolers::last_block (ours). A pull to the original: losses::pull_to_start. Numbers to reproduce: none published. Trained:
/// 14,789,632 numbers for RN50. Cost of a step: 64 M multiply-adds per image of RN50; a row of tokens is 401 kB.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed, class Pooler = poolers::attention,
          class Blend = poolers::blend_unit_features>
using safe =
    classifier<B, adapters::mapped<poolers::tuned<Pooler, Blend>, heads::text>,
               with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::cosine_per_step, samplers::shuffled>,
                             safe_training>,
               Selector>;

}  // namespace fewclip::methods
