#pragma once
/// \file
/// safe_a: safe with a trained cache on its features.

#include "fewclip/methods/safe.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/poolers/key_sources.hpp"
#include "fewclip/stages.hpp"

namespace fewclip::methods {

/// SAFE-A (Zhu et al. 2023, arXiv 2311.04464), re-implemented from the abstract-level description: "SAFE with the existing adapter approach".
///
/// n = safe's blended unit features; logits = scale n T^T + alpha seg(exp(-beta (1 - n F^T))), keys F from the support's n, trained on them as
/// in tip_adapter_f. With an untrained pooler it is tip_adapter_f.
///
/// | axis | part | source |
/// |---|---|---|
/// | first stage | safe; pooler and blend stay as they are afterwards | ours: joint or sequential is not stated |
/// | second stage | tip_adapter_f | ours: which adapter is not stated |
/// | keys | keys_of_blend; or keys_of_original, keys_of_tuned, n as ever; unit mean over `views` rows of an image | ours |
/// | selectors | fixed; the first stage's alpha, then beta and alpha of the cache | ours |
///
/// Settings by name: "first.alpha" is the blend, "second.alpha" the cache's weight. Needs what safe needs, as `params.first`. Numbers to
/// reproduce: none published. Trained: those of safe, then rows * dim. Cost: the sum of both.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed, class Pooler = poolers::attention,
          class Blend = poolers::blend_unit_features, class Keys = poolers::keys_of_blend>
using safe_a = stages<safe<B, Selector, Pooler, Blend>, tip_adapter_f<B, Selector>, Keys>;

}  // namespace fewclip::methods
