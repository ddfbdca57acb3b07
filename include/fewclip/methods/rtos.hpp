#pragma once
/// \file
/// rtos: relation transition with open semantics.

#include "fewclip/adapters/blend.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/sgd.hpp"
#include "fewclip/relations/open_semantics.hpp"
#include "fewclip/relations/token_anchors.hpp"
#include "fewclip/relations/weighted.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/cosine_per_epoch_with_constant_warmup.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "fewclip/with_defaults.hpp"

namespace fewclip::methods {

/// The training of rtos.
struct rtos_training {
  static constexpr setting_default values[] = {{"learning_rate", 0.002, "ours: CoOp's habits"},
                                               {"momentum", 0.9, "ours: CoOp's habits"},
                                               {"weight_decay", 5e-4, "ours: CoOp's habits"},
                                               {"batch_size", 32, "ours: CoOp's habits"},
                                               {"epochs", 50, "ours: CoOp's habits"}};
};

/// Temperatures and weight of rtos and rtos_feature_anchors, whose anchors are trained.
struct rtos_learned {
  static constexpr setting_default values[] = {
      {"relation_temperature", 0.015, "ours: 1.5 / scale"}, {"attention_temperature", 0.015, "ours: 1.5 / scale"}, {"gamma", 5, "ours"}};
};

/// The adapter of the rtos family: logits = s f T^T + gamma Z.
template <class Anchors, class QueryKey = relations::identity_query_key>
using rtos_adapter = adapters::blend<heads::text, relations::weighted<relations::open_semantics<Anchors, QueryKey>>>;

/// RTOS (Yan et al. 2024, arXiv 2406.11252): images attend to anchor texts, whose similarity with the classes gives class scores; the class
/// token of each anchor is learned through the frozen text tower. Re-implemented from an abstract-level description: no code is public.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text, frozen | abstract |
/// | relation | open_semantics<token_anchors>: keys are anchors, values softmax over anchors | abstract; temperatures 1.5 / scale, M = 256 ours |
/// | blend | s f T^T + gamma Z, gamma 5 | ours |
/// | trainer | minibatch<cross_entropy, sgd, cosine per epoch after one warm-up epoch> | ours |
/// | selector | fixed; ours: recipes::rtos::clean_grid | ours |
///
/// Needs a prompts::text_source. Z shrinks with the bank, but slower than 1 / M: 0.87, 0.30, 0.18 at most, on average, for M = 67, 1000, 3148.
/// Trained: M * width numbers. No figure to reproduce: a summary has 65.6 % at 16 shots, almost certainly ImageNet with RN50. A step: M prompts.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using rtos = classifier<B, with_defaults<rtos_adapter<relations::token_anchors<>>, rtos_learned>,
                        with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::sgd,
                                                          schedules::cosine_per_epoch_with_constant_warmup, samplers::shuffled>,
                                      rtos_training>,
                        Selector>;

}  // namespace fewclip::methods
