#pragma once
/// \file
/// tip_adapter: a training-free key-value cache.

#include "fewclip/adapters/blend.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/caches/key_value.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/text.hpp"

namespace fewclip::methods {

/// Tip-Adapter (Zhang et al. 2022, arXiv 2207.09519).
///
/// logits[b, c] = 100 x_b . T_c + alpha sum over support rows i of class c of exp(-beta (1 - x_b . F_i)).
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text | eq. 7, second term |
/// | cache | key_value<exponential_affinity>: keys are the support rows, values their labels | eq. 3 to 6 |
/// | trainer | none | |
/// | selector | fixed: alpha 1, beta 5.5; published: grid of 200 beta x 20 alpha on the whole validation split (ImageNet: on the test set) | code |
///
/// Inputs: text [classes, dim], support [rows, dim], queries [n, dim], unit rows. The authors' keys are means of ten augmented views.
/// Deviations: values are labels, never a one-hot matrix; one-hot width comes from `classes`, not from the largest label. alpha = 0 gives
/// zero_shot. Number to reproduce: RN50, ImageNet, 16 shots, 62.03 %. Cost: rows * dim multiply-adds and `rows` exponentials per query.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using tip_adapter =
    classifier<B, adapters::blend<heads::text, caches::key_value<kernels::exponential_affinity>>, trainers::closed_form, Selector>;

}  // namespace fewclip::methods
