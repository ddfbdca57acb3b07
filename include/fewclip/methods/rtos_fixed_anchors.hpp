#pragma once
/// \file
/// rtos_fixed_anchors: rtos without training.

#include "fewclip/methods/rtos.hpp"
#include "fewclip/relations/fixed_anchors.hpp"
#include "fewclip/trainers/closed_form.hpp"

namespace fewclip::methods {

/// The weight of rtos_fixed_anchors.
struct rtos_fixed {
  static constexpr setting_default values[] = {{"gamma", 20, "ours"}};
};

/// RTOS (Yan et al. 2024, arXiv 2406.11252) in its training-free form: anchors are a fixed list of texts, class_text::anchors(); published with
/// class names of eleven data sets. Re-implemented from an abstract-level description: no code is public.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text | abstract |
/// | relation | open_semantics<fixed_anchors> | abstract; temperatures 2 / scale, equal maps ours |
/// | blend | s f T^T + gamma Z, gamma 20 | ours |
/// | trainer | none | abstract |
/// | selector | fixed; ours: recipes::rtos::clean_grid | ours |
///
/// Needs neither a support set nor a text tower, but anchors other than the classes. Where none are given the classes stand in (ours); Z is then
/// near the softmax of the cosines and the prediction that of zero_shot, so programs refuse that. Figure: a summary has +0.5 points over
/// zero_shot on average; here +0.5 with 1,000 anchors on caltech101_67 and with 2,148 on ImageNet (CLIP ViT-B/32).
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using rtos_fixed_anchors =
    classifier<B, with_defaults<rtos_adapter<relations::fixed_anchors>, rtos_fixed>, trainers::closed_form, Selector>;

}  // namespace fewclip::methods
