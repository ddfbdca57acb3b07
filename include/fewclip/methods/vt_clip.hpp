#pragma once
/// \file
/// vt_clip: class texts that look at the image.

#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/visual_guided_text.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "fewclip/with_defaults.hpp"

namespace fewclip::methods {

/// The training of vt_clip.
struct vt_clip_training {
  static constexpr setting_default values[] = {{"learning_rate", 1e-4, "ours; 1e-5 is the other value of its grid"},
                                               {"weight_decay", 0.01, "ours"},
                                               {"batch_size", 32, "ours"},
                                               {"epochs", 50, "ours"}};
};

/// VT-CLIP (Qiu, Zhang et al. 2021, arXiv 2112.02399): class texts attend to the places of the image; the changed texts are compared with it.
/// Re-implemented from the abstract: no code is public.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | visual_guided_text: texts are queries, places keys and values | abstract; one block, 8 heads, starts at zero_shot: ours |
/// | trainer | minibatch<cross_entropy, adamw, cosine_per_step> | ours |
/// | selector | fixed; ours: recipes::vt_clip::clean_grid | ours |
///
/// Image rows are spatial_rows: the pooled feature, then one token per place in the joint space. Trains on the rows given. Trained: 12 dim^2 +
/// 7 dim numbers, with feed_forward::none 4 dim^2. No figure to reproduce. Cost of a step: batch * classes * 10 dim^2, three times; memory:
/// about 20 intermediates of batch * classes * dim numbers.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed, heads::feed_forward Then = heads::feed_forward::gelu>
using vt_clip =
    classifier<B, heads::visual_guided_text<Then>,
               with_defaults<trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::cosine_per_step, samplers::shuffled>,
                             vt_clip_training>,
               Selector>;

}  // namespace fewclip::methods
