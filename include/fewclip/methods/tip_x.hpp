#pragma once
/// \file
/// tip_x: Tip-Adapter with a divergence between class signatures.

#include "fewclip/caches/signature_divergence.hpp"
#include "fewclip/methods/tip_adapter.hpp"

namespace fewclip::methods {

/// Tip-X (Udandarao et al. 2023, "SuS-X", arXiv 2211.16198), on a few-shot support set.
///
/// logits[b, c] = 100 x_b . T_c + alpha sum_i exp(-beta (1 - x_b . F_i)) - gamma sum_i Mr[b, i], sums over support rows i of class c; Mr is the
/// divergence of the signatures softmax(x T^T / tau), rescaled to the range of the cosines.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text | eq. 5 |
/// | cache | key_value<exponential_affinity> | eq. 2 |
/// | divergence | signature_divergence<Rescaling> | eq. 3, 4 |
/// | trainer | none | |
/// | selector | fixed: alpha 1, beta 5.5, gamma 1; published: grid of 20 alpha x 200 beta x 50 gamma on the whole validation split | code |
///
/// Deviations: the range of the rescaling is frozen at the fit, so a query's score does not depend on the others;
/// `caches::rescaling::transductive` gives the authors' form. gamma = 0 gives tip_adapter. Number to reproduce: RN50, ImageNet, 16 shots,
/// 62.16 %, with texts that include language-model sentences. Cost: rows * dim + classes^2 per query.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed, class Rescaling = caches::rescaling::frozen>
using tip_x =
    classifier<B, adapters::blend<heads::text, caches::key_value<kernels::exponential_affinity>, caches::signature_divergence<Rescaling>>,
               trainers::closed_form, Selector>;

}  // namespace fewclip::methods
