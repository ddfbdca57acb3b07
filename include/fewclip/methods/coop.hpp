#pragma once
/// \file
/// coop: learned prompt context.

#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/learned_context.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/sgd.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/cosine_per_epoch_with_constant_warmup.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "fewclip/with_defaults.hpp"

namespace fewclip::methods {

/// The training of coop.
struct coop_training {
  static constexpr setting_default values[] = {{"learning_rate", 0.002, "CoOp authors' configuration"},
                                               {"momentum", 0.9, "CoOp authors' configuration"},
                                               {"weight_decay", 5e-4, "CoOp authors' configuration"},
                                               {"batch_size", 32, "CoOp authors' configuration"},
                                               {"epochs", 200, "CoOp authors' configuration for 8 and 16 shots (see recipes::coop)"}};
};

/// CoOp (Zhou et al. 2022, arXiv 2109.01134): M learned vectors stand around the class name in the input of the frozen text tower.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::learned_context<Position, Sharing>, M = 16, N(0, 0.02^2) | section 3.2, code |
/// | trainer | minibatch<cross_entropy, sgd, cosine per epoch after one warm-up epoch> | code |
/// | selector | fixed: the last step | code |
///
/// Needs a prompts::text_source, made with "a photo of a {}."; what follows the name there stays. Deviations: trains on the feature rows given
/// (the authors encode a fresh crop at every step); single precision; a last partial batch is kept; words to start from are counted in tokens,
/// and may start class-specific context too; the tower sees only the tokens up to the end, in batches: exact. Single seeds are known to
/// collapse on some data sets. Trained: M * width numbers. Number to reproduce: RN50, ImageNet, 16 shots, 62.95 % as published; outsiders
/// report 60.6 to 60.9 % with the public configuration. Cost of a step: forward and backward of the tower over classes * (M + name + 3) tokens.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed,
          heads::context_position Position = heads::context_position::end, heads::context_sharing Sharing = heads::context_sharing::shared>
using coop = classifier<B, heads::learned_context<Position, Sharing>,
                        with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::sgd,
                                                          schedules::cosine_per_epoch_with_constant_warmup, samplers::shuffled>,
                                      coop_training>,
                        Selector>;

}  // namespace fewclip::methods
