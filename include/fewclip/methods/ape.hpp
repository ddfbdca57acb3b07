#pragma once
/// \file
/// ape: a cache on the channels that tell classes apart, with weighted values.

#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/refiners/prior_channels.hpp"
#include "fewclip/with_defaults.hpp"

namespace fewclip::methods {

/// Defaults of ape that need no validation set.
struct ape_defaults {
  static constexpr setting_default values[] = {{"alpha", 2, "ours: the authors start at 0.8 to 5 and search, per data set"},
                                               {"beta", 3, "ours: the authors start at 1 and search up to 7"}};
};

/// APE (Zhu et al. 2023, "Not all features matter", arXiv 2304.01195), training-free.
///
/// logits[b, c] = 100 x_b . T_c + alpha sum over support rows i of class c of exp(gamma k_i) exp(-beta (1 - x~_b . F~_i)), where ~ keeps the
/// chosen channels and makes unit rows again, and k_i is the divergence between the text softmax of row i and its label.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text, all channels | eq. 8 |
/// | refiner | prior_channels<text_and_images>: similarity 0.7, variance 0.3, three quarters of the channels | eq. 3 to 6 |
/// | cache values | divergence_weights: gamma 0.1 | eq. 9 |
/// | cache kernel | exponential_affinity on the refined channels | eq. 7 |
/// | selector | fixed: alpha 2, beta 3; published: grid of beta x alpha x gamma on the whole validation split (ImageNet: on the test set) | code |
///
/// Deviations: classes are matched by label and not by row position, shots may differ, and the intra-class products of the first public
/// version are not reproduced. All channels and gamma = 0 give tip_adapter. Number to reproduce: RN50, ImageNet, 16 shots, 63.42 %, with texts
/// that include language-model sentences. Cost: fit (rows + classes) * dim, prediction rows * channels per query.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using ape = classifier<
    B,
    with_defaults<
        adapters::blend<heads::text, caches::key_value<kernels::exponential_affinity, caches::frozen_keys, caches::divergence_weights,
                                                       refiners::prior_channels<refiners::prior::text_and_images>>>,
        ape_defaults>,
    trainers::closed_form, Selector>;

}  // namespace fewclip::methods
